import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import type { ContainerState } from '../../cri/cri';
import { sidecarsOf } from '../init-container-actions';
import { containerReference, uidOf, type KubeletContext, type ReadonlyContainer, type ReadonlyPod } from '../kubelet-context';
import { findContainer, type PodRuntime } from '../pod-runtime';
import { runProbe, type ProbeAnswer } from './probe-action';
import type { ProbeVerdict, ProbeVerdicts } from './probe-results';

const KINDS = ['startup', 'liveness', 'readiness'] as const;
type Kind = (typeof KINDS)[number];

const NAMES = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' } as const;

const REPORTS = { warning: ['ProbeWarning', 'warning'], failure: ['Unhealthy', 'failed'], error: ['Unhealthy', 'errored'] } as const;

interface Worker {
  readonly kind: Kind;
  readonly podUid: string;
  readonly containerId: string;
  readonly probe: DeepReadonly<core.Probe>;
  readonly target: { readonly pod: ReadonlyPod; readonly container: ReadonlyContainer; readonly address: string };
  verdict: ProbeVerdict;
  run: number;
  last: boolean | undefined;
  stopped: boolean;
  cancel(): void;
}

/** Runs the probes of running containers and remembers what they say. Follows pkg/kubelet/prober of 1.28. */
export class Prober implements ProbeVerdicts {
  private readonly workers = new Map<string, Worker>();

  /** @param onChange a verdict changed: the pod wants a pass */
  constructor(private readonly context: KubeletContext, private readonly onChange: (podUid: string) => void) {}

  readonly liveness = (containerId: string) => this.verdict('liveness', containerId);
  readonly readiness = (containerId: string) => this.verdict('readiness', containerId);
  readonly startup = (containerId: string) => this.verdict('startup', containerId);

  /** Starts the probes of containers that run, ends those of containers that no longer do. */
  update(pod: ReadonlyPod, runtime: PodRuntime, address: string): void {
    const running = new Set<string>();
    for (const container of [...sidecarsOf(pod), ...pod.spec.containers]) {
      const status = findContainer(runtime, container.name);
      if (status?.state !== 'running') continue;
      running.add(status.id);
      for (const kind of KINDS) this.ensureWorker(kind, pod, container, status, address);
    }
    this.stop((worker) => worker.podUid === uidOf(pod) && !running.has(worker.containerId));
  }

  /** No probe may disturb a pod that is being ended; readiness goes on, as upstream. */
  stopLiveness(podUid: string): void {
    this.stop((worker) => worker.podUid === podUid && worker.kind !== 'readiness');
  }

  forget(podUid: string): void {
    this.stop((worker) => worker.podUid === podUid);
  }

  stopAll(): void {
    this.stop(() => true);
  }

  private verdict(kind: Kind, containerId: string): ProbeVerdict {
    return this.workers.get(`${kind}/${containerId}`)?.verdict ?? 'success';
  }

  private stop(which: (worker: Worker) => boolean): void {
    for (const [key, worker] of this.workers) {
      if (!which(worker)) continue;
      worker.stopped = true;
      worker.cancel();
      this.workers.delete(key);
    }
  }

  private ensureWorker(kind: Kind, pod: ReadonlyPod, container: ReadonlyContainer, { id, startedAt }: ContainerState, address: string): void {
    const probe = container[`${kind}Probe`];
    const key = `${kind}/${id}`;
    if (!probe || this.workers.has(key)) return;
    // A container that was there before this process keeps what was known of it, so that a restart of the runtime takes no endpoint away.
    const known = [...pod.status?.containerStatuses ?? [], ...pod.status?.initContainerStatuses ?? []].find(({ containerID }) => containerID?.endsWith(id));
    const initial: Record<Kind, ProbeVerdict> = { startup: known?.started ? 'success' : 'unknown', liveness: 'success', readiness: known?.ready ? 'success' : 'failure' };
    const worker: Worker = {
      kind, podUid: uidOf(pod), containerId: id, probe, target: { pod, container, address },
      verdict: initial[kind], run: 0, last: undefined, stopped: false, cancel: () => undefined,
    };
    this.workers.set(key, worker);
    const { clock } = this.context;
    this.schedule(worker, Math.max(0, (startedAt ?? clock.now()) + (probe.initialDelaySeconds ?? 0) * 1000 - clock.now()));
  }

  private schedule(worker: Worker, milliseconds: number): void {
    worker.cancel = this.context.clock.setTimer(milliseconds, () => void this.probe(worker));
  }

  private async probe(worker: Worker): Promise<void> {
    const { probe, kind, containerId, target } = worker;
    // Startup comes first; once it has succeeded it is not asked again.
    const due = kind === 'startup' ? worker.verdict !== 'success' : this.startup(containerId) === 'success';
    if (due) {
      const answer = await runProbe(this.context.cri, probe, { container: target.container, containerId, address: target.address });
      if (worker.stopped) return;
      this.judge(worker, answer);
    }
    if (kind !== 'startup' || worker.verdict !== 'success') this.schedule(worker, (probe.periodSeconds ?? 10) * 1000);
  }

  private judge(worker: Worker, answer: ProbeAnswer): void {
    const { probe, kind, podUid } = worker;
    this.report(worker, answer);
    // No answer is not a bad answer: the container may just have ended.
    if (answer.result === 'error') return;
    const success = answer.result !== 'failure';
    worker.run = worker.last === success ? worker.run + 1 : 1;
    worker.last = success;
    if (worker.run < (success ? probe.successThreshold ?? 1 : probe.failureThreshold ?? 3)) return;
    const verdict = success ? 'success' : 'failure';
    if (worker.verdict === verdict) return;
    worker.verdict = verdict;
    this.onChange(podUid);
    if (kind === 'startup' && success) this.probeNow(worker.containerId);
    // The container is about to be killed: its successor counts from zero.
    if (kind !== 'readiness' && !success) worker.run = 0;
  }

  private report({ kind, target }: Worker, { result, output }: ProbeAnswer): void {
    if (result === 'success') return;
    const [reason, what] = REPORTS[result];
    this.context.events.event(containerReference(target.pod, target.container.name), 'Warning', reason, `${NAMES[kind]} probe ${what}: ${output}`);
  }

  /** What waited for the startup probe need not wait for its own period too. */
  private probeNow(containerId: string): void {
    for (const kind of ['liveness', 'readiness'] as const) {
      const worker = this.workers.get(`${kind}/${containerId}`);
      if (!worker || worker.last !== undefined) continue;
      worker.cancel();
      this.schedule(worker, 0);
    }
  }
}
