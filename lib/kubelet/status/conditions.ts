import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { ContainerStatus, PodCondition } from '../../api/types';
import { sidecarsOf } from '../init-container-actions';
import type { ReadonlyPod } from '../kubelet-context';
import { hasStarted, type PodPhase } from './phase';

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;

/** Initialized, Ready, ContainersReady and PodScheduled, with the time of the last change. Pure. Follows pkg/kubelet/status/generate.go. */
export function podConditions(pod: ReadonlyPod, phase: PodPhase, init: readonly ContainerStatus[], app: readonly ContainerStatus[], now: number): PodCondition[] {
  const sidecars = sidecarsOf(pod).flatMap(({ name }) => init.filter((status) => status.name === name));
  const containersReady = containersReadyVerdict(phase, [...sidecars, ...app]);
  const verdicts: Record<string, Verdict> = {
    Initialized: hasStarted(app) && phase !== 'Succeeded' ? { status: 'True' } : initializedVerdict(phase, init, new Set(sidecars)),
    Ready: readyVerdict(pod, containersReady),
    ContainersReady: containersReady,
    PodScheduled: { status: 'True' },
  };
  return Object.entries(verdicts).map(([type, verdict]) => withTransition(pod.status?.conditions ?? [], type, verdict, now));
}

function initializedVerdict(phase: PodPhase, init: readonly ContainerStatus[], sidecars: ReadonlySet<ContainerStatus>): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  const incomplete = init.filter((status) => (sidecars.has(status) ? !status.started : !status.ready)).map(({ name }) => name);
  if (incomplete.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${incomplete.join(' ')}]` };
}

function containersReadyVerdict(phase: PodPhase, app: readonly ContainerStatus[]): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = app.filter(({ ready }) => !ready).map(({ name }) => name);
  if (unready.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
}

function readyVerdict({ spec, status }: ReadonlyPod, containersReady: Verdict): Verdict {
  if (containersReady.status !== 'True') return containersReady;
  const problems = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = status?.conditions?.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return condition.status === 'True' ? [] : [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  return problems.length === 0 ? { status: 'True' } : { status: 'False', reason: 'ReadinessGatesNotReady', message: problems.join(', ') };
}

function withTransition(old: DeepReadonly<PodCondition[]>, type: string, verdict: Verdict, now: number): PodCondition {
  const before = old.find((condition) => condition.type === type);
  const since = before?.status === verdict.status ? before.lastTransitionTime : undefined;
  return { type, ...verdict, lastProbeTime: undefined, lastTransitionTime: since ?? toTime(now) };
}
