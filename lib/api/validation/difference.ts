import { semanticEqual } from './semantic-equal';

/** The changed members of two structures, in the form of Go's cmp.Diff: `-` what was, `+` what is asked for. */
export function describeDifference(type: string, old: object, now: object): string {
  const before = old as Readonly<Record<string, unknown>>;
  const after = now as Readonly<Record<string, unknown>>;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => !semanticEqual(before[key], after[key]));
  const line = (sign: string, key: string, value: unknown) => `${sign} \t${key.charAt(0).toUpperCase()}${key.slice(1)}: ${value === undefined ? 'nil' : JSON.stringify(value)},`;
  const lines = changed.flatMap((key) => [line('-', key, before[key]), line('+', key, after[key])]);
  return `  ${type}{\n  \t... // ${keys.length - changed.length} identical fields\n${lines.join('\n')}\n  }\n`;
}
