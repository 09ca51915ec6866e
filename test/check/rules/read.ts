import { checkText } from '../read';
import { rules } from '../../../lib/check/index';

/** What one rule finds in YAML: `Kind/name field: message → fix`. */
export function found(id: string, yaml: string): readonly string[] {
  const rule = rules.find((candidate) => candidate.id === id);
  if (!rule) throw new Error(`there is no rule ${id}`);
  return checkText(yaml, { rules: [rule] }).findings.map(({ object, field, message, fix }) => `${object.kind}/${object.metadata.name} ${field}: ${message} → ${fix}`);
}

/** Documents in one text. */
export const documents = (...texts: readonly string[]) => texts.map((text) => text.trim()).join('\n---\n');
