import type { DeepReadonly } from '../../lib/base/deep-readonly';
import type { Lister } from '../../lib/client/informers';
import type { KubeObject, Node, Pod, PodDisruptionBudget } from '../../lib/api/types';
import { ClusterState } from '../../lib/scheduler/cluster-state';
import { misfitMessage } from '../../lib/scheduler/misfit-message';
import { plugins } from '../../lib/scheduler/plugins/index';
import { preempt, type Preemption } from '../../lib/scheduler/preemption/preempt';
import { schedule } from '../../lib/scheduler/schedule';

interface NodeOptions {
  readonly labels?: Record<string, string>;
  readonly spec?: object;
  readonly cpu?: string;
  readonly allocatable?: Record<string, string>;
}

export function node(name: string, { labels = {}, spec = {}, cpu = '4', allocatable = {} }: NodeOptions = {}): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } }, spec, status: { allocatable: { cpu, memory: '8Gi', pods: '110', ...allocatable } } };
}

interface PodOptions {
  readonly labels?: Record<string, string>;
  readonly cpu?: string;
  readonly nodeName?: string;
  /** Name and uid of its ReplicaSet. */
  readonly owner?: string;
  readonly namespace?: string;
  readonly priority?: number;
  readonly startTime?: string;
}

let count = 0;
export function pod(spec: object = {}, { labels = { app: 'web' }, cpu = '', nodeName, owner, namespace = 'default', priority, startTime }: PodOptions = {}): Pod {
  const name = `p${++count}`;
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name, uid: name, namespace, labels, ...(owner && { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }] }) },
    spec: { containers: [{ name: 'c', image: 'web', ...(cpu && { resources: { requests: { cpu } } }) }], ...(nodeName && { nodeName }), ...(priority !== undefined && { priority }), ...spec },
    ...(startTime && { status: { startTime } }),
  };
}

/** What the scheduler would believe about these nodes and placed pods; other objects are for its lister. */
export function cluster(nodes: readonly Node[], pods: readonly Pod[] = [], objects: readonly object[] = []) {
  const state = new ClusterState();
  nodes.forEach((n) => state.setNode(n));
  pods.forEach((p) => state.set(p));
  const of = (kind: string) => (objects as readonly KubeObject[]).filter((object) => object.kind === kind);
  const keyOf = ({ metadata: { namespace, name } }: DeepReadonly<KubeObject>) => (namespace ? `${namespace}/${name}` : name);
  const lister = { tryGet: (kind: string, key: string) => of(kind).find((object) => keyOf(object) === key), list: (kind: string) => of(kind) } as unknown as Lister;
  return { state, lister };
}

type TestCluster = ReturnType<typeof cluster>;
const first = { start: 0, random: () => 1 };

/** The name of the chosen node, or why there is none (as FailedScheduling tells it). */
export function choose(p: Pod, where: TestCluster): string {
  const choice = schedule(p, where, plugins, first);
  if ('node' in choice) return choice.node;
  const preemption = tryPreempt(p, where);
  return misfitMessage(choice.misfit, preemption && 'message' in preemption ? preemption.message : undefined);
}

/** Whom the scheduler would end for the pod; undefined when it fits. */
export function tryPreempt(p: Pod, where: TestCluster, budgets: readonly PodDisruptionBudget[] = []): Preemption | undefined {
  const choice = schedule(p, where, plugins, first);
  return 'misfit' in choice ? preempt(p, choice.misfit, { cluster: where, plugins, budgets }, () => 0) : undefined;
}
