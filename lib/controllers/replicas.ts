import { toTime } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { controllerOf, keyOf } from '../api/object-key';
import { isPodActive, isPodAvailable, isPodReady } from '../api/pods';
import { matchesLabels } from '../api/selectors';
import { isNotFound } from '../api/status-error';
import type { KubeObject, Pod, PodTemplateSpec, ReplicaSetStatus } from '../api/types';
import { tryCondition, withCondition, withoutCondition } from './conditions';
import type { ControllerContext } from './controller';
import { countPerNode, sortForDeletion } from './pod-ranking';
import { podFromTemplate } from './pod-template';
import { slowStart } from './slow-start';

/** Most pods created or deleted in one pass; the rest follows when these are seen. Upstream: BurstReplicas. */
const BURST = 500;

/** What ReplicaSets and ReplicationControllers have in common. */
export interface ReplicaOwner extends KubeObject {
  readonly spec: { readonly replicas?: number; readonly minReadySeconds?: number; readonly template?: PodTemplateSpec };
  readonly status?: ReplicaSetStatus;
}

/** What one pass decides. */
export interface ReplicaPlan {
  readonly create: number;
  /** Least missed first. */
  readonly remove: readonly DeepReadonly<Pod>[];
}

/** Compares the pods a set owns with what it asks for. Pure. */
export function computeReplicaPlan(set: DeepReadonly<ReplicaOwner>, owned: readonly DeepReadonly<Pod>[], related: readonly DeepReadonly<Pod>[], now: number): ReplicaPlan {
  if (set.metadata.deletionTimestamp) return { create: 0, remove: [] };
  const active = owned.filter(isPodActive);
  const missing = (set.spec.replicas ?? 1) - active.length;
  return {
    create: Math.min(Math.max(missing, 0), BURST),
    remove: missing < 0 ? sortForDeletion(active, countPerNode(related.filter(isPodActive)), now).slice(0, Math.min(-missing, BURST)) : [],
  };
}

interface Failure {
  readonly reason: string;
  readonly message: string;
}

/** The status that the pods give; `failure` is what this pass could not do. Pure. */
export function computeReplicaStatus(set: DeepReadonly<ReplicaOwner>, owned: readonly DeepReadonly<Pod>[], failure: Failure | undefined, now: number): ReplicaSetStatus {
  const active = owned.filter(isPodActive);
  const labels = set.spec.template?.metadata?.labels ?? {};
  const old = set.status?.conditions;
  const conditions = failure
    ? tryCondition(old, FAILURE) ? old : withCondition(old, { type: FAILURE, status: 'True', ...failure, lastTransitionTime: toTime(now) })
    : withoutCondition(old, FAILURE);
  return {
    replicas: active.length,
    fullyLabeledReplicas: positive(active.filter((pod) => matchesLabels(labels, pod.metadata.labels)).length),
    readyReplicas: positive(active.filter(isPodReady).length),
    availableReplicas: positive(active.filter((pod) => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length),
    observedGeneration: set.metadata.generation,
    ...(conditions?.length && { conditions: [...conditions] }),
  };
}

const FAILURE = 'ReplicaFailure';

/** Zero is left out of the status, as upstream's omitempty does. */
const positive = (count: number) => (count > 0 ? count : undefined);

/** Creates and deletes pods as planned. Returns what failed. */
export async function actOnReplicas(set: DeepReadonly<ReplicaOwner>, plan: ReplicaPlan, context: ControllerContext): Promise<Failure & { readonly error: unknown } | undefined> {
  const { client, events, expectations } = context;
  const key = keyOf(set);
  expectations.expect(key, { creations: plan.create, deletions: plan.remove.map(({ metadata }) => metadata.uid ?? '') });
  const template = set.spec.template ?? {};

  const { skipped, error: createError } = await slowStart(plan.create, async () => {
    try {
      const pod = await client.create(podFromTemplate(set, template));
      events.normal(set, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      expectations.created(key);
      events.warning(set, 'FailedCreate', `Error creating: ${text(error)}`);
      throw error;
    }
  });
  for (let i = 0; i < skipped; i++) expectations.created(key);
  if (createError !== undefined) return { reason: 'FailedCreate', message: text(createError), error: createError };

  const deletions = await Promise.allSettled(plan.remove.map(async ({ metadata: { name = '', namespace, uid = '' } }) => {
    try {
      await client.delete('Pod', { namespace, name }, { preconditions: { uid } });
      events.normal(set, 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      expectations.deleted(key, uid);
      if (isNotFound(error)) return;
      events.warning(set, 'FailedDelete', `Error deleting: ${text(error)}`);
      throw error;
    }
  }));
  const failure = deletions.find((result) => result.status === 'rejected');
  return failure && { reason: 'FailedDelete', message: text(failure.reason), error: failure.reason };
}

const text = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** When a pod that is ready now becomes available. */
export function requeueForAvailability(set: DeepReadonly<ReplicaOwner>, owned: readonly DeepReadonly<Pod>[], { clock, requeueAfter }: ControllerContext): void {
  const seconds = set.spec.minReadySeconds ?? 0;
  if (seconds > 0 && owned.some((pod) => isPodReady(pod) && !isPodAvailable(pod, seconds, clock.now()))) requeueAfter(keyOf(set), seconds * 1000);
}

/** The pods of all sets with the same controller (the Deployment's): what a node has enough of. */
export function relatedPods(set: DeepReadonly<ReplicaOwner>, { lister }: Pick<ControllerContext, 'lister'>): readonly DeepReadonly<Pod>[] {
  const controller = controllerOf(set);
  const sets = controller ? lister.ownedBy('ReplicaSet', controller.uid) : [set];
  return sets.flatMap(({ metadata: { uid = '' } }) => lister.ownedBy('Pod', uid));
}
