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

const GENERATION = 'deprecated.daemonset.template.generation';

/** The daemon's pod for one node: bound to it by affinity, so that the scheduler still has the last word. Pure. */
export function daemonPod(set: Set, node: string, hash: string): DeepReadonly<Pod> {
  const template: DeepReadonly<PodTemplateSpec> = set.spec.template;
  const pod = podFromTemplate(set, template);
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  const affinity = { ...pod.spec.affinity, nodeAffinity: { ...pod.spec.affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
  const generation = set.metadata.annotations?.[GENERATION];
  const labels = { ...pod.metadata.labels, ...(generation && { 'pod-template-generation': generation }), [HASH_LABEL]: hash };
  return { ...pod, metadata: { ...pod.metadata, labels }, spec: { ...pod.spec, affinity, tolerations: tolerationsOf(pod) } };
}

/** The template's own, and those that keep daemons on nodes which others have to leave. */
function tolerationsOf({ spec: { tolerations = [], hostNetwork } }: DeepReadonly<Pod>): readonly DeepReadonly<core.Toleration>[] {
  const added = [...TOLERATED, ...(hostNetwork ? [NETWORK] : [])];
  const isAdded = (own: DeepReadonly<core.Toleration>) => added.some(({ key, operator, effect }) => own.key === key && own.operator === operator && own.effect === effect && !own.value);
  return [...tolerations.filter((own) => !isAdded(own)), ...added];
}

/** Whether the node should get the pod, and whether a pod that is there may stay. Pure. */
export function placement(set: Set, node: DeepReadonly<Node>): { readonly shouldRun: boolean; readonly mayStay: boolean } {
  const pod = podFromTemplate(set, set.spec.template);
  if ((pod.spec.nodeName && pod.spec.nodeName !== node.metadata.name) || !matchesNodeOfPod(pod, node)) return { shouldRun: false, mayStay: false };
  const tolerations = tolerationsOf(pod);
  const refused = (effects: readonly string[]) => tryUntolerated(node.spec?.taints, tolerations, effects) !== undefined;
  return { shouldRun: !refused(['NoSchedule', 'NoExecute']), mayStay: !refused(['NoExecute']) };
}

/** The node a daemon pod is for, also before it is bound. */
export function nodeOf(pod: DeepReadonly<Pod>): string {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchFields = [] }) => matchFields).find(({ key }) => key === 'metadata.name')?.values?.[0] ?? '';
}
