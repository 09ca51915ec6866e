import { toTime } from '../../base/clock';
import { isPodActive, isPodReady } from '../../api/pods';
import { isNotFound } from '../../api/status-error';
import type { Job } from '../../api/types';
import { claim } from '../claim';
import { tryCondition, withCondition, withoutCondition } from '../conditions';
import type { Controller, ControllerContext } from '../controller';
import { tryOwnersOfOrphan } from '../orphan-owners';
import { slowStart } from '../slow-start';
import { writeStatus } from '../write-status';
import { BY_POLICY, type Finished, isFinished, type JobPlan, planJob } from './plan';
import { isIndexed, isTracked, newPod, type ReadJob, type ReadPod, TRACKING } from './pods';
import { track, type Tracking } from './track';

type Condition = NonNullable<NonNullable<Job['status']>['conditions']>[number];

/** Runs pods to their end, as often as the Job asks for. Follows pkg/controller/job of Kubernetes 1.28. */
export const job: Controller = {
  name: 'job-controller',

  watches: [
    { kind: 'Job', enqueue: 'self' },
    { kind: 'Pod', enqueue: 'owner', ownerKind: 'Job' },
    { kind: 'Pod', enqueue: (pod, { lister }) => tryOwnersOfOrphan(pod, lister.list('Job', pod.metadata.namespace)) },
    { kind: 'Pod', enqueue: (pod, { lister }) => (isLost(pod, lister) ? [`orphan:${pod.metadata.namespace}/${pod.metadata.name}`] : []) },
  ],

  async sync(key, context) {
    const { lister, clock, expectations, requeueAfter } = context;
    if (key.startsWith('orphan:')) {
      const pod = lister.tryGet('Pod', key.slice('orphan:'.length));
      return pod && isLost(pod, lister) ? release(pod, context) : undefined;
    }
    const found = lister.tryGet('Job', key);
    if (!found) return expectations.forget(key);
    const pods = await claim('Pod', found, found.spec.selector ?? {}, context, { finalizers: [TRACKING] });
    if (isFinished(found) || found.metadata.deletionTimestamp) {
      await Promise.all(pods.filter(isTracked).map((pod) => release(pod, context)));
      return;
    }
    const now = clock.now();
    const started = withStartTime(found, now);
    const plan = expectations.satisfied(key) ? planJob(started, pods, track(started, pods), now) : { create: [], remove: [] };
    const tracking = track(started, pods, plan.finished?.type === 'Failed');
    const { created, error } = await act(started, plan, context);
    await record(found, started, pods, { tracking, plan, created }, context);
    await Promise.all(tracking.release.map((pod) => release(pod, context)));
    if (plan.again !== undefined) requeueAfter(key, Math.max(0, plan.again - now));
    if (error !== undefined) throw error;
  },
};

/** The clock of the deadline starts with the first pod, and anew when the job is resumed. */
function withStartTime(found: ReadJob, now: number): ReadJob {
  const resumed = tryCondition(found.status?.conditions, 'Suspended')?.status === 'True';
  if (found.spec.suspend || (found.status?.startTime && !resumed)) return found;
  return { ...found, status: { ...found.status, startTime: toTime(now) } };
}

/** A pod whose Job is gone would wait for ever to be counted. */
function isLost(pod: ReadPod, lister: ControllerContext['lister']): boolean {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  return isTracked(pod) && (!owner || (owner.kind === 'Job' && lister.tryGet('Job', `${pod.metadata.namespace}/${owner.name}`)?.metadata.uid !== owner.uid && pod.metadata.deletionTimestamp !== undefined));
}

