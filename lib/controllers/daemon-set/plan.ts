import type { DeepReadonly } from '../../base/deep-readonly';
import { isPodAvailable, isPodReady, isPodTerminated } from '../../api/pods';
import type { DaemonSet, Node, Pod } from '../../api/types';
import { HASH_LABEL, nodeOf, placement } from './placement';

type Daemon = DeepReadonly<DaemonSet>;
type ReadPod = DeepReadonly<Pod>;

export interface DaemonPlan {
  readonly create: readonly string[];
  readonly remove: readonly ReadPod[];
  /** Of `remove`: those that ended by themselves. */
  readonly failed: readonly ReadPod[];
}

/** One pod on every node that should have one; old versions are replaced within maxUnavailable. Pure. Follows pkg/controller/daemon of Kubernetes 1.28. */
export function planDaemonSet(set: Daemon, nodes: readonly DeepReadonly<Node>[], pods: readonly ReadPod[], hash: string, now: number): DaemonPlan {
  const byNode = groupByNode(pods);
  const create: string[] = [];
  const remove = new Set<ReadPod>();
  const failed: ReadPod[] = [];
  for (const node of nodes) {
    const name = node.metadata.name ?? '';
    const { shouldRun, mayStay } = placement(set, node);
    const here = (byNode.get(name) ?? []).filter(({ metadata }) => !metadata.deletionTimestamp);
    const ended = here.filter(isPodTerminated);
    const alive = here.filter((pod) => !isPodTerminated(pod));
    for (const pod of ended) remove.add(pod);
    failed.push(...ended);
    if (!mayStay) alive.forEach((pod) => remove.add(pod));
    else if (shouldRun && here.length === 0 && (byNode.get(name) ?? []).length === 0) create.push(name);
    for (const extra of [...alive].sort(byAge).slice(1)) remove.add(extra);
  }
  for (const pod of outdated(set, nodes, pods, hash, now)) remove.add(pod);
  return { create, remove: [...remove], failed };
}

/** Old pods that may go now: those that are not available at any time, others while enough are. */
function outdated(set: Daemon, nodes: readonly DeepReadonly<Node>[], pods: readonly ReadPod[], hash: string, now: number): readonly ReadPod[] {
  if (set.spec.updateStrategy?.type === 'OnDelete') return [];
  const byNode = groupByNode(pods);
  const wanted = nodes.filter((node) => placement(set, node).shouldRun).map(({ metadata }) => metadata.name ?? '');
  const isAvailable = (pod: ReadPod) => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now) && !pod.metadata.deletionTimestamp;
  const unavailable = wanted.filter((name) => !(byNode.get(name) ?? []).some(isAvailable)).length;
  const old = wanted.flatMap((name) => byNode.get(name) ?? []).filter(({ metadata }) => !metadata.deletionTimestamp && metadata.labels?.[HASH_LABEL] !== hash);
  const budget = Math.max(0, maximum(set, wanted.length) - unavailable);
  return [...old.filter((pod) => !isAvailable(pod)), ...old.filter(isAvailable).slice(0, budget)];
}

function maximum({ spec }: Daemon, total: number): number {
  const value = spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  return Math.max(1, typeof value === 'number' ? value : Math.ceil((parseInt(value, 10) * total) / 100));
}

/** Pure. */
export function computeStatus(set: Daemon, nodes: readonly DeepReadonly<Node>[], pods: readonly ReadPod[], hash: string, now: number): NonNullable<DaemonSet['status']> {
  const byNode = groupByNode(pods.filter(({ metadata }) => !metadata.deletionTimestamp));
  const count = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  for (const node of nodes) {
    const [oldest] = [...(byNode.get(node.metadata.name ?? '') ?? [])].sort(byAge);
    if (!placement(set, node).shouldRun) {
      if (oldest) count.misscheduled += 1;
      continue;
    }
    count.desired += 1;
    if (!oldest) continue;
    count.current += 1;
    if (isPodReady(oldest)) count.ready += 1;
    if (isPodAvailable(oldest, set.spec.minReadySeconds ?? 0, now)) count.available += 1;
    if (oldest.metadata.labels?.[HASH_LABEL] === hash) count.updated += 1;
  }
  return {
    currentNumberScheduled: count.current, desiredNumberScheduled: count.desired, numberMisscheduled: count.misscheduled, numberReady: count.ready,
    numberAvailable: count.available || undefined, numberUnavailable: count.desired - count.available || undefined, updatedNumberScheduled: count.updated || undefined,
    observedGeneration: set.metadata.generation, collisionCount: set.status?.collisionCount,
  };
}

function groupByNode(pods: readonly ReadPod[]): ReadonlyMap<string, readonly ReadPod[]> {
  const groups = new Map<string, ReadPod[]>();
  for (const pod of pods) {
    const node = nodeOf(pod);
    groups.set(node, [...(groups.get(node) ?? []), pod]);
  }
  return groups;
}

const byAge = (a: ReadPod, b: ReadPod) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '');
