import type { DeepReadonly } from '../base/deep-readonly';
import { controllerOf, keyOf, type ObjectKey } from '../api/object-key';
import { matchesLabelSelector } from '../api/selectors';
import type { KubeObject, LabelSelector, ObjectMeta } from '../api/types';

interface Selecting {
  readonly metadata: DeepReadonly<ObjectMeta>;
  readonly spec: { readonly selector?: DeepReadonly<LabelSelector> };
}

/** The keys of those that could adopt the object: nobody owns it, and their selector selects it. */
export function tryOwnersOfOrphan(object: DeepReadonly<KubeObject>, candidates: readonly Selecting[]): readonly ObjectKey[] {
  if (controllerOf(object) || object.metadata.deletionTimestamp) return [];
  return candidates.filter(({ spec }) => matchesLabelSelector(spec.selector, object.metadata.labels)).map(keyOf);
}
