import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Node, core } from '../../api/types';
import type { RuntimeImage, RuntimeStatus, RuntimeVersion } from '../../cri/cri';
import { type Pressure, PRESSURES } from '../eviction/pressure';
import type { Machine } from './machine';

/** The version of Kubernetes whose kubelet this one behaves like. */
export const KUBELET_VERSION = 'v1.28.15';
const MEMORY_KEPT = 100 * 1024 * 1024;
const MAXIMUM_IMAGES = 50;

export interface NodeStatusInput {
  readonly nodeName: string;
  readonly nodeAddress: string;
  readonly maximumPods: number;
  readonly serverPort: number;
  readonly machine: Machine;
  readonly runtime: RuntimeStatus;
  readonly version: RuntimeVersion | undefined;
  readonly images: readonly RuntimeImage[];
  readonly now: number;
  /** What the node is short of. */
  readonly pressures: readonly Pressure[];
  /** The node is about to end. */
  readonly shuttingDown: boolean;
}

/** Pure. Follows pkg/kubelet/nodestatus. */
export function computeNodeStatus(input: NodeStatusInput, old: DeepReadonly<Node['status']>): core.NodeStatus {
  const { nodeName, nodeAddress, machine, version } = input;
  return {
    capacity: capacity(input, 0),
    allocatable: { ...extendedResources(old), ...capacity(input, MEMORY_KEPT) },
    conditions: conditions(input, old?.conditions ?? []),
    addresses: [{ type: 'InternalIP', address: nodeAddress }, { type: 'Hostname', address: nodeName }],
    daemonEndpoints: { kubeletEndpoint: { Port: input.serverPort } },
    nodeInfo: {
      ...machine.info,
      containerRuntimeVersion: version ? `${version.name}://${version.version}` : old?.nodeInfo?.containerRuntimeVersion ?? 'docker://unknown',
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: KUBELET_VERSION,
      operatingSystem: 'linux',
    },
    images: [...input.images].sort((a, b) => b.size - a.size).slice(0, MAXIMUM_IMAGES).map(({ tags, digests, size }) => ({
      names: [...digests, ...tags].filter((name) => !name.includes('<none>')), sizeBytes: size,
    })).filter(({ names }) => names.length > 0),
  };
}

/** What somebody else says the node has (`example.com/dongle`): all of it may be used. */
export function extendedResources(status: DeepReadonly<Node['status']>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(status?.capacity ?? {}).filter(([name]) => name.includes('/')));
}

/** Whether such a resource came or changed since the status was written. */
export function hasNewResources(status: DeepReadonly<Node['status']>): boolean {
  return Object.entries(extendedResources(status)).some(([name, amount]) => status?.allocatable?.[name] !== amount);
}

export function capacity({ machine, maximumPods }: Pick<NodeStatusInput, 'machine' | 'maximumPods'>, memoryKept: number): Record<string, string> {
  return {
    'cpu': String(machine.cpus),
    'memory': `${Math.floor((machine.memoryBytes - memoryKept) / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor(machine.storageBytes / 1024)}Ki`,
    'pods': String(maximumPods),
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
  };
}

const ENOUGH: Readonly<Record<Pressure, { readonly reason: string; readonly message: string }>> = {
  MemoryPressure: { reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  DiskPressure: { reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  PIDPressure: { reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
};
const SHORT: typeof ENOUGH = {
  MemoryPressure: { reason: 'KubeletHasInsufficientMemory', message: 'kubelet has insufficient memory available' },
  DiskPressure: { reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' },
  PIDPressure: { reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available' },
};

function conditions({ runtime, now, pressures, shuttingDown }: NodeStatusInput, old: DeepReadonly<core.NodeCondition[]>): core.NodeCondition[] {
  const problems = [...(runtime.ready ? [] : [`container runtime is down: ${runtime.message}`]), ...(shuttingDown ? ['node is shutting down'] : [])];
  const wanted: Omit<core.NodeCondition, 'lastHeartbeatTime' | 'lastTransitionTime'>[] = [
    ...PRESSURES.map((type) => ({ type, ...(pressures.includes(type) ? { status: 'True', ...SHORT[type] } : { status: 'False', ...ENOUGH[type] }) })),
    problems.length === 0
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: problems.join(', ') },
  ];
  return wanted.map((condition) => {
    const before = old.find(({ type }) => type === condition.type);
    const since = before?.status === condition.status ? before.lastTransitionTime : undefined;
    return { ...condition, lastHeartbeatTime: toTime(now), lastTransitionTime: since ?? toTime(now) };
  });
}
