import type { PersistentVolumeClaim } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedObjects } from './checked-objects';
import type { PodTemplate } from './pod-templates';

/** A claim that a pod writes to, and that only the pods of one node can have. */
export interface ExclusiveClaim {
  readonly claim: DeepReadonly<PersistentVolumeClaim>;
  readonly field: string;
}

/** The claims among the manifests that a pod mounts for writing, and that cannot be mounted on several nodes. Those of a StatefulSet's templates are one for each copy. */
export function exclusiveClaimsOf(objects: CheckedObjects, { object, spec, path }: PodTemplate): readonly ExclusiveClaim[] {
  return (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: volume }, index) => {
    const claim = volume && !volume.readOnly ? objects.tryFind('PersistentVolumeClaim', object.metadata.namespace, volume.claimName) : undefined;
    const modes = claim?.spec?.accessModes ?? [];
    return claim && modes.length > 0 && !modes.includes('ReadWriteMany') && !modes.includes('ReadOnlyMany') ? [{ claim, field: `${path}.volumes[${index}].persistentVolumeClaim.claimName` }] : [];
  });
}
