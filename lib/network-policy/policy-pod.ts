import type { DeepReadonly } from '../base/deep-readonly';
import { isPodTerminated } from '../api/pods';
import type { Labels, Pod } from '../api/types';

/** What network policies look at in a pod. */
export interface PolicyPod {
  /** As its node knows it: that of a static pod is not the one of its mirror in the API. */
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly address: string;
  /** It runs on this node: its policies are enforced here. */
  readonly local: boolean;
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

const STATIC_UID = 'kubernetes.io/config.hash';

/**
 * Pods that have an address of their own. Those on the host's network are part of their node to a policy, as upstream allows. A pod that has ended keeps its
 * address in its status when another has it already, so it does not count; nor does one that is older than what the node itself connected.
 *
 * @param attached addresses that this node has given, by the pod's uid: they are known here before the API has them
 */
export function policyPods(pods: readonly DeepReadonly<Pod>[], nodeName: string, attached: ReadonlyMap<string, string>): readonly PolicyPod[] {
  const byAddress = new Map<string, { readonly pod: PolicyPod; readonly rank: string }>();
  for (const pod of pods) {
    const { namespace = '', labels = {}, annotations, creationTimestamp = '' } = pod.metadata;
    const uid = annotations?.[STATIC_UID] ?? pod.metadata.uid ?? '';
    const given = attached.get(uid);
    const address = given ?? pod.status?.podIP;
    if (!address || pod.spec.hostNetwork || isPodTerminated(pod)) continue;
    const rank = `${given ? 1 : 0} ${creationTimestamp} ${uid}`;
    if ((byAddress.get(address)?.rank ?? '') > rank) continue;
    byAddress.set(address, { rank, pod: { uid, namespace, labels, address, local: pod.spec.nodeName === nodeName, ports: namedPorts(pod) } });
  }
  return [...byAddress.values()].map(({ pod }) => pod);
}

function namedPorts({ spec }: DeepReadonly<Pod>): PolicyPod['ports'] {
  const sidecars = (spec.initContainers ?? []).filter((container) => (container as { readonly restartPolicy?: string }).restartPolicy === 'Always');
  return [...sidecars, ...spec.containers].flatMap(({ ports = [] }) =>
    ports.flatMap(({ name, protocol = 'TCP', containerPort }) => (name ? [{ name, protocol, port: containerPort }] : [])));
}

/** Whether a change of a pod can change rules. */
export function sameForPolicies(a: DeepReadonly<Pod>, b: DeepReadonly<Pod>): boolean {
  const facts = (pod: DeepReadonly<Pod>) => JSON.stringify([pod.metadata.labels, pod.spec.nodeName, pod.status?.podIP, isPodTerminated(pod)]);
  return facts(a) === facts(b);
}
