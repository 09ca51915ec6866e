import type { Duration } from 'cdk8s';

const UNITS: readonly (readonly [name: string, milliseconds: number])[] = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]];

/** Milliseconds of `90s`, `1h30m`, `250ms`, `1.5s`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS.find(([name]) => name === unit)?.[1] ?? 0), 0);
  return Number.isInteger(total) ? total : undefined;
}

/** The shortest text of a duration: `1h30m`. */
export function durationText(duration: Duration): string {
  let rest = duration.toMilliseconds();
  const text = UNITS.map(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count}${name}` : '';
  }).join('');
  return text || '0s';
}
