import type { Schema } from '../../api/schema/schema-node';

/** The schemas on the way to a path, the root's first; undefined from where the path is not known. */
export function schemasTo(root: Schema | undefined, path: readonly (string | number)[]): readonly (Schema | undefined)[] {
  const all = [root];
  for (const step of path) {
    const schema = all.at(-1);
    all.push(typeof step === 'number' ? schema?.element : schema?.fields.get(step)?.schema ?? schema?.element);
  }
  return all;
}
