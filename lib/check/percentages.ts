/** A number, or a percentage of a total, as budgets and rolling updates have it: rounded up. undefined for what is neither. */
export function tryScaled(value: string | number | undefined, total: number): number | undefined {
  if (typeof value === 'number') return value;
  const [, percent] = /^(\d+)%$/.exec(value ?? '') ?? [];
  return percent === undefined ? undefined : Math.ceil(Number(percent) * total / 100);
}
