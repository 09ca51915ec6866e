import type { DeepReadonly } from '../base/deep-readonly';
import { matchesNodeSelector } from './node-selectors';
import { wholeValue } from './quantity';
import { matchesLabelSelector } from './selectors';
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, Volume as PodVolume } from './types';

type Volume = DeepReadonly<PersistentVolume>;
type Claim = DeepReadonly<PersistentVolumeClaim>;

export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
/** On nodes: where their local volumes are. */
export const VOLUMES_ANNOTATION = 'twelve.dev/volumes';
/** On local volumes: the node has still to remove the directory. */
export const LOCAL_VOLUME_FINALIZER = 'twelve.dev/local-volume';
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** `''` for a claim that wants no class; the default class is filled in by admission (or later by the controller). */
export const classOfClaim = ({ metadata, spec }: Claim) => metadata.annotations?.[CLASS_ANNOTATION] ?? spec.storageClassName ?? '';
export const classOfVolume = ({ metadata, spec }: Volume) => metadata.annotations?.[CLASS_ANNOTATION] ?? spec.storageClassName ?? '';

export const isBoundTo = ({ spec: { claimRef } }: Volume, { metadata }: Claim) =>
  claimRef?.namespace === metadata.namespace && claimRef?.name === metadata.name && (!claimRef?.uid || claimRef.uid === metadata.uid);

/** Of the claim that is made for a generic ephemeral volume of the pod. */
export const ephemeralClaimName = ({ metadata }: DeepReadonly<Pod>, volume: Pick<DeepReadonly<PodVolume>, 'name'>) => `${metadata.name}-${volume.name}`;

/** A claim of that name that somebody else made must not be used. */
export const isEphemeralClaimOf = ({ metadata }: Claim, pod: DeepReadonly<Pod>) => metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === pod.metadata.uid) ?? false;

/** Whether both ends say that they belong together. */
export const isFullyBound = ({ metadata, spec }: Claim) => Boolean(spec.volumeName) && metadata.annotations?.[BIND_COMPLETED] !== undefined;

/** The host name that a local volume is bound to; '' for other volumes. */
export const nodeOfVolume = ({ spec }: Volume) => spec.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values?.[0] ?? '';

export function fitsNode({ spec: { nodeAffinity } }: Volume, node: DeepReadonly<Node>): boolean {
  return !nodeAffinity?.required || matchesNodeSelector(nodeAffinity.required, node);
}

/**
 * The volume to bind an unbound claim to: one that is reserved for it, otherwise the smallest free one that satisfies size, modes, class and selector
 * (and the node, where the choice waits for one). Follows FindMatchingVolume of Kubernetes 1.28.
 */
export function tryFindVolume(claim: Claim, volumes: readonly Volume[], node?: DeepReadonly<Node>): Volume | undefined {
  const candidates = volumes.filter((volume) => !volume.metadata.deletionTimestamp && satisfies(volume, claim) && (!node || fitsNode(volume, node)));
  const reserved = candidates.find((volume) => volume.spec.claimRef && isBoundTo(volume, claim));
  if (reserved) return reserved;
  const free = candidates.filter((volume) => !volume.spec.claimRef && volume.status?.phase === 'Available' && selects(claim, volume));
  return free.sort((a, b) => sizeOf(a) - sizeOf(b))[0];
}

export const sizeOf = ({ spec }: Volume) => wholeValue(spec.capacity?.['storage'] ?? 0);
export const requestedSize = ({ spec }: Claim) => wholeValue(spec.resources?.requests?.['storage'] ?? 0);

/** Whether size, access modes, volume mode and class of the volume are enough for the claim. */
export function satisfies(volume: Volume, claim: Claim): boolean {
  const modes = volume.spec.accessModes ?? [];
  return sizeOf(volume) >= requestedSize(claim)
    && (claim.spec.accessModes ?? []).every((mode) => modes.includes(mode))
    && (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem')
    && classOfVolume(volume) === classOfClaim(claim);
}

function selects(claim: Claim, volume: Volume): boolean {
  return !claim.spec.selector || matchesLabelSelector(claim.spec.selector, volume.metadata.labels);
}
