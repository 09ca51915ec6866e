import { isDeepStrictEqual } from 'node:util';
import { keyOf } from '../../api/object-key';
import { isPodAvailable, isPodReady } from '../../api/pods';
import { claim } from '../claim';
import type { Controller, ControllerContext } from '../controller';
import { tryOwnersOfOrphan } from '../orphan-owners';
import { ensureRevisions, pruneRevisions, revisionHash } from '../revision-history';
import { slowStart } from '../slow-start';
import { writeStatus } from '../write-status';
import { daemonPod, HASH_LABEL } from './placement';
import { computeStatus, planDaemonSet } from './plan';
import type { Daemon, DaemonPlan, ReadPod } from './state';

/** Keeps one pod on every node that the template fits. Follows pkg/controller/daemon of Kubernetes 1.28. */
export const daemonSet: Controller = {
  name: 'daemonset-controller',

  watches: [
    { kind: 'DaemonSet', enqueue: 'self' },
    { kind: 'Pod', enqueue: 'owner', ownerKind: 'DaemonSet' },
    { kind: 'Pod', enqueue: (pod, { lister }) => tryOwnersOfOrphan(pod, lister.list('DaemonSet', pod.metadata.namespace)) },
    {
      kind: 'Node',
      enqueue: (node, { lister }, change) => (change.type !== 'modified' || !isDeepStrictEqual([change.old.metadata.labels, change.old.spec], [node.metadata.labels, node.spec]) ? lister.list('DaemonSet').map(keyOf) : []),
    },
    { kind: 'ControllerRevision', enqueue: 'owner', ownerKind: 'DaemonSet' },
  ],

  async sync(key, context) {
    const { lister, client, clock, events, expectations, requeueAfter } = context;
    const set = lister.tryGet('DaemonSet', key);
    if (!set) return expectations.forget(key);
    if (set.metadata.deletionTimestamp) return;
    const pods = await claim('Pod', set, set.spec.selector, context);
    const nodes = lister.list('Node');
    const revisions = await ensureRevisions(set, HASH_LABEL, context);
    const hash = revisionHash(revisions.update);

    if (expectations.satisfied(key)) {
      const plan = decide(set, pods, hash, context);
      expectations.expect(key, { creations: plan.create.length, deletions: plan.remove.map(({ metadata }) => metadata.uid ?? '') });
      const { skipped, error } = await slowStart(plan.create.length, async (i) => {
        try {
          const pod = await client.create(daemonPod(set, plan.create[i], hash));
          events.normal(set, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
        } catch (failure) {
          expectations.created(key);
          events.warning(set, 'FailedCreate', `Error creating: ${failure instanceof Error ? failure.message : String(failure)}`);
          throw failure;
        }
      });
      for (let i = 0; i < skipped; i++) expectations.created(key);
      await Promise.all(plan.remove.map(async ({ metadata: { namespace, name = '', uid = '' } }) => {
        const deleted = await client.tryDelete('Pod', { namespace, name }, { preconditions: { uid } });
        if (deleted) events.normal(set, 'SuccessfulDelete', `Deleted pod: ${name}`);
        else expectations.deleted(key, uid);
      }));
      if (error !== undefined) throw error;
      const inUse = new Set([hash, ...pods.map(({ metadata }) => metadata.labels?.[HASH_LABEL])]);
      await pruneRevisions(set, revisions, (revision) => inUse.has(revisionHash(revision)), context);
    }
    await writeStatus(client, set, computeStatus(set, nodes, pods, hash, clock.now()));
    const seconds = set.spec.minReadySeconds ?? 0;
    if (seconds > 0 && pods.some((pod) => isPodReady(pod) && !isPodAvailable(pod, seconds, clock.now()))) requeueAfter(key, seconds * 1000);
  },
};

/** Failed pods are replaced, later and later: a kubelet that refuses them would refuse the next one at once. */
function decide(set: Daemon, pods: readonly ReadPod[], hash: string, context: ControllerContext): DaemonPlan {
  const { lister, clock, failures, requeueAfter } = context;
  const failureKey = (pod: ReadPod) => `${set.metadata.uid}/${pod.spec.nodeName}`;
  const plan = planDaemonSet(set, lister.list('Node'), pods, { hash, now: clock.now(), mayReplace: (pod) => failures.remaining(failureKey(pod)) === 0 });
  for (const pod of pods.filter(({ status }) => status?.phase === 'Failed')) {
    const wait = failures.remaining(failureKey(pod));
    if (wait > 0) requeueAfter(keyOf(set), wait);
  }
  for (const pod of plan.ended) {
    if (pod.status?.phase === 'Failed') failures.failed(failureKey(pod));
    announceEnd(set, pod, context);
  }
  return plan;
}

function announceEnd(set: Daemon, pod: ReadPod, { events }: ControllerContext): void {
  if (pod.status?.phase === 'Failed') events.warning(set, 'FailedDaemonPod', `Found failed daemon pod ${keyOf(pod)} on node ${pod.spec.nodeName}, will try to kill it`);
  else events.normal(set, 'SucceededDaemonPod', `Found succeeded daemon pod ${keyOf(pod)} on node ${pod.spec.nodeName}, will try to delete it`);
}
