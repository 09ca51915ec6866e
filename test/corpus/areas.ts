import type { AreaResult } from './replay';

/** Matched of total by area, one line each, and overall. */
export function formatAreas(areas: readonly AreaResult[]): string {
  const width = Math.max(...areas.map(({ area }) => area.length));
  const total = areas.reduce((sum, { matched, total: cases }) => ({ matched: sum.matched + matched, cases: sum.cases + cases }), { matched: 0, cases: 0 });
  const line = (name: string, matched: number, cases: number) => `${name.padEnd(width)}  ${String(matched).padStart(4)} of ${String(cases).padStart(4)}  ${((100 * matched) / Math.max(1, cases)).toFixed(0).padStart(3)} %`;
  return [...areas.map(({ area, matched, total: cases }) => line(area, matched, cases)), line('all', total.matched, total.cases)].join('\n');
}
