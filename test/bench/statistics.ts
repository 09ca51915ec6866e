/** Prints `label  median … (min … max …)` of milliseconds, and returns the median. */
export function report(label: string, milliseconds: readonly number[]): number {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  console.log(`${label.padEnd(44)} median ${format(median)}  min ${format(sorted[0])}  max ${format(sorted[sorted.length - 1])}  n=${sorted.length}`);
  return median;
}

export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

export const format = (milliseconds: number) => (milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(2)} s` : `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`);

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export async function repeat(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const results: number[] = [];
  for (let round = 0; round < times; round += 1) results.push(await timed(work));
  return results;
}
