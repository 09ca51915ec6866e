import type { DeepReadonly } from '../base/deep-readonly';
import { APP_LABEL, RELEASE_LABEL } from '../api/label-keys';
import type { KindName } from '../api/kinds';
import { isForbidden } from '../api/status-error';
import type { KubeObject, Node, Pod, Service } from '../api/types';
import type { Clock } from '../base/clock';
import type { Client } from '../client/client';
import { addressesOf } from './addresses';
import { processName } from './application';
import type { Address } from './apply-event';
import { explainProgress } from './diagnose/explain-failure';
import { podProblem } from './diagnose/pod-problem';
import { selects } from './diagnose/pods-of';
import { readinessOf } from './readiness/index';
import { decodeRelease, type Release, RECORD_LABEL } from './releases/release';
import { currentRelease } from './releases/release-store';
import { RUN_LABEL } from './run/one-off-pod';
import { waitUntilReady } from './wait-until-ready';

export interface ClusterDescription {
  readonly version: string;
  /** Empty for who may not list them. */
  readonly nodes: readonly NodeDescription[];
  readonly applications: readonly ApplicationDescription[];
  /** What could not be looked at: what the server said. */
  readonly unseen: readonly string[];
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
  /** Every process is, and the newest release has got there. */
  readonly isReady: boolean;
  /** The newest one. @default it was applied without one, or may not be seen */
  readonly release?: Pick<Release, 'number' | 'status' | 'at' | 'by' | 'revision'>;
  /** The one that runs, where that is another one. */
  readonly running?: number;
  readonly processes: readonly ProcessDescription[];
  readonly addresses: readonly Address[];
  /** A paragraph for each process that is not ready: events, exit codes, last log lines. */
  readonly causes: readonly string[];
}

export interface ProcessDescription {
  readonly process: string;
  readonly kind: string;
  readonly isReady: boolean;
  /** `1/2` */
  readonly ready: string;
  readonly restarts: number;
  /** The number of the one that last changed it. */
  readonly release?: string;
  readonly problem?: string;
}

export interface DescribeOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** @default all that may be seen */
  readonly namespace?: string;
  /** For who may not look into all of them. */
  readonly fallbackNamespace: string;
  /** @default all */
  readonly application?: string;
}

