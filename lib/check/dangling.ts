import type { KubeObject } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedObjects } from './checked-objects';
import { KnownObjects } from './known-objects';
import type { Problem } from './rule';

/** A name in one object that is another object's. */
export interface Reference {
  readonly object: DeepReadonly<KubeObject>;
  readonly field: string;
  readonly kind: string;
  /** undefined: where the object itself goes, or the kind has none. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/**
 * The references to what is neither among the manifests nor made from them, where it is conspicuous: the manifests have
 * others of its `company`, or one whose name is nearly the same. What they have nothing of is in the cluster already.
 *
 * @param company kinds; none: only a name that is nearly right is found
 */
export function* dangling(objects: CheckedObjects, references: Iterable<Reference>, company: readonly string[]): Generator<Problem> {
  const known = KnownObjects.of(objects);
  for (const { object, field, kind, namespace, name } of references) {
    if (typeof name !== 'string' || !name || known.has(kind, namespace, name)) continue;
    const meant = known.tryNearest(kind, namespace, name);
    const elsewhere = known.namespacesOf(kind, name);
    if (!meant && elsewhere.length === 0 && !known.hasAny(company, namespace)) continue;
    yield {
      object, field,
      message: elsewhere.length > 0 ? `${kind} ${name} is in namespace ${elsewhere.join(', ')}, and this looks in ${namespace}` : `${kind} ${name} is not among these manifests${meant ? `, but ${meant} is` : ''}`,
      fix: elsewhere.length > 0 ? 'put both into the same namespace' : meant ? `write ${meant}, or add ${kind} ${name}` : `add ${kind} ${name}, or correct the name; if something else makes it, ignore the finding with that as the reason`,
    };
  }
}
