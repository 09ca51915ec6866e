import type { DeepReadonly } from '../../base/deep-readonly';
import { matchesNodeSelector } from '../../api/node-selectors';
import type { Node, PersistentVolumeClaim, Pod, StorageClass } from '../../api/types';
import { classOfClaim, fitsNode, isEphemeralClaimOf, isFullyBound, NO_PROVISIONER, SELECTED_NODE, tryFindVolume } from '../../api/volume-binding';
import type { BindContext, Cluster, Plugin, Refusal } from '../plugin';

type Claim = DeepReadonly<PersistentVolumeClaim>;

const BIND_TIMEOUT = 600_000;

/** A pod goes where its volumes are, or where they can be made; claims that wait for a first consumer are told the node. */
export const volumeBinding: Plugin = {
  name: 'VolumeBinding',
  retryOn: ['StorageChanged', 'NodeAdded', 'NodeChanged'],

  prepare(pod, { lister }) {
    const names = claimNames(pod);
    if (names.length === 0) return undefined;
    const claims: Claim[] = [];
    for (const { name, ephemeral } of names) {
      const claim = lister.tryGet('PersistentVolumeClaim', `${pod.metadata.namespace}/${name}`);
      if (!claim) return refuseAll(ephemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"` : `persistentvolumeclaim "${name}" not found`);
      if (claim.metadata.deletionTimestamp) return refuseAll(`persistentvolumeclaim "${name}" is being deleted`);
      if (claim.status?.phase === 'Lost') return refuseAll(`persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`);
      if (ephemeral && !isEphemeralClaimOf(claim, pod)) return refuseAll(`PVC ${claim.metadata.namespace}/${name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`);
      claims.push(claim);
    }
    const unbound = claims.filter((claim) => !isFullyBound(claim));
    const delayed = unbound.filter((claim) => lister.tryGet('StorageClass', classOfClaim(claim))?.volumeBindingMode === 'WaitForFirstConsumer');
    if (delayed.length < unbound.length) return refuseAll('pod has unbound immediate PersistentVolumeClaims');
    const bound = claims.filter(isFullyBound);
    return { filter: ({ node }) => node && (checkBound(bound, node, lister) ?? checkUnbound(delayed, node, lister)) };
  },

  async preBind(pod, node, context) {
    const waiting = claimNames(pod).map(({ name }) => `${pod.metadata.namespace}/${name}`).filter((key) => !isBound(key, context));
    if (waiting.length === 0) return;
    await Promise.all(waiting.map((key) => selectNode(key, node, context)));
    const lost = (key: string) => context.lister.tryGet('PersistentVolumeClaim', key)?.metadata.annotations?.[SELECTED_NODE] !== node;
    let annotated = false; // the informer may be behind the patch at first
    await context.waitForStorage(() => {
      if (waiting.every((key) => isBound(key, context))) return true;
      const open = waiting.filter((key) => !isBound(key, context));
      if (!open.some(lost)) annotated = true;
      else if (annotated) throw new Error(`binding volumes: provisioning failed for PVC "${open[0]}"`);
      return false;
    }, BIND_TIMEOUT);
  },
};

interface ClaimName {
  readonly name: string;
  readonly ephemeral: boolean;
}

function claimNames(pod: DeepReadonly<Pod>): readonly ClaimName[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }): ClaimName[] => {
    if (persistentVolumeClaim) return [{ name: persistentVolumeClaim.claimName, ephemeral: false }];
    return ephemeral ? [{ name: `${pod.metadata.name}-${name}`, ephemeral: true }] : [];
  });
}

const refuseAll = (reason: string) => ({ refusesAll: true as const, reasons: [reason], unresolvable: true });

function checkBound(claims: readonly Claim[], node: DeepReadonly<Node>, lister: Cluster['lister']): Refusal | undefined {
  const volumes = claims.map(({ spec }) => lister.tryGet('PersistentVolume', spec.volumeName ?? ''));
  if (volumes.some((volume) => !volume)) return { reasons: ['node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'], unresolvable: true };
  return volumes.every((volume) => volume && fitsNode(volume, node)) ? undefined : { reasons: ['node(s) had volume node affinity conflict'], unresolvable: true };
}

function checkUnbound(claims: readonly Claim[], node: DeepReadonly<Node>, lister: Cluster['lister']): Refusal | undefined {
  const fits = claims.every((claim) => {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected && selected !== node.metadata.name) return false;
    if (tryFindVolume(claim, lister.list('PersistentVolume'), node)) return true;
    const storageClass = lister.tryGet('StorageClass', classOfClaim(claim));
    return storageClass !== undefined && storageClass.provisioner !== NO_PROVISIONER && isAllowed(storageClass, node);
  });
  return fits ? undefined : { reasons: ["node(s) didn't find available persistent volumes to bind"], unresolvable: true };
}

function isAllowed({ allowedTopologies = [] }: DeepReadonly<StorageClass>, node: DeepReadonly<Node>): boolean {
  if (allowedTopologies.length === 0) return true;
  const terms = allowedTopologies.map(({ matchLabelExpressions = [] }) => ({ matchExpressions: matchLabelExpressions.map(({ key, values }) => ({ key, operator: 'In', values })) }));
  return matchesNodeSelector({ nodeSelectorTerms: terms }, node);
}

const isBound = (key: string, { lister }: Pick<BindContext, 'lister'>) => {
  const claim = lister.tryGet('PersistentVolumeClaim', key);
  return claim !== undefined && isFullyBound(claim);
};

/** The binding controller takes it from here: it binds a volume that fits this node, or has one made there. */
async function selectNode(key: string, node: string, { client, lister }: BindContext): Promise<void> {
  const claim = lister.tryGet('PersistentVolumeClaim', key);
  if (!claim) throw new Error(`persistentvolumeclaim "${key}" not found`);
  if (claim.metadata.annotations?.[SELECTED_NODE] === node) return;
  const { namespace, name = '' } = claim.metadata;
  await client.patch('PersistentVolumeClaim', { namespace, name }, { metadata: { annotations: { [SELECTED_NODE]: node } } }, { type: 'merge' });
}
