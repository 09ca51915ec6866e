import { isDeepStrictEqual } from 'node:util';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Node, Pod } from '../api/types';
import type { ClusterEvent } from './plugin';

/** Whether a change of a node can make room for a pod: heartbeats cannot. */
export function tryNodeEvent(old: DeepReadonly<Node>, node: DeepReadonly<Node>): ClusterEvent | undefined {
  const same = isDeepStrictEqual(old.status?.allocatable, node.status?.allocatable) && isDeepStrictEqual(old.metadata.labels, node.metadata.labels)
    && isDeepStrictEqual(old.spec?.taints, node.spec?.taints) && old.spec?.unschedulable === node.spec?.unschedulable;
  return same ? undefined : 'NodeChanged';
}

/** A running pod matters to others by its labels and requests, not by its status; a deletion that began may matter for spreading. */
export function tryPodEvent(old: DeepReadonly<Pod>, pod: DeepReadonly<Pod>): ClusterEvent | undefined {
  const same = isDeepStrictEqual(old.metadata.labels, pod.metadata.labels) && old.metadata.deletionTimestamp === pod.metadata.deletionTimestamp
    && (old.metadata.generation ?? 0) === (pod.metadata.generation ?? 0);
  return same ? undefined : 'PodChanged';
}
