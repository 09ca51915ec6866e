import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { core, Node } from '../../api/types';

type Condition = core.NodeCondition;
type Taint = core.Taint;

/** The conditions that a kubelet keeps. */
const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

/** What a node that is not heard of any more becomes: every condition unknown. Undefined when they are so already. Pure. */
export function silentConditions(node: DeepReadonly<Node>, now: number): readonly Condition[] | undefined {
  const current = (node.status?.conditions ?? []) as readonly Condition[];
  let changed = false;
  const next = KUBELET_CONDITIONS.map((type): Condition => {
    const known = current.find((condition) => condition.type === type);
    if (known?.status === 'Unknown') return known;
    changed = true;
    return known
      ? { ...known, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: toTime(now) }
      : { type, status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.', lastHeartbeatTime: node.metadata.creationTimestamp, lastTransitionTime: toTime(now) };
  });
  return changed ? [...current.filter(({ type }) => !(KUBELET_CONDITIONS as readonly string[]).includes(type)), ...next] : undefined;
}

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const BY_CONDITION: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure', DiskPressure: 'node.kubernetes.io/disk-pressure', PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
};
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const OURS: readonly string[] = [NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...Object.values(BY_CONDITION)];

/** The taints a node must have by its conditions; those of others stay. Pure. */
export function computeTaints(node: DeepReadonly<Node>, now: number): readonly Taint[] {
  const status = (type: string) => node.status?.conditions?.find((condition) => condition.type === type)?.status;
  const keys: string[] = Object.entries(BY_CONDITION).filter(([type]) => status(type) === 'True').map(([, key]) => key);
  if (node.spec?.unschedulable) keys.push(UNSCHEDULABLE);
  const bad = status('Ready') === 'False' ? NOT_READY : status('Ready') === 'Unknown' ? UNREACHABLE : undefined;
  const wanted: Taint[] = [...keys.map((key) => ({ key, effect: 'NoSchedule' })), ...(bad ? [{ key: bad, effect: 'NoSchedule' }, { key: bad, effect: 'NoExecute' }] : [])];
  const current = (node.spec?.taints ?? []) as readonly Taint[];
  const kept = wanted.map((taint) => current.find(({ key, effect }) => key === taint.key && effect === taint.effect) ?? { ...taint, timeAdded: toTime(now) });
  return [...current.filter(({ key }) => !OURS.includes(key) || (key === NOT_READY && status('Ready') === undefined)), ...kept];
}
