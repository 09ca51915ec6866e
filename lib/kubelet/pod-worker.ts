import { backoffDelay } from '../base/backoff';
import { toTime } from '../base/clock';
import type { PodStatus } from '../api/types';
import type { PodEnd } from './pod-end';
import { admitPod } from './admission/admit-pod';
import { computePodActions, type PodActions } from './pod-actions';
import { comparePods } from './pod-change';
import { collectGarbage } from './container-gc';
import { killContainer } from './kill-container';
import { nameOf, namespaceOf, podReference, type ReadonlyPod } from './kubelet-context';
import { NOTHING, readySandbox, type PodRuntime } from './pod-runtime';
import { addressOf, type PodWorkerScope } from './pod-worker-scope';
import { withRemembered } from './remembered-containers';
import { computePodStatus, type PodFailure } from './status/pod-status';
import { startPod } from './sync-pod';
import { PodTermination } from './pod-termination';
import { readTerminationMessage } from './termination-message';
import { heldBack, type WaitingReason } from './waiting-reason';

/** How long `ErrImagePull` is shown before `ImagePullBackOff`. */
const PULL_SHOWN = 2_000;
const ERROR_BACKOFF = { initial: 1_000, maximum: 30_000 };

/**
 * Brings one pod to what the API says, one pass at a time: read what runs, show it, decide, act. Every wish for a pass while one runs
 * leads to exactly one more. A pass changes nothing that is right already, so a restarted kubelet just goes on.
 */
export class PodWorker {
  private wanted = false;
  private running = false;
  private failures = 0;
  private blockedUntil = 0;
  private volumesStale = false;
  /** The pod or what it refers to has changed: what could not be created before may be now. */
  private hopeful = false;
  private reasons: ReadonlyMap<string, WaitingReason> = new Map();
  private readonly messages = new Map<string, string>();
  private cancelTimer: () => void = () => undefined;
  /** The version that was acted upon or is about to be; undefined before the first. */
  private known: ReadonlyPod | undefined;
  /** Aborted when the pod is to end: what only delays that is given up. */
  private readonly ending = new AbortController();
  private readonly termination: PodTermination;
  private nodeEnd: PodEnd | undefined;

  /** @param pod undefined for one that runs and that the API does not know */
  constructor(readonly uid: string, private readonly scope: PodWorkerScope, private pod: ReadonlyPod | undefined) {
    this.termination = new PodTermination(uid, scope);
    if (!pod) this.termination.removed = true;
  }

  get currentPod(): ReadonlyPod | undefined {
    return this.pod;
  }

  update(pod: ReadonlyPod): void {
    const { relevant, shown } = comparePods(this.known, pod);
    this.pod = pod;
    this.known = pod;
    this.scope.statuses.observe(pod);
    if (!relevant) return;
    this.hopeful = true;
    this.volumesStale ||= shown;
    if (pod.metadata.deletionTimestamp) this.ending.abort();
    this.termination.shorten(pod);
    this.wake();
  }

  /** The API no longer has the pod. */
  remove(lastKnown: ReadonlyPod): void {
    this.pod = lastKnown;
    this.ending.abort();
    this.termination.removed = true;
    this.termination.shorten(lastKnown);
    this.wake();
  }

  /** Something that a volume or variable of the pod shows has changed. */
  contentChanged(): void {
    this.volumesStale = true;
    this.hopeful = true;
    this.wake();
  }

  /** The node ends the pod, which has failed then. A second end changes nothing. */
  end(end: PodEnd): void {
    this.nodeEnd ??= end;
    this.ending.abort();
    this.wake();
  }

  /** The engine or a probe has news. After a pass that failed they wait for its backoff: what failed makes news itself. */
  notify(): void {
    if (this.scope.context.clock.now() >= this.blockedUntil) this.wake();
  }

