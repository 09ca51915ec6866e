import type { Schema, SchemaType } from '../../api/schema/schema-node';
import type { CreateProblem } from '../../api/validate-for-create';
import { parseFieldPath } from './field-path';
import { schemasTo } from './schemas-to';

/** What the server says in terms of Go's types, for people who write YAML and TypeScript. Everything else is in the server's own words. */
export function plainWords(problem: CreateProblem, root: Schema | undefined): string {
  if (problem.kind === 'unknown-field') return 'there is no such field';
  if (problem.kind === 'invalid') return problem.message;
  const found = /^json: cannot unmarshal (\w+) /.exec(problem.message)?.[1];
  const wanted = schemasTo(root, parseFieldPath(problem.field)).at(-1)?.type;
  return found && wanted ? `${FOUND[found] ?? found} is not ${WANTED[wanted]}` : problem.message;
}

const FOUND: Readonly<Record<string, string>> = { string: 'text', number: 'a number', bool: 'true or false', array: 'a list', object: 'an object', null: 'nothing' };

const WANTED: Readonly<Record<SchemaType, string>> = {
  'object': 'an object', 'map': 'an object', 'list': 'a list', 'string': 'text', 'boolean': 'true or false', 'int32': 'a whole number', 'int64': 'a whole number', 'number': 'a number',
  'bytes': 'text in base64', 'time': 'a time', 'micro-time': 'a time', 'quantity': 'an amount', 'int-or-string': 'a whole number or text', 'any': 'a value of its type',
};
