import { DecodingError } from './decoding-error';

const LAYOUT = '2006-01-02T15:04:05Z07:00';
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** metav1.Time as the server writes it: UTC, whole seconds. Throws Go's parsing error. */
export function normalTime(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  return new Date(parse(text, LAYOUT)).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** metav1.MicroTime: UTC with six digits. */
export function normalMicroTime(text: string): string {
  const layout = '2006-01-02T15:04:05.000000Z07:00';
  const fractionless = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?!\.\d{6})(.*)$/.exec(text);
  if (fractionless) throw new DecodingError(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(fractionless[1])} as ".000000"`);
  const milliseconds = parse(text, layout);
  const fraction = (/\.(\d+)/.exec(text)?.[1] ?? '').padEnd(6, '0').slice(0, 6);
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, `.${fraction}Z`);
}

function parse(text: string, layout: string): number {
  const match = RFC3339.exec(text);
  const milliseconds = match ? Date.parse(text) : NaN;
  if (Number.isNaN(milliseconds)) throw new DecodingError(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: ${reason(text)}`);
  return milliseconds;
}

/** Where Go stops reading: the first part of the layout that the text does not have. */
function reason(text: string): string {
  const parts: readonly (readonly [pattern: RegExp, part: string])[] = [
    [/^\d{4}/, '2006'], [/^-/, '-'], [/^\d\d/, '01'], [/^-/, '-'], [/^\d\d/, '02'], [/^T/, 'T'],
    [/^\d\d?/, '15'], [/^:/, ':'], [/^\d\d/, '04'], [/^:/, ':'], [/^\d\d(\.\d+)?/, '05'], [/^(Z|[+-]\d\d:\d\d)/, 'Z07:00'],
  ];
  let rest = text;
  for (const [pattern, part] of parts) {
    const found = pattern.exec(rest);
    if (!found) return `cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`;
    rest = rest.slice(found[0].length);
  }
  return rest ? `extra text: ${JSON.stringify(rest)}` : 'out of range';
}
