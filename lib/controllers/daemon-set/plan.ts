import type { DeepReadonly } from '../../base/deep-readonly';
import { isPodAvailable, isPodReady, isPodTerminated } from '../../api/pods';
import type { DaemonSet, Node } from '../../api/types';
import { HASH_LABEL, nodeOf, placement } from './placement';
import type { Daemon, DaemonPlan, DaemonState, ReadPod } from './state';
import { planUpdate } from './update';

/**
 * One pod on every node that should have one; when that is so, old versions are replaced within maxUnavailable, or beside new ones within maxSurge.
 * `mayReplace` says whether a failed pod was let alone for long enough. Pure. Follows pkg/controller/daemon of Kubernetes 1.28.
 */
export function planDaemonSet(set: Daemon, nodes: readonly DeepReadonly<Node>[], pods: readonly ReadPod[], { hash, now, mayReplace = () => true }: Pick<DaemonState, 'hash' | 'now'> & { readonly mayReplace?: (failed: ReadPod) => boolean }): DaemonPlan {
  const byNode = groupByNode(pods);
  const plan = { create: [] as string[], remove: [] as ReadPod[], ended: [] as ReadPod[] };
  for (const node of nodes) {
    const name = node.metadata.name ?? '';
    const here = byNode.get(name) ?? [];
    const { shouldRun, mayStay } = placement(set, node);
    const live = here.filter(({ metadata }) => !metadata.deletionTimestamp);
    if (shouldRun && here.length === 0) plan.create.push(name);
    else if (!mayStay) plan.remove.push(...live);
    else {
      plan.ended.push(...live.filter((pod) => isPodTerminated(pod) && (pod.status?.phase === 'Succeeded' || mayReplace(pod))));
      plan.remove.push(...excess(set, live.filter((pod) => !isPodTerminated(pod)), hash, now));
    }
  }
  // The scheduler will never place them, and the node will never report them gone.
  plan.remove.push(...pods.filter((pod) => !pod.spec.nodeName && !nodes.some(({ metadata }) => metadata.name === nodeOf(pod))));
  plan.remove.push(...plan.ended);
  if (plan.create.length > 0 || plan.remove.length > 0 || set.spec.updateStrategy?.type === 'OnDelete') return plan;
  const wanted = nodes.filter((node) => placement(set, node).shouldRun).map(({ metadata }) => metadata.name ?? '');
  return { ...planUpdate({ set, hash, now, byNode, wanted }), ended: [] };
}

/** Pods beyond the one that a node needs; with surge beyond the oldest of each version, the old one of which goes as soon as the new one can do its work. */
function excess(set: Daemon, running: readonly ReadPod[], hash: string, now: number): readonly ReadPod[] {
  const sorted = [...running].sort(byAge);
  if (!allowsSurge(set)) return sorted.slice(1);
  const isNew = (pod: ReadPod) => pod.metadata.labels?.[HASH_LABEL] === hash;
  const newest = sorted.find(isNew);
  const oldest = sorted.find((pod) => !isNew(pod));
  const beyond = sorted.filter((pod) => pod !== newest && pod !== oldest);
  const replaced = newest && oldest && (!isPodReady(oldest) || isPodAvailable(newest, set.spec.minReadySeconds ?? 0, now));
  return replaced ? [...beyond, oldest] : beyond;
}

function allowsSurge({ spec: { updateStrategy } }: Daemon): boolean {
  const surge = updateStrategy?.type === 'OnDelete' ? 0 : updateStrategy?.rollingUpdate?.maxSurge ?? 0;
  return surge !== 0 && surge !== '0%';
}

/** Pure. */
export function computeStatus(set: Daemon, nodes: readonly DeepReadonly<Node>[], pods: readonly ReadPod[], hash: string, now: number): NonNullable<DaemonSet['status']> {
  const byNode = groupByNode(pods);
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

/** Ended pods that are being deleted do not count any more. */
function groupByNode(pods: readonly ReadPod[]): ReadonlyMap<string, readonly ReadPod[]> {
  const groups = new Map<string, ReadPod[]>();
  for (const pod of pods) {
    if (isPodTerminated(pod) && pod.metadata.deletionTimestamp) continue;
    const node = nodeOf(pod);
    groups.set(node, [...(groups.get(node) ?? []), pod]);
  }
  return groups;
}

/** Placed ones first, then the oldest. */
function byAge(a: ReadPod, b: ReadPod): number {
  return Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName))
    || (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') || (a.metadata.name ?? '').localeCompare(b.metadata.name ?? '');
}
