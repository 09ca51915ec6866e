import { isPodActive, isPodTerminated } from '../../api/pods';
import { sortForDeletion } from '../pod-ranking';
import { isIndexed, parseIndexes, type ReadJob, type ReadPod, tryIndex } from './pods';
import { totals, type Tracking } from './track';

export interface Finished {
  readonly type: 'Complete' | 'Failed';
  readonly reason?: string;
  readonly message?: string;
}

export interface JobPlan {
  readonly finished?: Finished;
  /** One entry per pod to make: its index, or undefined. */
  readonly create: readonly (number | undefined)[];
  readonly remove: readonly ReadPod[];
  /** When the deadline or the backoff has to be looked at again. */
  readonly again?: number;
}

/** Most pods created or deleted in one pass. Upstream: MaxPodCreateDeletePerSync. */
const BURST = 500;
const BACKOFF = { initial: 10_000, maximum: 360_000 };

/** The reason of a failure that the job's podFailurePolicy decided. */
export const BY_POLICY = 'PodFailurePolicy';

export const isFinished = ({ status }: ReadJob) => status?.conditions?.some(({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True') ?? false;

/** Whether the job is over, and otherwise how many pods to make or take away. Pure. Follows syncJob and manageJob of Kubernetes 1.28. */
export function planJob(job: ReadJob, pods: readonly ReadPod[], tracking: Tracking, now: number): JobPlan {
  const active = pods.filter((pod) => isPodActive(pod));
  const { succeeded, failed } = totals(tracking);
  const finished = outcome(job, active, { succeeded, failed }, tracking, now);
  if (finished) return { finished, create: [], remove: active };
  if (job.spec.suspend) return { create: [], remove: active };

  const deadline = deadlineOf(job);
  const wanted = Math.min(job.spec.parallelism ?? 1, room(job, active, succeeded));
  const remove = excessPods(job, active, wanted, now);
  if (remove.length > 0) return { create: [], remove: remove.slice(0, BURST), again: deadline };
  const missing = Math.min(BURST, wanted - active.length - countTerminating(job, pods));
  if (missing <= 0) return { create: [], remove: [], again: deadline };
  const retryAt = backoffEnd(pods, now);
  if (retryAt > now) return { create: [], remove: [], again: Math.min(retryAt, deadline ?? Infinity) };
  return { create: isIndexed(job) ? freeIndexes(job, active, tracking).slice(0, missing) : Array.from({ length: missing }, () => undefined), remove: [], again: deadline };
}

/** First those whose index is not wanted (any more) or has a pod already, then those that are missed least. */
function excessPods(job: ReadJob, active: readonly ReadPod[], wanted: number, now: number): readonly ReadPod[] {
  const indexes = new Set<number>();
  const unwanted = !isIndexed(job) ? [] : active.filter((pod) => {
    const index = tryIndex(pod);
    const isUnwanted = index === undefined || index >= (job.spec.completions ?? 0) || indexes.has(index);
    if (index !== undefined) indexes.add(index);
    return isUnwanted;
  });
  const others = active.filter((pod) => !unwanted.includes(pod));
  return [...unwanted, ...sortForDeletion(others, new Map(), now).slice(0, Math.max(0, others.length - wanted))];
}

/** With a policy a pod is replaced only when it is known how it ended. */
function countTerminating({ spec }: ReadJob, pods: readonly ReadPod[]): number {
  return spec.podFailurePolicy ? pods.filter((pod) => pod.metadata.deletionTimestamp && !isPodTerminated(pod)).length : 0;
}

function outcome(job: ReadJob, active: readonly ReadPod[], counts: { readonly succeeded: number; readonly failed: number }, tracking: Tracking, now: number): Finished | undefined {
  const decided = job.status?.conditions?.find(({ type }) => type === 'FailureTarget'); // the pod that decided it may be gone
  if (decided) return { type: 'Failed', reason: decided.reason, message: decided.message };
  if (tracking.failJob) return { type: 'Failed', reason: BY_POLICY, message: tracking.failJob };
  const limit = job.spec.backoffLimit ?? 6;
  const restarts = countRestarts(job, active);
  if (counts.failed > limit || (restarts > 0 && restarts >= limit)) {
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const deadline = deadlineOf(job);
  if (deadline !== undefined && deadline <= now && !job.spec.suspend) return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  const { completions } = job.spec;
  const complete = active.length === 0 && (completions === undefined ? counts.succeeded > 0 : counts.succeeded >= completions);
  return complete ? { type: 'Complete' } : undefined;
}

/** Restarts count too where the kubelet restarts the containers. */
function countRestarts({ spec: { template } }: ReadJob, active: readonly ReadPod[]): number {
  if (template.spec?.restartPolicy !== 'OnFailure') return 0;
  return active.flatMap(({ status }) => [...status?.containerStatuses ?? [], ...status?.initContainerStatuses ?? []]).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function deadlineOf({ spec: { activeDeadlineSeconds }, status }: ReadJob): number | undefined {
  return activeDeadlineSeconds !== undefined && status?.startTime ? Date.parse(status.startTime) + activeDeadlineSeconds * 1000 : undefined;
}

/** Pods that may run beside each other: what is still to be done; without a number of completions nobody new starts after the first success. */
function room({ spec: { completions } }: ReadJob, active: readonly ReadPod[], succeeded: number): number {
  if (completions === undefined) return succeeded > 0 ? active.length : Infinity;
  return Math.max(0, completions - succeeded);
}

function freeIndexes(job: ReadJob, active: readonly ReadPod[], { completedIndexes }: Tracking): readonly number[] {
  const taken = new Set([...parseIndexes(completedIndexes), ...active.map(tryIndex)]);
  return Array.from({ length: job.spec.completions ?? 0 }, (_, i) => i).filter((index) => !taken.has(index));
}

/** Failures in a row since the last success make the next pod wait: 10 s, 20 s … 6 min. */
function backoffEnd(pods: readonly ReadPod[], now: number): number {
  const ended = pods.filter(({ status }) => status?.phase === 'Failed' || status?.phase === 'Succeeded')
    .map((pod) => ({ failed: pod.status?.phase === 'Failed', at: endOf(pod, now) })).sort((a, b) => b.at - a.at);
  const firstSuccess = ended.findIndex(({ failed }) => !failed);
  const failures = firstSuccess < 0 ? ended.length : firstSuccess;
  return failures === 0 ? 0 : ended[0].at + Math.min(BACKOFF.maximum, BACKOFF.initial * 2 ** (failures - 1));
}

function endOf({ status, metadata }: ReadPod, now: number): number {
  const times = (status?.containerStatuses ?? []).flatMap(({ state }) => (state?.terminated?.finishedAt ? [Date.parse(state.terminated.finishedAt)] : []));
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  return times.length > 0 ? Math.max(...times) : ready ? Date.parse(ready) : metadata.creationTimestamp ? Date.parse(metadata.creationTimestamp) : now;
}
