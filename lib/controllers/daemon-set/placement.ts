import type { DeepReadonly } from '../../base/deep-readonly';
import { matchesNodeOfPod } from '../../api/node-selectors';
import { tryUntolerated } from '../../api/taints';
import type { core, DaemonSet, Node, Pod, PodTemplateSpec } from '../../api/types';
import { podFromTemplate } from '../pod-template';

type Set = DeepReadonly<DaemonSet>;

const TOLERATED: readonly core.Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const NETWORK: core.Toleration = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' };

export const HASH_LABEL = 'controller-revision-hash';

/** The daemon's pod for one node: bound to it by affinity, so that the scheduler still has the last word. Pure. */
export function daemonPod(set: Set, node: string, hash: string): DeepReadonly<Pod> {
  const template: DeepReadonly<PodTemplateSpec> = set.spec.template;
  const pod = podFromTemplate(set, template);
  const affinity = pod.spec.affinity ?? {};
  const terms = affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [{}];
  const onNode = { key: 'metadata.name', operator: 'In', values: [node] };
  const nodeSelectorTerms = terms.map(({ matchExpressions }) => ({ ...(matchExpressions && { matchExpressions }), matchFields: [onNode] }));
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, 'pod-template-generation': String(set.metadata.generation ?? 1), [HASH_LABEL]: hash } },
    spec: {
      ...pod.spec,
      affinity: { ...affinity, nodeAffinity: { ...affinity.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
      tolerations: [...(pod.spec.tolerations ?? []), ...TOLERATED, ...(pod.spec.hostNetwork ? [NETWORK] : [])],
    },
  };
}

/** Whether the node should get the pod, and whether a pod that is there may stay. Pure. */
export function placement(set: Set, node: DeepReadonly<Node>): { readonly shouldRun: boolean; readonly mayStay: boolean } {
  const pod = daemonPod(set, node.metadata.name ?? '', '');
  if ((pod.spec.nodeName && pod.spec.nodeName !== node.metadata.name) || !matchesNodeOfPod(pod, node)) return { shouldRun: false, mayStay: false };
  const refused = (effects: readonly string[]) => tryUntolerated(node.spec?.taints, pod.spec.tolerations, effects) !== undefined;
  return { shouldRun: !refused(['NoSchedule', 'NoExecute']), mayStay: !refused(['NoExecute']) };
}

/** The node a daemon pod is for, also before it is bound. */
export function nodeOf(pod: DeepReadonly<Pod>): string {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchFields = [] }) => matchFields).find(({ key }) => key === 'metadata.name')?.values?.[0] ?? '';
}
