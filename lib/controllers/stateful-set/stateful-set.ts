import type { DeepReadonly } from '../../base/deep-readonly';
import { keyOf } from '../../api/object-key';
import { isPodAvailable, isPodReady } from '../../api/pods';
import { isAlreadyExists, isNotFound } from '../../api/status-error';
import type { Pod, StatefulSet } from '../../api/types';
import { claim } from '../claim';
import type { Controller, ControllerContext } from '../controller';
import { tryOwnersOfOrphan } from '../orphan-owners';
import { ensureRevisions, pruneRevisions, type Revisions, templateOf } from '../revision-history';
import { writeStatus } from '../write-status';
import { newClaims, newPod, podName, tryOrdinal } from './identity';
import { computeStatus, needsCurrentRevision, planStatefulSet, revisionOf } from './plan';

type Set = DeepReadonly<StatefulSet>;

/** Pods with names and volumes of their own, started, stopped and updated in order. Follows pkg/controller/statefulset of Kubernetes 1.28. */
export const statefulSet: Controller = {
  name: 'statefulset-controller',

  watches: [
    { kind: 'StatefulSet', enqueue: 'self' },
    { kind: 'Pod', enqueue: 'owner', ownerKind: 'StatefulSet' },
    { kind: 'Pod', enqueue: (pod, { lister }) => tryOwnersOfOrphan(pod, lister.list('StatefulSet', pod.metadata.namespace)) },
    { kind: 'PersistentVolumeClaim', enqueue: 'nothing' },
    { kind: 'ControllerRevision', enqueue: 'owner', ownerKind: 'StatefulSet' },
  ],

  async sync(key, context) {
    const { lister, client, clock, requeueAfter } = context;
    const set = lister.tryGet('StatefulSet', key);
    if (!set) return;
    const pods = (await claim('Pod', set, set.spec.selector, context)).filter((pod) => tryOrdinal(set, pod) !== undefined);
    const revisions = await ensureRevisions(set, 'controller.kubernetes.io/hash', context);
    const update = revisions.update.metadata.name ?? '';
    const names = { current: set.status?.currentRevision ?? update, update };

    if (!set.metadata.deletionTimestamp) {
      const plan = planStatefulSet(set, pods, names, clock.now());
      await releaseClaims(set, plan.condemned, context);
      const revisionFor = (ordinal: number) => (needsCurrentRevision(set, ordinal, pods, names) ? tryRevision(revisions, names.current) : undefined) ?? revisions.update;
      await Promise.all([...plan.create.map((ordinal) => create(set, ordinal, revisionFor(ordinal), context)), ...plan.remove.map((pod) => remove(set, pod, context))]);
      await pruneRevisions(set, revisions, ({ metadata: { name } }) => name === names.current || name === update || pods.some((pod) => revisionOf(pod) === name), context);
    }
    await writeStatus(client, set, computeStatus(set, pods, names, clock.now()));
    const seconds = set.spec.minReadySeconds ?? 0;
    if (seconds > 0 && pods.some((pod) => isPodReady(pod) && !isPodAvailable(pod, seconds, clock.now()))) requeueAfter(keyOf(set), seconds * 1000);
  },
};

const tryRevision = ({ all }: Revisions, name: string) => all.find(({ metadata }) => metadata.name === name);

async function create(set: Set, ordinal: number, revision: Revisions['update'], context: ControllerContext): Promise<void> {
  const { client, events } = context;
  const name = podName(set, ordinal);
  try {
    await createClaims(set, ordinal, context);
    await client.create(newPod(set, ordinal, templateOf(revision), revision.metadata.name ?? ''));
    events.normal(set, 'SuccessfulCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} successful`);
  } catch (error) {
    if (isAlreadyExists(error)) return; // the informer will show it
    events.warning(set, 'FailedCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
}

async function createClaims(set: Set, ordinal: number, { client, lister, events }: ControllerContext): Promise<void> {
  for (const wanted of newClaims(set, ordinal)) {
    const found = lister.tryGet('PersistentVolumeClaim', keyOf(wanted));
    if (found?.metadata.deletionTimestamp) throw new Error(`pvc ${found.metadata.name} is being deleted`);
    if (found) continue;
    await client.create(wanted).catch((error: unknown) => { if (!isAlreadyExists(error)) throw error; });
    events.normal(set, 'SuccessfulCreate', `create Claim ${wanted.metadata.name} Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name} success`);
  }
}

async function remove(set: Set, { metadata: { namespace, name = '', uid } }: DeepReadonly<Pod>, { client, events }: ControllerContext): Promise<void> {
  const deleted = await client.tryDelete('Pod', { namespace, name }, { preconditions: { uid } });
  if (deleted) events.normal(set, 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`);
}

/** `whenScaled: Delete`: the claims of a pod that is scaled away go with it. */
async function releaseClaims(set: Set, condemned: readonly DeepReadonly<Pod>[], { client, lister }: ControllerContext): Promise<void> {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return;
  for (const pod of condemned) {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid };
    for (const wanted of newClaims(set, tryOrdinal(set, pod) ?? 0)) {
      const found = lister.tryGet('PersistentVolumeClaim', keyOf(wanted));
      if (!found || found.metadata.ownerReferences?.some(({ uid }) => uid === owner.uid)) continue;
      const { namespace, name = '', resourceVersion } = found.metadata;
      await client.patch('PersistentVolumeClaim', { namespace, name }, { metadata: { ownerReferences: [owner], resourceVersion } }, { type: 'merge' }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    }
  }
}
