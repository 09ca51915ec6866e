import type { DeepReadonly } from '../../base/deep-readonly';
import { keyOf } from '../../api/object-key';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/types';
import { classOfClaim, fitsNode, isBoundTo, isFullyBound, NO_PROVISIONER, satisfies, SELECTED_NODE, tryFindVolume } from '../../api/volume-binding';
import type { Controller, ControllerContext } from '../controller';
import { writeStatus } from '../write-status';
import { bind } from './bind';
import { expand, wantsExpansion } from './expand';
import { LOCAL_PROVISIONER, provision } from './provision';

type Claim = DeepReadonly<PersistentVolumeClaim>;
type Volume = DeepReadonly<PersistentVolume>;
type Class = DeepReadonly<StorageClass>;

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

export type ClaimPlan =
  | { readonly action: 'bind'; readonly volume: Volume }
  | { readonly action: 'expand'; readonly volume: Volume }
  | { readonly action: 'provision'; readonly storageClass: Class }
  | { readonly action: 'use-class'; readonly storageClass: Class }
  | { readonly action: 'lost'; readonly reason: string; readonly message: string }
  | { readonly action: 'wait'; readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string };

/** What a claim needs next. Undefined: nothing. Pure. */
export function planClaim(claim: Claim, volumes: readonly Volume[], classes: readonly Class[], selectedNodeFits: (volume: Volume) => boolean): ClaimPlan | undefined {
  const { volumeName } = claim.spec;
  if (isFullyBound(claim)) return planBound(claim, volumes.find(({ metadata }) => metadata.name === volumeName));
  if (volumeName) return planNamed(claim, volumes.find(({ metadata }) => metadata.name === volumeName));

  const className = classOfClaim(claim);
  const preferred = claim.spec.storageClassName === undefined && !className ? tryDefaultClass(classes) : undefined;
  if (preferred) return { action: 'use-class', storageClass: preferred };
  const storageClass = classes.find(({ metadata }) => metadata.name === className);
  const reserved = volumes.find((volume) => volume.spec.claimRef && isBoundTo(volume, claim) && satisfies(volume, claim));
  if (reserved) return { action: 'bind', volume: reserved };
  if (storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !claim.metadata.annotations?.[SELECTED_NODE]) {
    return { action: 'wait', type: 'Normal', reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding' };
  }
  const volume = tryFindVolume(claim, volumes.filter(selectedNodeFits));
  if (volume) return { action: 'bind', volume };
  return planProvisioning(className, storageClass);
}

function planProvisioning(className: string, storageClass: Class | undefined): ClaimPlan {
  if (!className) return { action: 'wait', type: 'Normal', reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' };
  if (!storageClass) return { action: 'wait', type: 'Warning', reason: 'ProvisioningFailed', message: `storageclass.storage.k8s.io "${className}" not found` };
  if (storageClass.provisioner === LOCAL_PROVISIONER) return { action: 'provision', storageClass };
  if (storageClass.provisioner === NO_PROVISIONER) return { action: 'wait', type: 'Normal', reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' };
  return {
    action: 'wait', type: 'Normal', reason: 'ExternalProvisioning',
    message: `Waiting for a volume to be created either by the external provisioner '${storageClass.provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  };
}

function planBound(claim: Claim, volume: Volume | undefined): ClaimPlan | undefined {
  if (!volume) return { action: 'lost', reason: 'ClaimLost', message: 'Bound claim has lost its PersistentVolume. Data on the volume is lost!' };
  if (volume.spec.claimRef && !isBoundTo(volume, claim)) return { action: 'lost', reason: 'ClaimMisbound', message: `Two claims are bound to the same volume, this one is bound incorrectly` };
  if (claim.status?.phase === 'Bound' && wantsExpansion(claim, volume)) return { action: 'expand', volume };
  return claim.status?.phase === 'Bound' && volume.spec.claimRef?.uid === claim.metadata.uid ? undefined : { action: 'bind', volume };
}

function planNamed(claim: Claim, volume: Volume | undefined): ClaimPlan {
  const wait = (reason: string, message: string): ClaimPlan => ({ action: 'wait', type: 'Warning', reason, message });
  if (!volume) return wait('FailedBinding', `volume "${claim.spec.volumeName}" not found`);
  if (volume.spec.claimRef && !isBoundTo(volume, claim)) return wait('FailedBinding', `volume "${volume.metadata.name}" already bound to a different claim.`);
  if (!satisfies(volume, claim)) return wait('VolumeMismatch', `Cannot bind to requested volume "${volume.metadata.name}": requested size, access modes, volume mode or storage class do not match`);
  return { action: 'bind', volume };
}

/** The newest of several, as upstream. */
export function tryDefaultClass(classes: readonly Class[]): Class | undefined {
  return classes.filter(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true')
    .sort((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') || (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''))[0];
}

/** Gives each claim a volume: one that is there, or a new one on a node's disk. Follows the claim half of pkg/controller/volume/persistentvolume of Kubernetes 1.28. */
export const persistentVolumeClaim: Controller = {
  name: 'persistentvolume-controller',
  concurrency: 1, // two claims must not choose the same volume

  watches: [
    { kind: 'PersistentVolumeClaim', enqueue: 'self' },
    { kind: 'PersistentVolume', enqueue: (volume, context) => claimsOfVolume(volume, context) },
    { kind: 'StorageClass', enqueue: (_class, { lister }) => pending(lister.list('PersistentVolumeClaim')) },
    { kind: 'Node', enqueue: (_node, { lister }, { type }) => (type === 'added' ? pending(lister.list('PersistentVolumeClaim')) : []) },
  ],

  async sync(key, context) {
    const { lister, client, events } = context;
    const claim = lister.tryGet('PersistentVolumeClaim', key);
    if (!claim || claim.metadata.deletionTimestamp) return;
    const node = lister.tryGet('Node', claim.metadata.annotations?.[SELECTED_NODE] ?? '');
    const plan = planClaim(claim, lister.list('PersistentVolume'), lister.list('StorageClass'), (volume) => !node || fitsNode(volume, node));
    if (plan?.action === 'bind') return bind(plan.volume, claim, context);
    if (plan?.action === 'expand') return expand(claim, plan.volume, context);
    if (plan?.action === 'provision') return provision(claim, plan.storageClass, context);
    if (plan?.action === 'use-class') {
      const updated = { ...claim, spec: { ...claim.spec, storageClassName: plan.storageClass.metadata.name } };
      await client.update(updated);
    } else if (plan) {
      const isNew = claim.status?.phase !== (plan.action === 'lost' ? 'Lost' : 'Pending');
      if (isNew) await writeStatus(client, claim, { ...claim.status, phase: plan.action === 'lost' ? 'Lost' : 'Pending' });
      if (plan.action === 'lost') { if (isNew) events.warning(claim, plan.reason, plan.message); }
      else if (plan.type === 'Warning') events.warning(claim, plan.reason, plan.message);
      else events.normal(claim, plan.reason, plan.message);
    }
  },
};

function claimsOfVolume({ spec: { claimRef } }: Volume, { lister }: ControllerContext): readonly string[] {
  const own = claimRef ? [`${claimRef.namespace}/${claimRef.name}`] : [];
  return claimRef?.uid ? own : [...own, ...pending(lister.list('PersistentVolumeClaim'))];
}

const pending = (claims: readonly Claim[]) => claims.filter((claim) => !isFullyBound(claim)).map(keyOf);
