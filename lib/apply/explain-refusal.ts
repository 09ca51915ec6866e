import type { KubeObject } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import { conflictsOf, explainConflicts } from './fields/conflicts';
import { describeObject, type Manifest } from './load/manifest';

/** Why the server did not take an object, and what to do. @param live as it is in the cluster, for the values that others have set */
export function explainRefusal({ object, source }: Manifest, error: unknown, live?: DeepReadonly<KubeObject>): string {
  const conflicts = conflictsOf(object, error);
  const message = conflicts.length > 0 ? explainConflicts(object, live, conflicts) : error instanceof Error ? error.message : String(error);
  return `${describeObject(object)} (${source}): ${message}`;
}
