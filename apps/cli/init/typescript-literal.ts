import type { Schema } from '../../../lib/api/schema/schema';

/** How the classes of cdk8s-plus-28 want a value that the API knows. */
export interface LiteralNames {
  /** Name of a field in TypeScript: `clusterIp` for `clusterIP`. */
  readonly property: (name: string) => string;
}

/** TypeScript for a value, as a person would write it. Values that the classes want wrapped (quantities, ports that may be names, times) are, by the schema. */
export function typescriptLiteral(value: unknown, schema: Schema | undefined, names: LiteralNames, indent = ''): string {
  const wrapped = wrap(value, schema);
  if (wrapped !== undefined) return wrapped;
  if (typeof value === 'string') return text(value, indent);
  if (typeof value !== 'object' || value === null) return String(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) return list(value.map((item) => typescriptLiteral(item, schema?.element, names, deeper)), '[', ']', indent);
  const fields = Object.entries(value).map(([name, item]) => {
    const field = schema?.fields.get(name);
    return `${propertyName(field ? names.property(name) : name)}: ${typescriptLiteral(item, field?.schema ?? schema?.element, names, deeper)}`;
  });
  return list(fields, '{', '}', indent);
}

function wrap(value: unknown, schema: Schema | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  switch (schema?.type) {
    case 'quantity': return typeof value === 'number' ? `k8s.Quantity.fromNumber(${value})` : `k8s.Quantity.fromString(${quote(value)})`;
    case 'int-or-string': return typeof value === 'number' ? `k8s.IntOrString.fromNumber(${value})` : `k8s.IntOrString.fromString(${quote(value)})`;
    case 'time': case 'micro-time': return `new Date(${quote(String(value))})`;
    default: return undefined;
  }
}

/** On one line where it is short and has no lines of its own. */
function list(items: readonly string[], open: string, close: string, indent: string): string {
  if (items.length === 0) return `${open}${close}`;
  const line = open === '[' ? `[${items.join(', ')}]` : `{ ${items.join(', ')} }`;
  if (line.length + indent.length <= 100 && !line.includes('\n')) return line;
  return `${open}\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}${close}`;
}

/** A text of several lines is a list of them. */
function text(value: string, indent: string): string {
  const lines = value.split('\n');
  return lines.length < 3 ? quote(value) : `[\n${lines.map((line) => `${indent}  ${quote(line)},\n`).join('')}${indent}].join('\\n')`;
}

export const quote = (value: string): string => `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
const propertyName = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name));
