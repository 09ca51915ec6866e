import { type Dep, DESIRED_REPLICAS, MAX_REPLICAS, replicasOf, REVISION, REVISION_HISTORY, revisionOf, rolloutLimits, type Set } from './replica-sets';

type Annotations = Readonly<Record<string, string>>;

/** A Deployment's annotations that its sets do not take over. */
const NOT_COPIED: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration', REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS, 'deprecated.deployment.rollback.to',
];

export function sizeAnnotations(deployment: Dep): Annotations {
  return { [DESIRED_REPLICAS]: String(replicasOf(deployment)), [MAX_REPLICAS]: String(replicasOf(deployment) + rolloutLimits(deployment).surge) };
}

/** The annotations that the set with the current template must have: the Deployment's own, and its revision, one above all others. Pure. */
export function currentSetAnnotations(deployment: Dep, set: Set | undefined, old: readonly Set[]): Annotations {
  const before: Annotations = set?.metadata.annotations ?? {};
  const copied = Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.includes(key)));
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  const had = set ? revisionOf(set) : 0;
  return {
    ...before, ...copied,
    ...(set === undefined && sizeAnnotations(deployment)),
    ...(had < revision && { [REVISION]: String(revision), ...(had > 0 && { [REVISION_HISTORY]: [before[REVISION_HISTORY], had].filter(Boolean).join(',') }) }),
  };
}

/** Sets that are beyond the history limit: empty, finished, of the lowest revisions. Pure. */
export function expiredSets(deployment: Dep, old: readonly Set[]): readonly Set[] {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined || limit === 2 ** 31 - 1) return [];
  const finished = old.filter(({ metadata }) => !metadata.deletionTimestamp);
  return [...finished].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, finished.length - limit))
    .filter((set) => (set.status?.replicas ?? 0) === 0 && replicasOf(set) === 0 && (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0));
}
