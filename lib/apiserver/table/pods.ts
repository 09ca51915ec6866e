import type { AnyObject } from '../any-object';
import { age, at, humanDuration, listAt, NONE, textAt, type CellMaker } from './values';

interface State {
  readonly waiting?: { readonly reason?: string };
  readonly running?: object;
  readonly terminated?: { readonly exitCode?: number; readonly signal?: number; readonly reason?: string; readonly finishedAt?: string };
}

interface Status {
  readonly name: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: State;
  readonly lastState?: State;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

interface Shown {
  readonly reason: string;
  readonly ready: number;
  readonly restarts: number;
  readonly lastRestart: number;
}

/** As `kubectl get pods` shows them. Follows printPod of pkg/printers/internalversion. */
export const podCells: CellMaker = (pod, now) => {
  const shown = describePod(pod);
  const restarts = shown.restarts > 0 && shown.lastRestart > 0 ? `${shown.restarts} (${humanDuration(now - shown.lastRestart)} ago)` : String(shown.restarts);
  const gates = listAt<{ readonly conditionType: string }>(pod.spec, 'readinessGates');
  const conditions = listAt<Condition>(pod.status, 'conditions');
  const open = gates.filter(({ conditionType }) => conditions.some(({ type, status }) => type === conditionType && status === 'True')).length;
  return [
    pod.metadata.name, `${shown.ready}/${listAt(pod.spec, 'containers').length + sidecarNames(pod).size}`, shown.reason, restarts, age(pod, now),
    textAt(pod.status, 'podIPs', 0, 'ip') || NONE, textAt(pod.spec, 'nodeName') || NONE, textAt(pod.status, 'nominatedNodeName') || NONE, gates.length > 0 ? `${open}/${gates.length}` : NONE,
  ];
};

export function describePod(pod: AnyObject): Shown {
  const { status } = pod;
  const conditions = listAt<Condition>(status, 'conditions');
  let reason = textAt(status, 'reason') || textAt(status, 'phase');
  if (conditions.some((condition) => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated')) reason = 'SchedulingGated';
  const init = describeInit(pod);
  const initialized = conditions.some(({ type, status: value }) => type === 'Initialized' && value === 'True');
  let shown: Shown = { reason: init.reason ?? reason, ready: 0, restarts: init.restarts, lastRestart: init.lastRestart };
  if (init.reason === undefined || initialized) {
    const sidecars = sidecarNames(pod);
    shown = withSidecars(describeContainers(listAt<Status>(status, 'containerStatuses'), init.reason ?? reason, conditions), listAt<Status>(status, 'initContainerStatuses').filter(({ name }) => sidecars.has(name)));
  }
  if (!pod.metadata.deletionTimestamp) return shown;
  return { ...shown, reason: textAt(status, 'reason') === 'NodeLost' ? 'Unknown' : 'Terminating' };
}

function describeInit(pod: AnyObject): { readonly reason: string | undefined; readonly restarts: number; readonly lastRestart: number } {
  const statuses = listAt<Status>(pod.status, 'initContainerStatuses');
  const sidecars = sidecarNames(pod);
  let restarts = 0;
  let lastRestart = 0;
  for (const [index, status] of statuses.entries()) {
    restarts += status.restartCount ?? 0;
    lastRestart = Math.max(lastRestart, endOf(status));
    const { terminated, waiting } = status.state ?? {};
    if (terminated && (terminated.exitCode ?? 0) === 0) continue;
    if (status.started && sidecars.has(status.name)) continue;
    if (terminated) return { reason: `Init:${terminated.reason || exitText(terminated)}`, restarts, lastRestart };
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return { reason: `Init:${waiting.reason}`, restarts, lastRestart };
    return { reason: `Init:${index}/${listAt(pod.spec, 'initContainers').length}`, restarts, lastRestart };
  }
  return { reason: undefined, restarts, lastRestart };
}

/** Init containers that go on beside the others. */
function sidecarNames(pod: AnyObject): ReadonlySet<string> {
  return new Set(listAt<{ readonly name: string; readonly restartPolicy?: string }>(pod.spec, 'initContainers').filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
}

function withSidecars(shown: Shown, sidecars: readonly Status[]): Shown {
  return {
    reason: shown.reason,
    ready: shown.ready + sidecars.filter(({ started, ready, state }) => started && ready && !state?.terminated).length,
    restarts: shown.restarts + sidecars.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    lastRestart: Math.max(shown.lastRestart, ...sidecars.map(endOf)),
  };
}

function describeContainers(statuses: readonly Status[], phase: string, conditions: readonly Condition[]): Shown {
  let reason = phase;
  let ready = 0;
  let running = false;
  for (const { state = {}, ready: isReady } of [...statuses].reverse()) {
    if (state.waiting?.reason) reason = state.waiting.reason;
    else if (state.terminated) reason = state.terminated.reason || exitText(state.terminated);
    else if (isReady && state.running) {
      running = true;
      ready += 1;
    }
  }
  if (reason === 'Completed' && running) reason = conditions.some(({ type, status }) => type === 'Ready' && status === 'True') ? 'Running' : 'NotReady';
  return { reason, ready, restarts: statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0), lastRestart: Math.max(0, ...statuses.map(endOf)) };
}

const endOf = ({ lastState }: Status) => (lastState?.terminated?.finishedAt ? Date.parse(lastState.terminated.finishedAt) : 0);
const exitText = ({ signal = 0, exitCode = 0 }: { readonly signal?: number; readonly exitCode?: number }) => (signal !== 0 ? `Signal:${signal}` : `ExitCode:${exitCode}`);

export const podTemplateCells: CellMaker = ({ metadata, template }) => {
  const containers = listAt<{ readonly name: string; readonly image?: string }>(template, 'spec', 'containers');
  const podLabels = at<Record<string, string>>(template, 'metadata', 'labels') ?? {};
  const text = Object.entries(podLabels).map(([key, value]) => `${key}=${value}`).sort().join(',');
  return [metadata.name, containers.map(({ name }) => name).join(','), containers.map(({ image = '' }) => image).join(','), text || NONE];
};

