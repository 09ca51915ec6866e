/** Rows as aligned columns under upper-case headings. A missing value is `-`. No rows: no lines. */
export function table<T extends object>(rows: readonly T[], columns: readonly (keyof T & string)[]): readonly string[] {
  if (rows.length === 0) return [];
  const cells = [columns.map((column) => column.toUpperCase()), ...rows.map((row) => columns.map((column) => text(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  return cells.map((line) => line.map((cell, index) => cell.padEnd(widths[index])).join('   ').trimEnd());
}

const text = (value: unknown) => (value === undefined || value === '' ? '-' : String(value));
