import type { DeepReadonly } from '../base/deep-readonly';
import { APP_LABEL, RELEASE_LABEL } from '../api/label-keys';
import type { KindName } from '../api/kinds';
import type { KubeObject, Node, Pod } from '../api/types';
import type { Client } from '../client/client';
import { processName } from './application';
import { selects } from './diagnose/pods-of';
import { podProblem } from './diagnose/pod-problem';
import { readinessOf } from './readiness/index';

export interface ClusterDescription {
  readonly version: string;
  readonly nodes: readonly NodeDescription[];
  readonly applications: readonly ApplicationDescription[];
}

export interface NodeDescription {
  readonly name: string;
  readonly status: 'Ready' | 'NotReady';
  readonly pods: number;
  readonly cpu: string;
  readonly memory: string;
  readonly address: string;
}

export interface ApplicationDescription {
  readonly name: string;
  readonly namespace: string;
  readonly processes: readonly ProcessDescription[];
}

export interface ProcessDescription {
  readonly process: string;
  readonly kind: string;
  readonly ready: string;
  readonly restarts: number;
  /** The number of the one that last changed it. */
  readonly release?: string;
  readonly problem?: string;
}

const WORKLOADS: readonly KindName[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Pod'];

/** What runs in a cluster, as `twelve status` shows it. */
export async function describeCluster(client: Client, namespace?: string): Promise<ClusterDescription> {
  const [version, nodes, pods, ...workloads] = await Promise.all([
    client.transport({ method: 'GET', path: '/version', headers: { accept: 'application/json' } }),
    client.list('Node').then(({ items }) => items),
    client.list('Pod', { namespace }).then(({ items }) => items),
    ...WORKLOADS.map((kind) => client.list(kind, { namespace, labelSelector: APP_LABEL }).then(({ items }) => items as unknown as readonly DeepReadonly<KubeObject>[])),
  ]);
  return {
    version: (version.body as { readonly gitVersion?: string } | undefined)?.gitVersion ?? '',
    nodes: nodes.map((node) => describeNode(node, pods)),
    applications: describeApplications(workloads.flat(), pods),
  };
}

/** Workloads that nothing else owns, by application and namespace. Pure. */
export function describeApplications(workloads: readonly DeepReadonly<KubeObject>[], pods: readonly DeepReadonly<Pod>[]): readonly ApplicationDescription[] {
  const applications = new Map<string, { name: string; namespace: string; processes: ProcessDescription[] }>();
  for (const workload of workloads.filter(({ metadata }) => !metadata.ownerReferences?.length)) {
    const { namespace = '', labels = {} } = workload.metadata;
    const name = labels[APP_LABEL] ?? '';
    const application = applications.get(`${name} ${namespace}`) ?? { name, namespace, processes: [] };
    application.processes.push(describeProcess(workload, pods));
    applications.set(`${name} ${namespace}`, application);
  }
  for (const { processes } of applications.values()) processes.sort((a, b) => a.process.localeCompare(b.process));
  return [...applications].sort(([a], [b]) => a.localeCompare(b)).map(([, application]) => application);
}

export function describeNode({ metadata, status }: DeepReadonly<Node>, pods: readonly DeepReadonly<Pod>[]): NodeDescription {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return {
    name: metadata.name ?? '',
    status: ready ? 'Ready' : 'NotReady',
    pods: pods.filter(({ spec, status: podStatus }) => spec.nodeName === metadata.name && podStatus?.phase === 'Running').length,
    cpu: String(status?.allocatable?.['cpu'] ?? ''),
    memory: String(status?.allocatable?.['memory'] ?? ''),
    address: status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
  };
}

export function describeProcess(workload: DeepReadonly<KubeObject>, pods: readonly DeepReadonly<Pod>[]): ProcessDescription {
  const { namespace = '', name, labels } = workload.metadata;
  const release = labels?.[RELEASE_LABEL];
  const own = pods.filter((pod) => pod.metadata.namespace === namespace && (workload.kind === 'Pod' ? pod.metadata.name === name : selects(workload, pod.metadata.labels)));
  const problem = own.map((pod) => podProblem(pod)).find((found) => found !== undefined);
  return {
    process: processName(workload), kind: workload.kind, ready: readinessOf(workload).message,
    restarts: own.reduce((sum, pod) => sum + (pod.status?.containerStatuses ?? []).reduce((total, { restartCount }) => total + restartCount, 0), 0),
    ...(release !== undefined && { release }),
    ...(problem && { problem: `${problem.reason}: ${problem.message}` }),
  };
}
