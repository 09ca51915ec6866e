import { matchFailurePolicy } from './failure-policy';
import { formatIndexes, isIndexed, isTracked, parseIndexes, type ReadJob, type ReadPod, tryIndex } from './pods';

export interface Tracking {
  readonly succeeded: number;
  readonly failed: number;
  readonly completedIndexes?: string;
  readonly uncountedTerminatedPods: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] };
  /** Their end is written down: the finalizer may go. */
  readonly release: readonly ReadPod[];
  /** Why the policy says that the job has failed. */
  readonly failJob?: string;
}

/** Most ends written down in one pass. */
const LIMIT = 500;

/**
 * Counts every pod's end exactly once, over crashes: first its uid is written into the status, then the finalizer goes, then the uid becomes a number.
 * When the job has failed, what still runs is not waited for and counts as failed. Pure. Follows trackJobStatusAndRemoveFinalizers of Kubernetes 1.28.
 */
export function track(job: ReadJob, pods: readonly ReadPod[], hasFailed = false): Tracking {
  const before: ReadJob['status'] = job.status ?? {};
  const uncounted = { succeeded: new Set(before.uncountedTerminatedPods?.succeeded), failed: new Set(before.uncountedTerminatedPods?.failed) };
  const counts = { succeeded: before.succeeded ?? 0, failed: before.failed ?? 0 };
  const tracked = new Set(pods.filter(isTracked).map(({ metadata }) => metadata.uid ?? ''));
  for (const kind of ['succeeded', 'failed'] as const) {
    for (const uid of uncounted[kind]) if (!tracked.has(uid) && uncounted[kind].delete(uid)) counts[kind] += kind === 'succeeded' && isIndexed(job) ? 0 : 1;
  }

  const release: ReadPod[] = [];
  const completions = job.spec.completions ?? 0;
  const completed = new Set(parseIndexes(before.completedIndexes).filter((index) => index < completions)); // fewer may be wanted than before
  let failJob: string | undefined;
  for (const pod of pods.filter(isTracked)) {
    if (release.length >= LIMIT) break;
    const uid = pod.metadata.uid ?? '';
    const known = uncounted.succeeded.has(uid) || uncounted.failed.has(uid);
    const index = tryIndex(pod);
    const isWanted = !isIndexed(job) || (index !== undefined && index < completions);
    if (pod.status?.phase === 'Succeeded') {
      release.push(pod);
      if (isIndexed(job) && index !== undefined) {
        if (isWanted) completed.add(index);
      } else if (!known) uncounted.succeeded.add(uid);
    } else if (hasFailed || hasEnded(job, pod)) {
      const { action, message } = pod.status?.phase === 'Failed' ? matchFailurePolicy(job, pod) : { action: 'Count' as const, message: undefined };
      failJob ??= message;
      release.push(pod);
      if (action !== 'Ignore' && !known && isWanted) uncounted.failed.add(uid);
    }
  }
  return {
    succeeded: isIndexed(job) ? completed.size : counts.succeeded, failed: counts.failed, release, failJob,
    ...(isIndexed(job) && { completedIndexes: formatIndexes(completed) }),
    uncountedTerminatedPods: { ...(uncounted.succeeded.size > 0 && { succeeded: [...uncounted.succeeded] }), ...(uncounted.failed.size > 0 && { failed: [...uncounted.failed] }) },
  };
}

/** A deleted pod counts at once, unless a policy has to see how it ends. */
const hasEnded = ({ spec }: ReadJob, { status, metadata }: ReadPod) => status?.phase === 'Failed' || (metadata.deletionTimestamp !== undefined && !spec.podFailurePolicy);

/** Ends written down, whether already a number or still a uid. */
export function totals({ succeeded, failed, uncountedTerminatedPods: { succeeded: s = [], failed: f = [] } }: Tracking): { readonly succeeded: number; readonly failed: number } {
  return { succeeded: succeeded + s.length, failed: failed + f.length };
}