async function act(current: ReadJob, plan: JobPlan, context: ControllerContext): Promise<{ readonly created: number; readonly error?: unknown }> {
  const { client, events, expectations } = context;
  const key = `${current.metadata.namespace}/${current.metadata.name}`;
  expectations.expect(key, { creations: plan.create.length, deletions: plan.remove.map(({ metadata }) => metadata.uid ?? '') });
  let created = 0;
  const { skipped, error } = await slowStart(plan.create.length, async (i) => {
    try {
      const pod = await client.create(newPod(current, plan.create[i]));
      created += 1;
      events.normal(current, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (failure) {
      expectations.created(key);
      events.warning(current, 'FailedCreate', `Error creating: ${failure instanceof Error ? failure.message : String(failure)}`);
      throw failure;
    }
  });
  for (let i = 0; i < skipped; i++) expectations.created(key);
  await Promise.all(plan.remove.map(async (pod) => {
    const { namespace, name = '', uid = '' } = pod.metadata;
    if (!plan.finished) await release(pod, context); // not wanted any more is no failure
    if (await client.tryDelete('Pod', { namespace, name }, { preconditions: { uid } })) events.normal(current, 'SuccessfulDelete', `Deleted pod: ${name}`);
    else expectations.deleted(key, uid);
  }));
  return { created, error };
}

interface Pass {
  readonly tracking: Tracking;
  readonly plan: JobPlan;
  /** Pods made in this pass. */
  readonly created: number;
}

async function record(found: ReadJob, started: ReadJob, pods: readonly ReadPod[], { tracking, plan, created }: Pass, { client, events, clock }: ControllerContext): Promise<void> {
  const now = toTime(clock.now());
  const removed = new Set(plan.remove);
  const active = pods.filter((pod) => isPodActive(pod) && !removed.has(pod));
  // The job is over only when every end is a number: until then the plan is made anew in each pass.
  const settled = plan.finished && Object.keys(tracking.uncountedTerminatedPods).length === 0 && tracking.release.length === 0;
  const conditions = withSuspension(found, plan.finished ? withEnd(found, plan.finished, settled === true, now) : found.status?.conditions, now);
  const status = {
    ...started.status, active: active.length + created || undefined, ready: active.filter(isPodReady).length,
    succeeded: tracking.succeeded || undefined, failed: tracking.failed || undefined,
    ...(isIndexed(found) && { completedIndexes: tracking.completedIndexes || undefined }),
    uncountedTerminatedPods: tracking.uncountedTerminatedPods,
    ...(settled && plan.finished?.type === 'Complete' && { completionTime: now }),
    ...(conditions?.length && { conditions }),
  };
  await writeStatus(client, found, status);
  if (settled && plan.finished) announceEnd(found, plan.finished, tracking.succeeded, events);
  const suspended = tryCondition(conditions, 'Suspended')?.status;
  if (suspended !== tryCondition(found.status?.conditions, 'Suspended')?.status && suspended) events.normal(found, suspended === 'True' ? 'Suspended' : 'Resumed', suspended === 'True' ? 'Job suspended' : 'Job resumed');
}

function announceEnd(found: ReadJob, { type, reason = '', message = '' }: Finished, succeeded: number, events: ControllerContext['events']): void {
  if (type === 'Failed') return events.warning(found, reason, message);
  if (found.spec.completions !== undefined && succeeded > found.spec.completions) events.warning(found, 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
  events.normal(found, 'Completed', 'Job completed');
}

/**
 * A failure that is decided but not yet counted to the end is kept as FailureTarget: what decided it may be gone in the next pass. It stays only where
 * the failure policy decided, as in Kubernetes 1.28.
 */
function withEnd({ status }: ReadJob, { type, reason, message }: Finished, settled: boolean, now: string): readonly Condition[] | undefined {
  if (!settled && type === 'Complete') return status?.conditions;
  const before = settled && reason !== BY_POLICY ? withoutCondition(status?.conditions, 'FailureTarget') : status?.conditions;
  return withCondition<Condition>(before, { type: settled ? type : 'FailureTarget', status: 'True', ...(reason && { reason }), ...(message && { message }), lastProbeTime: now, lastTransitionTime: now });
}

function withSuspension({ spec }: ReadJob, conditions: readonly Condition[] | undefined, now: string): readonly Condition[] | undefined {
  const known = tryCondition(conditions, 'Suspended');
  if (spec.suspend) return withCondition<Condition>(conditions, { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended', lastProbeTime: now, lastTransitionTime: now });
  if (known?.status !== 'True') return conditions;
  return withCondition<Condition>(conditions, { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed', lastProbeTime: now, lastTransitionTime: now });
}

async function release({ metadata: { namespace, name = '', uid, resourceVersion, finalizers = [] } }: ReadPod, { client }: ControllerContext): Promise<void> {
  await client.patch('Pod', { namespace, name }, { metadata: { uid, resourceVersion, finalizers: finalizers.filter((finalizer) => finalizer !== TRACKING) } }, { type: 'merge' }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
