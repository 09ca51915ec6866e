import { toTime } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { controllerOf, keyOf } from '../api/object-key';
import { isPodReady, isPodTerminated } from '../api/pods';
import { matchesLabelSelector } from '../api/selectors';
import type { Pod, PodDisruptionBudget, policy } from '../api/types';
import { withCondition } from './conditions';
import type { Controller, ControllerContext } from './controller';
import { writeStatus } from './write-status';

type Budget = DeepReadonly<PodDisruptionBudget>;
type ReadPod = DeepReadonly<Pod>;
type Status = policy.PodDisruptionBudgetStatus;

/** An eviction that was allowed but not carried out is forgotten after this long. */
const EVICTION_TIMEOUT = 120_000;

/** How many pods there should be, as their owners say. */
export interface Scale {
  readonly expected: number;
  /** The owners could not be asked: nothing may be evicted. */
  readonly error?: string;
}

/** How many of the pods may be evicted now. Pure. */
export function computeBudget(budget: Budget, pods: readonly ReadPod[], { expected }: Scale, now: number): Status {
  const { minAvailable, maxUnavailable } = budget.spec;
  const desired = maxUnavailable !== undefined ? Math.max(0, expected - scaled(maxUnavailable, expected)) : minAvailable !== undefined ? scaled(minAvailable, expected) : 0;
  const disrupted = Object.fromEntries(Object.entries(budget.status?.disruptedPods ?? {})
    .filter(([name, time]) => now - Date.parse(time) < EVICTION_TIMEOUT && pods.some(({ metadata }) => metadata.name === name && !metadata.deletionTimestamp)));
  const healthy = pods.filter((pod) => !pod.metadata.deletionTimestamp && isPodReady(pod) && !(pod.metadata.name !== undefined && pod.metadata.name in disrupted)).length;
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
  const conditions = withCondition(budget.status?.conditions, {
    type: 'DisruptionAllowed', status: allowed > 0 ? 'True' : 'False', reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods', message: '',
    observedGeneration: budget.metadata.generation, lastTransitionTime: toTime(now),
  } as NonNullable<Status['conditions']>[number]);
  return {
    currentHealthy: healthy, desiredHealthy: desired, expectedPods: expected, disruptionsAllowed: allowed, observedGeneration: budget.metadata.generation,
    ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }), conditions: [...conditions],
  };
}

const scaled = (value: string | number, total: number) => (typeof value === 'string' && value.endsWith('%') ? Math.ceil((Number(value.slice(0, -1)) * total) / 100) : Number(value));

/** Keeps the status by which evictions are allowed or refused. Follows pkg/controller/disruption of Kubernetes 1.28. */
export const disruptionBudget: Controller = {
  name: 'disruption-controller',

  watches: [
    { kind: 'PodDisruptionBudget', enqueue: 'self' },
    {
      kind: 'Pod',
      enqueue: (pod, { lister }) => lister.list('PodDisruptionBudget', pod.metadata.namespace).filter(({ spec }) => matchesLabelSelector(spec.selector, pod.metadata.labels)).map(keyOf),
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
    const pods = lister.list('Pod', budget.metadata.namespace).filter((pod) => matchesLabelSelector(budget.spec.selector, pod.metadata.labels) && !isPodTerminated(pod));
    if (pods.length === 0) events.normal(budget, 'NoPods', 'No matching pods found');
    const scale = expectedPods(budget, pods, context);
    if (scale.error) events.warning(budget, 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${scale.error}`);
    const status = scale.error ? { ...budget.status, disruptionsAllowed: 0 } : computeBudget(budget, pods, scale, clock.now());
    await writeStatus(client, budget, status);
    if (status.disruptedPods) requeueAfter(key, EVICTION_TIMEOUT);
  },
};

/** A plain count needs no owner; a percentage is one of what the owners ask for. */
function expectedPods({ spec: { minAvailable, maxUnavailable } }: Budget, pods: readonly ReadPod[], { lister }: ControllerContext): Scale {
  if (maxUnavailable === undefined && typeof minAvailable !== 'string') return { expected: pods.length };
  const owners = new Map<string, number>();
  for (const pod of pods) {
    const reference = controllerOf(pod);
    const namespace = pod.metadata.namespace ?? '';
    if (!reference) return { expected: 0, error: `found no controller ref for pod "${pod.metadata.name}"` };
    if (!['ReplicaSet', 'StatefulSet', 'ReplicationController'].includes(reference.kind)) return { expected: 0, error: `${reference.apiVersion}/${reference.kind} does not implement the scale subresource` };
    const owner = lister.tryGet(reference.kind as 'ReplicaSet' | 'StatefulSet' | 'ReplicationController', { namespace, name: reference.name });
    if (!owner) continue;
    const above = controllerOf(owner);
    const deployment = above?.kind === 'Deployment' ? lister.tryGet('Deployment', { namespace, name: above.name }) : undefined;
    owners.set((deployment ?? owner).metadata.uid ?? '', (deployment ?? owner).spec.replicas ?? 1);
  }
  return { expected: [...owners.values()].reduce((sum, count) => sum + count, 0) };
}
