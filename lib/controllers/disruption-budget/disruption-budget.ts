import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { keyOf } from '../../api/object-key';
import { isPodReady } from '../../api/pods';
import { matchesLabelSelector } from '../../api/selectors';
import type { Pod, PodDisruptionBudget, policy } from '../../api/types';
import { withCondition } from '../conditions';
import type { Controller } from '../controller';
import { writeStatus } from '../write-status';
import { expectedPods } from './expected-pods';

type Budget = DeepReadonly<PodDisruptionBudget>;
type ReadPod = DeepReadonly<Pod>;
type Status = policy.PodDisruptionBudgetStatus;
type BudgetCondition = NonNullable<Status['conditions']>[number];

/** An eviction that was allowed but not carried out is forgotten after this long. */
export const EVICTION_TIMEOUT = 120_000;

/** How many of the pods may be evicted now, when so many are expected. Pure. */
export function computeBudget(budget: Budget, pods: readonly ReadPod[], { expected }: { readonly expected: number }, now: number): Status {
  const { minAvailable, maxUnavailable } = budget.spec;
  const desired = maxUnavailable !== undefined ? Math.max(0, expected - scaled(maxUnavailable, expected)) : minAvailable !== undefined ? scaled(minAvailable, expected) : 0;
  const disrupted = Object.fromEntries(Object.entries(budget.status?.disruptedPods ?? {})
    .filter(([name, time]) => now <= Date.parse(time) + EVICTION_TIMEOUT && pods.some(({ metadata }) => metadata.name === name && !metadata.deletionTimestamp)));
  const healthy = pods.filter((pod) => !pod.metadata.deletionTimestamp && isPodReady(pod) && !((pod.metadata.name ?? '') in disrupted)).length;
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
  return {
    currentHealthy: healthy, desiredHealthy: desired, expectedPods: expected, disruptionsAllowed: allowed, observedGeneration: budget.metadata.generation,
    ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }),
    conditions: conditionsOf(budget, { status: allowed > 0 ? 'True' : 'False', reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods', message: '' }, now),
  };
}

/** The status of a budget whose pods cannot be counted: nothing may be evicted. Pure. */
export function failedBudget(budget: Budget, message: string, now: number): Status {
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods: expected = 0 } = budget.status ?? {};
  return { ...budget.status, currentHealthy, desiredHealthy, expectedPods: expected, disruptionsAllowed: 0, conditions: conditionsOf(budget, { status: 'False', reason: 'SyncFailed', message }, now) } as Status;
}

function conditionsOf({ metadata: { generation }, status }: Budget, what: Pick<BudgetCondition, 'status' | 'reason' | 'message'>, now: number): BudgetCondition[] {
  const conditions = withCondition(status?.conditions as readonly BudgetCondition[] | undefined, { type: 'DisruptionAllowed', ...what, lastTransitionTime: toTime(now) } as BudgetCondition);
  return conditions.map((condition) => (condition.type === 'DisruptionAllowed' ? { ...condition, observedGeneration: generation } : condition));
}

const scaled = (value: string | number, total: number) => (typeof value === 'string' && value.endsWith('%') ? Math.ceil((Number(value.slice(0, -1)) * total) / 100) : Number(value));

/** Keeps the status by which evictions are allowed or refused. Follows pkg/controller/disruption of Kubernetes 1.28. */
export const disruptionBudget: Controller = {
  name: 'controllermanager',

  watches: [
    { kind: 'PodDisruptionBudget', enqueue: 'self' },
    {
      kind: 'Pod',
      enqueue: (pod, { lister }, change) => lister.list('PodDisruptionBudget', pod.metadata.namespace)
        .filter(({ spec }) => matchesLabelSelector(spec.selector, pod.metadata.labels) || (change.type === 'modified' && matchesLabelSelector(spec.selector, change.old.metadata.labels))).map(keyOf),
    },
    { kind: 'ReplicaSet', enqueue: 'nothing' },
    { kind: 'Deployment', enqueue: 'nothing' },
    { kind: 'StatefulSet', enqueue: 'nothing' },
    { kind: 'ReplicationController', enqueue: 'nothing' },
  ],

  async sync(key, context) {
    const { lister, client, clock, events, requeueAfter } = context;
    const budget = lister.tryGet('PodDisruptionBudget', key);
    if (!budget) return;
    const pods = lister.list('Pod', budget.metadata.namespace).filter((pod) => matchesLabelSelector(budget.spec.selector, pod.metadata.labels));
    if (pods.length === 0) events.normal(budget, 'NoPods', 'No matching pods found');
    let expected: number;
    try {
      expected = await expectedPods(budget, pods, context);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      events.warning(budget, 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${message}`);
      await writeStatus(client, budget, failedBudget(budget, message, clock.now()));
      throw error;
    }
    const status = computeBudget(budget, pods, { expected }, clock.now());
    for (const pod of pods) {
      const { name = '', deletionTimestamp, namespace } = pod.metadata;
      if (deletionTimestamp || !(name in (budget.status?.disruptedPods ?? {})) || name in (status.disruptedPods ?? {})) continue;
      events.warning(pod, 'NotDeleted', `Pod was expected by PDB ${namespace}/${budget.metadata.name} to be deleted but it wasn't`);
    }
    await writeStatus(client, budget, status);
    const times = Object.values(status.disruptedPods ?? {}).map((time) => Date.parse(time) + EVICTION_TIMEOUT + 1 - clock.now());
    if (times.length > 0) requeueAfter(key, Math.max(0, Math.min(...times)));
  },
};
