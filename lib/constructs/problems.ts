import type { Construct, IConstruct } from 'constructs';

/** By the root of the tree. */
const found = new WeakMap<IConstruct, Error[]>();

/** Something is wrong that is told when the program is synthesized, together with everything else of its kind. The error knows the line that it is made on. */
export function addProblem(construct: Construct, error: Error): void {
  const { root } = construct.node;
  found.set(root, [...(found.get(root) ?? []), error]);
}

/** One error for all that is wrong until now: where it points to is the first one's line. Throws nothing when all is well. @param more what only this call has found */
export function throwProblems(root: IConstruct, more: readonly Error[] = []): void {
  const errors = [...found.get(root) ?? [], ...more];
  if (errors.length > 0) throw toOneError(errors);
}

function toOneError(errors: readonly Error[]): Error {
  const [first, ...rest] = errors;
  if (rest.length === 0) return first;
  const all = new Error(`${errors.length} values are missing or wrong\n${errors.map(({ message }) => `  ${message}`).join('\n')}`);
  all.stack = first.stack?.replace(first.message, all.message);
  return all;
}
