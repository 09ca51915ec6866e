import { isPodAvailable } from '../../api/pods';
import { HASH_LABEL } from './placement';
import type { DaemonPlan, DaemonState, ReadPod } from './state';

interface OnNode {
  readonly name: string;
  readonly current?: ReadPod;
  readonly old?: ReadPod;
  /** More than one of a version: not in a state to judge. */
  readonly unclear: boolean;
}

/** The next step of a rolling update. Pure. Follows rollingUpdate of Kubernetes 1.28. */
export function planUpdate(state: DaemonState): Pick<DaemonPlan, 'create' | 'remove'> {
  const { set, byNode, wanted, hash } = state;
  const { maxSurge, maxUnavailable } = set.spec.updateStrategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge ?? 0, wanted.length);
  const unavailable = scaled(maxUnavailable ?? 1, wanted.length);
  const nodes = [...new Set([...wanted, ...byNode.keys()])].map((name) => versionsOn(name, byNode.get(name) ?? [], hash));
  return surge > 0 ? withSurge(nodes, surge, state) : inPlace(nodes, unavailable > 0 ? unavailable : 1, state);
}

/** Old pods that do not serve may go at any time, others while enough nodes serve. */
function inPlace(nodes: readonly OnNode[], limit: number, state: DaemonState): Pick<DaemonPlan, 'create' | 'remove'> {
  const isUpdateable = ({ current, old, unclear }: OnNode) => !unclear && old && !current;
  const unavailable = nodes.filter((node) => !isUpdateable(node) && (node.unclear || !node.current || node.old || !isAvailable(node.current, state))).length;
  const old = nodes.filter(isUpdateable).flatMap((node) => node.old ?? []);
  return { create: [], remove: [...old.filter((pod) => !isAvailable(pod, state)), ...old.filter((pod) => isAvailable(pod, state)).slice(0, Math.max(0, limit - unavailable))] };
}

/** New pods beside old ones, which go when the new ones are available. */
function withSurge(nodes: readonly OnNode[], limit: number, state: DaemonState): Pick<DaemonPlan, 'create' | 'remove'> {
  const waiting = nodes.filter(({ current, old, unclear }) => unclear || (old && current && !isAvailable(current, state))).length;
  const remove = nodes.flatMap(({ current, old, unclear }) => (!unclear && old && current && isAvailable(current, state) ? [old] : []));
  const candidates = nodes.filter(({ current, old, unclear }) => !unclear && old && !current);
  const serves = ({ old }: OnNode) => old !== undefined && isAvailable(old, state);
  const create = [...candidates.filter((node) => !serves(node)), ...candidates.filter(serves).slice(0, Math.max(0, limit - waiting))];
  return { create: create.map(({ name }) => name), remove };
}

function versionsOn(name: string, pods: readonly ReadPod[], hash: string): OnNode {
  const live = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  const current = live.filter(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash);
  const old = live.filter((pod) => !current.includes(pod));
  return { name, current: current[0], old: old[0], unclear: current.length > 1 || old.length > 1 };
}

const isAvailable = (pod: ReadPod, { set, now }: DaemonState) => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);

const scaled = (value: number | string, total: number) => (typeof value === 'number' ? value : Math.ceil((parseInt(value, 10) * total) / 100));