const WORKLOADS: readonly KindName[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Pod'];

type Object = DeepReadonly<KubeObject>;

/** What runs in a cluster, as `twelve status` shows it. */
export async function describeCluster(options: DescribeOptions): Promise<ClusterDescription> {
  const { client, application } = options;
  const unseen: string[] = [];
  const [version, nodes, found] = await Promise.all([
    client.transport({ method: 'GET', path: '/version', headers: { accept: 'application/json' } }),
    client.list('Node').then(({ items }) => items, (error: unknown) => {
      if (error instanceof Error) unseen.push(error.message);
      return orNothing(error);
    }),
    findObjects(options, unseen),
  ]);
  const applications = describeApplications(found, nodes).filter(({ name }) => application === undefined || name === application);
  return {
    version: (version.body as { readonly gitVersion?: string } | undefined)?.gitVersion ?? '',
    nodes: nodes.map((node) => describeNode(node, found.pods)),
    applications: await Promise.all(applications.map(async (described) => (described.isReady ? described : { ...described, causes: await causesOf(described, found, options) }))),
    unseen,
  };
}

/** Nothing for who may not ask. */
const orNothing = (error: unknown): readonly never[] => {
  if (isForbidden(error)) return [];
  throw error;
};

/** What applications consist of, in some namespaces. */
export interface FoundObjects {
  readonly workloads: readonly Object[];
  readonly pods: readonly DeepReadonly<Pod>[];
  readonly services: readonly DeepReadonly<Service>[];
  readonly releases: readonly { readonly namespace: string; readonly release: Release }[];
}

async function findObjects({ client, namespace, fallbackNamespace }: DescribeOptions, unseen: string[]): Promise<FoundObjects> {
  const find = async (place: string | undefined): Promise<FoundObjects> => {
    const [pods, services, releases, ...workloads] = await Promise.all([
      client.list('Pod', { namespace: place }).then(({ items }) => items),
      client.list('Service', { namespace: place, labelSelector: APP_LABEL }).then(({ items }) => items),
      client.list('Secret', { namespace: place, labelSelector: `${APP_LABEL},${RECORD_LABEL}=release` }).then(({ items }) => items, orNothing),
      ...WORKLOADS.map((kind) => client.list(kind, { namespace: place, labelSelector: `${APP_LABEL},!${RUN_LABEL}` }).then(({ items }) => items as unknown as readonly Object[])),
    ]);
    return { pods, services, workloads: workloads.flat(), releases: releases.map((secret) => ({ namespace: secret.metadata.namespace ?? '', release: decodeRelease(secret) })) };
  };
  return find(namespace).catch((error: unknown) => {
    if (namespace !== undefined || !isForbidden(error)) throw error;
    unseen.push(`${error.message}; only namespace ${fallbackNamespace} is shown`);
    return find(fallbackNamespace);
  });
}

/** Workloads that nothing else owns, by application and namespace, without the causes of what is wrong. Pure. */
export function describeApplications({ workloads, pods, services, releases }: FoundObjects, nodes: readonly DeepReadonly<Node>[]): readonly ApplicationDescription[] {
  const own = workloads.filter(({ metadata }) => !metadata.ownerReferences?.length);
  const places = new Map(own.map(({ metadata: { namespace = '', labels = {} } }) => [`${labels[APP_LABEL]} ${namespace}`, { name: labels[APP_LABEL] ?? '', namespace }]));
  return [...places].sort(([a], [b]) => a.localeCompare(b)).map(([, place]) => {
    const isIn = ({ metadata }: Object) => metadata.namespace === place.namespace && metadata.labels?.[APP_LABEL] === place.name;
    const processes = own.filter(isIn).map((workload) => describeProcess(workload, pods)).sort((a, b) => a.process.localeCompare(b.process));
    const past = releases.filter(({ namespace, release }) => namespace === place.namespace && release.application === place.name).map(({ release }) => release).sort((a, b) => a.number - b.number);
    const newest = past.at(-1);
    const running = currentRelease(past);
    return {
      ...place, processes, causes: [], addresses: addressesOf(services.filter((service) => isIn(service as Object)), nodes),
      isReady: processes.every((process) => process.isReady) && (newest === undefined || newest.status === 'deployed'),
      ...(newest && { release: { number: newest.number, status: newest.status, at: newest.at, by: newest.by, ...(newest.revision && { revision: newest.revision }) } }),
      ...(running && running !== newest && { running: running.number }),
    };
  });
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

export function describeProcess(workload: Object, pods: readonly DeepReadonly<Pod>[]): ProcessDescription {
  const { namespace = '', name, labels } = workload.metadata;
  const release = labels?.[RELEASE_LABEL];
  const { done, successful, message } = readinessOf(workload);
  const own = pods.filter((pod) => pod.metadata.namespace === namespace && (workload.kind === 'Pod' ? pod.metadata.name === name : selects(workload, pod.metadata.labels)));
  const problem = own.map((pod) => podProblem(pod)).find((found) => found !== undefined);
  return {
    process: processName(workload), kind: workload.kind, isReady: done && successful, ready: message,
    restarts: own.reduce((sum, pod) => sum + (pod.status?.containerStatuses ?? []).reduce((total, { restartCount }) => total + restartCount, 0), 0),
    ...(release !== undefined && { release }),
    ...(problem && { problem: `${problem.reason}: ${problem.message}` }),
  };
}

/** What an apply would say if it gave up now. */
async function causesOf({ name, namespace }: ApplicationDescription, { workloads }: FoundObjects, { client, clock, signal }: DescribeOptions): Promise<readonly string[]> {
  const own = workloads.filter(({ metadata }) => !metadata.ownerReferences?.length && metadata.namespace === namespace && metadata.labels?.[APP_LABEL] === name);
  const open = own.filter((workload) => {
    const { done, successful } = readinessOf(workload);
    return !done || !successful;
  });
  if (open.length === 0) return [];
  const { progress } = await waitUntilReady({ client, clock, signal, objects: open as readonly KubeObject[], timeout: 0, onProgress: () => undefined });
  return Promise.all(progress.filter(({ done, successful }) => !done || !successful).map((item) => explainProgress(client, [item])));
}
