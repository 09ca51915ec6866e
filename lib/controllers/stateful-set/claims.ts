import type { DeepReadonly } from '../../base/deep-readonly';
import type { meta, PersistentVolumeClaim, Pod, StatefulSet } from '../../api/types';
import { claimName, podName } from './identity';
import { isInRange } from './plan';

type Set = DeepReadonly<StatefulSet>;
type Claim = DeepReadonly<PersistentVolumeClaim>;
type Owners = readonly DeepReadonly<meta.OwnerReference>[];

const policyOf = ({ spec }: Set) => ({ whenDeleted: 'Retain', whenScaled: 'Retain', ...spec.persistentVolumeClaimRetentionPolicy });
const referenceTo = ({ apiVersion, kind, metadata: { name = '', uid = '' } }: DeepReadonly<Pod | StatefulSet>) => ({ apiVersion, kind, name, uid });

/** The claims of a pod. They outlive it, unless the retention policy says that they go with the set. Pure. */
export function newClaims(set: Set, pod: string): readonly Claim[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata = {}, spec = {} }) => ({
    apiVersion: 'v1', kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(metadata.name ?? '', pod), namespace: set.metadata.namespace,
      labels: { ...metadata.labels, ...set.spec.selector.matchLabels }, ...(metadata.annotations && { annotations: metadata.annotations }),
      ...(policyOf(set).whenDeleted === 'Delete' && { ownerReferences: [referenceTo(set)] }),
    },
    spec,
  }));
}

/**
 * Who must own the claim of the pod, where that differs from who does: the set (`whenDeleted: Delete`), or the pod once it is scaled away (`whenScaled: Delete`).
 * Pure. Follows updateClaimOwnerRefForSetAndPod of Kubernetes 1.28.
 */
export function tryClaimOwners(set: Set, pod: DeepReadonly<Pod>, claim: Claim): Owners | undefined {
  const { whenDeleted, whenScaled } = policyOf(set);
  const byPod = whenScaled === 'Delete' && !isInRange(set, pod);
  const bySet = whenDeleted === 'Delete' && !byPod;
  const before = claim.metadata.ownerReferences ?? [];
  const has = (owner: DeepReadonly<Pod | StatefulSet>) => before.some(({ uid }) => uid === owner.metadata.uid);
  if (has(set) === bySet && has(pod) === byPod) return undefined;
  const others = before.filter(({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid);
  return [...others, ...(bySet ? [referenceTo(set)] : []), ...(byPod ? [referenceTo(pod)] : [])];
}

/** The claim goes with a pod of the same name that was scaled away: a new pod has to wait for a new claim. Pure. */
export const isClaimOfFormerPod = (claim: Claim, pod: string) => claim.metadata.ownerReferences?.some(({ kind, name }) => kind === 'Pod' && name === pod) ?? false;

/** Whether the name is that of a claim of one of the set's pods. Pure. */
export function isClaimOf(set: Set, claim: string): boolean {
  return (set.spec.volumeClaimTemplates ?? []).some(({ metadata }) => {
    const prefix = claimName(metadata?.name ?? '', podName(set, 0)).slice(0, -1);
    return claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length));
  });
}
