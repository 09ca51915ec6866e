/** Of a value on the screen. */
const LONGEST = 100;

/** A value as one short line: of a long text or structure the beginning, and how long it is. Pure. */
export function showValue(value: unknown, longest = LONGEST): string {
  const text = typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value) ?? 'nothing';
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}
