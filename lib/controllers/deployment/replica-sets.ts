import type { DeepReadonly } from '../../base/deep-readonly';
import type { Deployment, ReplicaSet } from '../../api/types';
import { equalTemplates } from './template-hash';

export type Dep = DeepReadonly<Deployment>;
export type Set = DeepReadonly<ReplicaSet>;

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** The sets of one Deployment: the one with its current template, and all others, oldest first. */
export interface ReplicaSets {
  readonly current?: Set;
  readonly old: readonly Set[];
}

export const replicasOf = ({ spec }: { readonly spec: { readonly replicas?: number } }) => spec.replicas ?? 1;
export const sumReplicas = (sets: readonly Set[]) => sets.reduce((sum, set) => sum + replicasOf(set), 0);
export const sumStatus = (sets: readonly Set[], field: 'replicas' | 'readyReplicas' | 'availableReplicas') => sets.reduce((sum, { status }) => sum + (status?.[field] ?? 0), 0);
export const everySet = ({ current, old }: ReplicaSets) => (current ? [...old, current] : old);
export const revisionOf = ({ metadata }: { readonly metadata: Set['metadata'] }) => Number(metadata.annotations?.[REVISION] ?? 0) || 0;

export function sortByAge(sets: readonly Set[]): readonly Set[] {
  return [...sets].sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') || (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''));
}

export function splitReplicaSets(deployment: Dep, sets: readonly Set[]): ReplicaSets {
  const sorted = sortByAge(sets);
  const current = sorted.find((set) => equalTemplates(set.spec.template ?? {}, deployment.spec.template));
  return { current, old: sorted.filter((set) => set !== current) };
}

/** maxSurge and maxUnavailable as numbers of pods. Percentages of surge are rounded up, of unavailability down; both zero would stop a rollout for ever. */
export function rolloutLimits(deployment: Dep): { readonly surge: number; readonly unavailable: number } {
  if (deployment.spec.strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(deployment);
  const surge = scaled(maxSurge ?? '25%', replicas, Math.ceil);
  const unavailable = scaled(maxUnavailable ?? '25%', replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas) };
}

function scaled(value: string | number, total: number, round: (value: number) => number): number {
  return typeof value === 'number' ? value : value.endsWith('%') ? round((Number(value.slice(0, -1)) * total) / 100) : Number(value);
}
