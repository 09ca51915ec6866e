import type { Schema, SchemaType } from '../../api/schema/schema-node';
import type { CreateProblem } from '../../api/validate-for-create';
import { tryNearest } from '../../base/nearest';
import { parseFieldPath } from './field-path';
import { schemasTo } from './schemas-to';

/** What to do about a refusal. */
export function fixFor(problem: CreateProblem, schema: Schema | undefined): string {
  if (problem.kind === 'invalid') return fixForValue(problem.reason, problem.field, problem.message);
  return problem.kind === 'unknown-field' ? fixForUnknownField(problem.field, schema) : fixForType(problem.field, schema);
}

/** A mistyped name, or a field that was indented too little or too much. */
function fixForUnknownField(field: string, root: Schema | undefined): string {
  const path = parseFieldPath(field);
  const name = String(path.at(-1));
  const parents = schemasTo(root, path.slice(0, -1));
  const meant = tryNearest(name, parents.at(-1)?.fields.keys() ?? []);
  if (meant) return `write ${meant}`;
  const outer = parents.slice(0, -1).findLastIndex((schema) => schema?.fields.has(name) ?? false);
  if (outer >= 0) return `move ${name} out, to ${path.slice(0, outer).join('.') || 'the top of the object'}`;
  const inner = [...(parents.at(-1)?.fields.values() ?? [])].find((child) => (child.schema.element ?? child.schema).fields.has(name));
  if (inner) return `move ${name} into ${inner.name}`;
  const known = [...(parents.at(-1)?.fields.keys() ?? [])];
  return known.length > 0 && known.length <= 12 ? `remove it, or use one of ${known.join(', ')}` : 'remove it';
}

const WRITE: Readonly<Record<SchemaType, string>> = {
  'object': 'write an object', 'map': 'write an object', 'list': 'write a list', 'string': 'write text, in quotes', 'boolean': 'write true or false, without quotes',
  'int32': 'write a whole number, without quotes', 'int64': 'write a whole number, without quotes', 'number': 'write a number, without quotes', 'bytes': 'write text in base64, or use stringData for plain text',
  'time': 'write a time such as 2006-01-02T15:04:05Z', 'micro-time': 'write a time such as 2006-01-02T15:04:05.000000Z', 'quantity': 'write an amount such as 500m, 0.5, 128Mi or 1Gi',
  'int-or-string': 'write a whole number, or text in quotes', 'any': 'write another value',
};

function fixForType(field: string, root: Schema | undefined): string {
  const schema = schemasTo(root, parseFieldPath(field)).at(-1);
  return schema ? WRITE[schema.type] : 'write a value of the type that the message names';
}

type Reason = (CreateProblem & { readonly kind: 'invalid' })['reason'];

function fixForValue(reason: Reason, field: string, message: string): string {
  const name = parseFieldPath(field).findLast((step) => typeof step === 'string') ?? field;
  const detail = message.includes(': ') ? message.slice(message.indexOf(': ') + 2) : '';
  switch (reason) {
    case 'FieldValueRequired': return `set ${name}${detail ? `: ${detail}` : ''}`;
    case 'FieldValueNotSupported': return `use one of the ${/supported values: .*/.exec(message)?.[0] ?? 'values that the message names'}`;
    case 'FieldValueForbidden': return `remove ${name}, or change what makes it forbidden`;
    case 'FieldValueDuplicate': return 'remove one of the two, or give it a value of its own';
    case 'FieldValueTooLong': return `shorten ${name}`;
    case 'FieldValueTooMany': return `leave some of ${name} out`;
    case 'FieldValueNotFound': return `use one that is declared in the same object, or declare it there`;
    case 'FieldValueTypeInvalid': return 'write a value of the type that the message names';
    default: return /field is immutable/.test(message) ? 'leave it as it is, or give the object another name' : `change ${name} to what the message asks for`;
  }
}
