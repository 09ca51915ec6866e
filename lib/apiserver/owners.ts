import { deepEqual, type AnyObject } from './any-object';
import type { Call } from './call';

/** An owner that is named twice counts once; the client is warned. Changes the object in place. */
export function uniqueOwners({ warnings }: Call, { metadata }: AnyObject): void {
  const owners = metadata.ownerReferences ?? [];
  const unique = owners.filter((owner, index) => owners.findIndex((other) => deepEqual(owner, other)) === index);
  if (unique.length === owners.length) return;
  const twice = [...new Set(owners.filter((owner) => owners.filter((other) => deepEqual(owner, other)).length > 1).map(({ uid }) => uid))].sort();
  warnings.add(`.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${twice.join(', ')}`);
  metadata.ownerReferences = unique;
}
