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
import { isClaimOf, isClaimOfFormerPod, newClaims, tryClaimOwners } from './claims';
import { newPod, podName, tryMissingLabels, tryOrdinal } from './identity';
import { computeStatus, needsCurrentRevision, planStatefulSet, revisionOf } from './plan';

type Set = DeepReadonly<StatefulSet>;

/** Pods with names and volumes of their own, started, stopped and updated in order. Follows pkg/controller/statefulset of Kubernetes 1.28. */
export const statefulSet: Controller = {
  name: 'statefulset-controller',

  watches: [
    { kind: 'StatefulSet', enqueue: 'self' },
    { kind: 'Pod', enqueue: 'owner', ownerKind: 'StatefulSet' },
    { kind: 'Pod', enqueue: (pod, { lister }) => tryOwnersOfOrphan(pod, lister.list('StatefulSet', pod.metadata.namespace)) },
    { kind: 'PersistentVolumeClaim', enqueue: (claim, { lister }, { type }) => (type === 'deleted' ? lister.list('StatefulSet', claim.metadata.namespace).filter((set) => isClaimOf(set, claim.metadata.name ?? '')).map(keyOf) : []) },
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

    let failures: readonly PromiseRejectedResult[] = [];
    if (!set.metadata.deletionTimestamp) {
      const plan = planStatefulSet(set, pods, names, clock.now());
      await Promise.all(pods.map((pod) => ensureIdentity(set, pod, context)));
      const revisionFor = (ordinal: number) => (needsCurrentRevision(set, ordinal, pods, names) ? tryRevision(revisions, names.current) : undefined) ?? revisions.update;
      const done = await Promise.allSettled([...plan.create.map((ordinal) => create(set, ordinal, revisionFor(ordinal), context)), ...plan.remove.map((pod) => remove(set, pod, context))]);
      failures = done.filter((result) => result.status === 'rejected');
      await pruneRevisions(set, revisions, ({ metadata: { name } }) => name === names.current || name === update || pods.some((pod) => revisionOf(pod) === name), context);
    }
    await writeStatus(client, set, computeStatus(set, pods, names, clock.now()));
    if (failures[0]) throw failures[0].reason; // what could be done is told before
    const seconds = set.spec.minReadySeconds ?? 0;
    if (seconds > 0 && pods.some((pod) => isPodReady(pod) && !isPodAvailable(pod, seconds, clock.now()))) requeueAfter(keyOf(set), seconds * 1000);
  },
};

const tryRevision = ({ all }: Revisions, name: string) => all.find(({ metadata }) => metadata.name === name);

async function create(set: Set, ordinal: number, revision: Revisions['update'], context: ControllerContext): Promise<void> {
  const { client, events } = context;
  const name = podName(set, ordinal);
  try {
    if (!await ensureClaims(set, name, context)) return; // the deletion of the former claim brings the set back
    await client.create(newPod(set, ordinal, templateOf(revision), revision.metadata.name ?? ''));
    events.normal(set, 'SuccessfulCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} successful`);
  } catch (error) {
    if (isAlreadyExists(error)) return; // the informer will show it
    events.warning(set, 'FailedCreate', `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${text(error)}`);
    throw error;
  }
}

/** False while a claim of a former pod still has to go. */
async function ensureClaims(set: Set, pod: string, { client, lister, events }: ControllerContext): Promise<boolean> {
  const wanted = newClaims(set, pod).map((claim) => ({ claim, found: lister.tryGet('PersistentVolumeClaim', keyOf(claim)) }));
  if (wanted.some(({ found }) => found && isClaimOfFormerPod(found, pod))) return false;
  for (const { claim: { metadata: { name } }, claim, found } of wanted) {
    if (found?.metadata.deletionTimestamp) throw new Error(`pvc ${name} is being deleted`);
    if (found) continue;
    try {
      await client.create(claim);
      events.normal(set, 'SuccessfulCreate', `create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`);
    } catch (error) {
      if (isAlreadyExists(error)) continue;
      events.warning(set, 'FailedCreate', `create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${text(error)}`);
      throw error;
    }
  }
  return true;
}

const text = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function remove(set: Set, { metadata: { namespace, name = '', uid } }: DeepReadonly<Pod>, { client, events }: ControllerContext): Promise<void> {
  const deleted = await client.tryDelete('Pod', { namespace, name }, { preconditions: { uid } });
  if (deleted) events.normal(set, 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`);
}

/** Labels of an adopted pod, and the owners of the pod's claims as the retention policy wants them. */
async function ensureIdentity(set: Set, pod: DeepReadonly<Pod>, { client, lister }: ControllerContext): Promise<void> {
  const { namespace, name: podName = '' } = pod.metadata;
  const labels = tryMissingLabels(set, pod);
  if (labels) await ifFound(client.patch('Pod', { namespace, name: podName }, { metadata: { labels } }, { type: 'merge' }));
  for (const wanted of newClaims(set, podName)) {
    const found = lister.tryGet('PersistentVolumeClaim', keyOf(wanted));
    const ownerReferences = found && tryClaimOwners(set, pod, found);
    if (!ownerReferences) continue;
    const { name = '', resourceVersion } = found.metadata;
    await ifFound(client.patch('PersistentVolumeClaim', { namespace, name }, { metadata: { ownerReferences, resourceVersion } }, { type: 'merge' }));
  }
}

async function ifFound(change: Promise<unknown>): Promise<void> {
  await change.catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