  wake(): void {
    this.wanted = true;
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.wanted && !this.scope.signal.aborted) {
      this.wanted = false;
      this.cancelTimer();
      try {
        const wakeAt = await this.sync();
        this.failures = 0;
        this.blockedUntil = 0;
        this.wakeAt(wakeAt);
      } catch (error) {
        this.failures++;
        this.scope.context.logger.warn('pod sync failed', { pod: this.pod && nameOf(this.pod), namespace: this.pod && namespaceOf(this.pod), uid: this.uid, error });
        this.blockedUntil = this.scope.context.clock.now() + backoffDelay(this.failures, ERROR_BACKOFF);
        this.wakeAt(this.blockedUntil);
      }
    }
    this.running = false;
  }

  private wakeAt(time: number | undefined): void {
    if (time === undefined) return;
    this.cancelTimer = this.scope.context.clock.setTimer(Math.max(0, time - this.scope.context.clock.now()), () => this.wake());
  }

  /** One pass. @returns when the next is due without anything happening */
  private async sync(): Promise<number | undefined> {
    const { pod, termination } = this;
    const runtime = await this.read();
    if (!pod || termination.removed || pod.metadata.deletionTimestamp) {
      if (pod && !termination.removed) this.publish(pod, runtime, false);
      await termination.run(pod, runtime, async () => {
        const after = await this.read();
        if (pod && !termination.removed) this.publish(pod, after, true);
      });
      return undefined;
    }
    return this.syncLiving(pod, runtime);
  }

  private async syncLiving(pod: ReadonlyPod, runtime: PodRuntime): Promise<number | undefined> {
    const { scope } = this;
    const admission = runtime.sandboxes.length === 0 ? admitPod(pod, scope.abilities(), { allocatable: scope.context.allocatable(), others: scope.podsBefore(pod) }) : undefined;
    if (admission?.admitted === false) return this.refuse(pod, admission.verdict, admission.problem);
    const deadline = deadlineOf(pod);
    const failure = deadline !== undefined && scope.context.clock.now() >= deadline
      ? { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' } : undefined;
    if (failure) {
      if (pod.status?.phase !== 'Failed') scope.context.events.event(podReference(pod), 'Normal', failure.reason, failure.message);
      return this.fail(pod, runtime, failure);
    }
    if (this.nodeEnd && !isOver(scope.statuses.tryGet(this.uid) ?? pod.status)) return this.fail(pod, runtime, this.nodeEnd);
    // Before the status is written: a container that has just started is not ready until its probes say so.
    scope.prober.update(pod, runtime, addressOf(scope.context, pod, runtime));
    const { phase } = this.publish(pod, runtime, false);
    if (phase === 'Failed' || phase === 'Succeeded') {
      await this.termination.finish(pod, runtime);
      return undefined;
    }
    const actions = computePodActions(pod, runtime, scope.prober);
    const progressed = await this.act(pod, runtime, actions);
    if (progressed) this.wanted = true;
    else await collectGarbage(scope.context, scope.reader, runtime);
    await this.refreshVolumes(pod, runtime);
    return earliest([deadline, await scope.volumes.refreshAt(pod), ...this.retryTimes()]);
  }

  /** Nothing is done for a pod that its node does not admit. */
  private refuse(pod: ReadonlyPod, verdict: 'rejected' | 'blocked', { reason, message }: WaitingReason): undefined {
    const { statuses, context } = this.scope;
    if (verdict === 'blocked') {
      const blocked: WaitingReason = { reason: 'Blocked', message: '' };
      this.reasons = new Map([...pod.spec.initContainers ?? [], ...pod.spec.containers].map(({ name }) => [name, blocked]));
      statuses.set(pod, { ...this.computeStatus(pod, NOTHING, false), phase: 'Pending', reason, message });
    } else if (pod.status?.phase !== 'Failed') {
      context.events.event(podReference(pod), 'Warning', reason, message);
      statuses.set(pod, { phase: 'Failed', reason, message: `Pod was rejected: ${message}`, startTime: toTime(context.clock.now()) });
    }
  }

  /** A pod has failed when nothing of it runs any more, not before. */
  private async fail(pod: ReadonlyPod, runtime: PodRuntime, failure: PodFailure): Promise<undefined> {
    await this.termination.finish(pod, runtime, failure.graceSeconds);
    const after = await this.read();
    this.publish(pod, after, true, failure);
  }

  private async act(pod: ReadonlyPod, runtime: PodRuntime, actions: PodActions): Promise<boolean> {
    if (actions.killPod) {
      await this.termination.killAll(pod, runtime);
      if (!actions.createSandbox) return false;
    }
    await Promise.all(actions.kill.map(({ container, status, reason, message }) => killContainer(this.scope.context, {
      status, pod, message, address: addressOf(this.scope.context, pod, runtime),
      gracePeriodSeconds: (reason === 'changed' ? undefined : container[`${reason}Probe`]?.terminationGracePeriodSeconds) ?? pod.spec.terminationGracePeriodSeconds ?? 30,
    })));
    // What was killed is started by the next pass, which sees how it ended.
    if (actions.kill.length > 0) return true;
    const held = this.hopeful || actions.createSandbox ? new Map<string, WaitingReason>() : heldBack(this.reasons, this.scope.context.clock.now());
    this.hopeful = false;
    const start = actions.start.filter(({ container }) => !held.has(container.name));
    if (start.length === 0 && !actions.createSandbox) {
      this.reasons = held;
      return false;
    }
    const { progressed, failures } = await startPod(this.scope, pod, runtime, { ...actions, start }, this.ending.signal);
    this.reasons = new Map([...held, ...failures]);
    this.volumesStale = false;
    if (failures.size > 0) this.publish(pod, await this.read(), false);
    return progressed;
  }

  private retryTimes(): number[] {
    const now = this.scope.context.clock.now();
    // A pull that failed soon shows as one that is waited for.
    const first = (reason: WaitingReason, retryAt: number) => (reason.reason === 'ErrImagePull' ? Math.min(retryAt, now + PULL_SHOWN) : retryAt);
    return [...this.reasons.values()].map((reason) => first(reason, reason.retryAt ?? now + 10_000));
  }

  /** ConfigMaps, Secrets, labels and tokens reach pods that run already. */
  private async refreshVolumes(pod: ReadonlyPod, runtime: PodRuntime): Promise<void> {
    const due = await this.scope.volumes.refreshAt(pod);
    if (!readySandbox(runtime) || (!this.volumesStale && (due === undefined || due > this.scope.context.clock.now()))) return;
    this.volumesStale = false;
    await this.scope.volumes.setUp(pod, readySandbox(runtime)?.ip ?? '').catch((error: Error) => {
      this.scope.context.logger.warn('volumes could not be refreshed', { pod: nameOf(pod), error });
    });
  }

  private publish(pod: ReadonlyPod, runtime: PodRuntime, terminal: boolean, failure?: PodFailure): PodStatus {
    const status = this.computeStatus(pod, runtime, terminal, failure);
    this.scope.statuses.set(pod, status);
    return status;
  }

  private computeStatus(pod: ReadonlyPod, runtime: PodRuntime, terminal: boolean, failure?: PodFailure): PodStatus {
    const { scope, reasons, messages } = this;
    const { nodeAddress, clock } = scope.context;
    return computePodStatus({
      pod: this.withKnownStatus(pod), runtime, reasons, messages, terminal, failure, nodeAddress, verdicts: scope.prober, now: clock.now(),
    });
  }

  /** With what was shown last, which may be fresher than what the API told. */
  private withKnownStatus(pod: ReadonlyPod): ReadonlyPod {
    const known = this.scope.statuses.tryGet(this.uid);
    return known ? { ...pod, status: { ...pod.status, ...known, conditions: [...othersConditions(pod, known), ...(known.conditions ?? [])] } } : pod;
  }

  private async read(): Promise<PodRuntime> {
    const found = await this.scope.reader.read(this.uid);
    const runtime = this.pod && !this.termination.removed ? withRemembered(this.withKnownStatus(this.pod), found) : found;
    await this.readMessages(runtime);
    return runtime;
  }

  private async readMessages({ containers }: PodRuntime): Promise<void> {
    const { cri, dataDirectory } = this.scope.context;
    for (const container of containers) {
      if (container.state === 'exited' && !this.messages.has(container.id)) this.messages.set(container.id, await readTerminationMessage(cri, dataDirectory, container).catch(() => ''));
    }
  }
}

/** Readiness gates and the like: what the kubelet does not write itself. */
function othersConditions({ status }: ReadonlyPod, known: PodStatus) {
  return (status?.conditions ?? []).filter(({ type }) => !known.conditions?.some((own) => own.type === type));
}

const isOver = (status: PodStatus | ReadonlyPod['status']) => status?.phase === 'Failed' || status?.phase === 'Succeeded';

function deadlineOf({ spec, status }: ReadonlyPod): number | undefined {
  return spec.activeDeadlineSeconds !== undefined && status?.startTime ? Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000 : undefined;
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
