import { type Clock, systemClock, toTime } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { type Logger, silentLogger } from '../base/logger';
import { isPodTerminated, tryPodCondition } from '../api/pods';
import { isConflict, isNotFound } from '../api/status-error';
import type { Pod } from '../api/types';
import type { Client } from '../client/client';
import { ApiEventRecorder } from '../client/event-recorder';
import type { Change, EventRecorder, Informers } from '../client/informers';
import { tryNodeEvent, tryPodEvent } from './cluster-events';
import { ClusterState } from './cluster-state';
import { Limit } from './limit';
import { misfitMessage } from './misfit-message';
import type { ClusterEvent, Plugin } from './plugin';
import { plugins as allPlugins } from './plugins/index';
import { endVictims } from './preemption/end-victims';
import { preempt } from './preemption/preempt';
import type { Candidate } from './preemption/victims';
import { type Misfit, schedule } from './schedule';
import { SchedulingQueue } from './scheduling-queue';
import { StorageWaiters } from './storage-waiters';

export interface SchedulerConfig {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Pods with this `spec.schedulerName` are its own. @default default-scheduler */
  readonly name?: string;
  readonly plugins?: readonly Plugin[];
  /** 0 to 1; breaks ties. @default Math.random */
  readonly random?: () => number;
  /** @default Events through the client */
  readonly events?: EventRecorder;
}

/** Decisions in one go, before the process does something else. */
const BATCH = 50;
const BINDINGS_AT_ONCE = 100;

type ReadPod = DeepReadonly<Pod>;

/**
 * Gives every pod a node. Decides from what it believes (ClusterState), one pod after the other without waiting: the binding of a decided pod
 * is written while the next ones are decided, and undone if it fails. Follows pkg/scheduler of Kubernetes 1.28.
 */
export class Scheduler {
  private readonly state = new ClusterState();
  private readonly queue: SchedulingQueue;
  private readonly plugins: readonly Plugin[];
  private readonly events: EventRecorder;
  private readonly logger: Logger;
  private readonly clock: Clock;
  private readonly name: string;
  private readonly bindings = new Limit(BINDINGS_AT_ONCE);
  private readonly storage = new StorageWaiters();
  private signal: AbortSignal | undefined;
  private awake = false;
  private nextNode = 0;
  private readonly retryOn: ReadonlyMap<string, ReadonlySet<ClusterEvent>>;

  constructor(private readonly config: SchedulerConfig) {
    this.clock = config.clock ?? systemClock;
    this.logger = config.logger ?? silentLogger;
    this.name = config.name ?? 'default-scheduler';
    this.plugins = config.plugins ?? allPlugins;
    this.retryOn = new Map(this.plugins.map(({ name, retryOn = [] }) => [name, new Set(retryOn)]));
    this.events = config.events ?? new ApiEventRecorder({ client: config.client, component: this.name, clock: this.clock, logger: this.logger });
    this.queue = new SchedulingQueue(this.clock, () => this.wake());
  }

  /** Begins to work; resolves when its informers have synced. Ends with the signal. */
  async start(signal: AbortSignal): Promise<void> {
    const { informers } = this.config;
    informers.onChange('Node', (change) => {
      if (change.type === 'deleted') return this.state.removeNode(change.object.metadata.name ?? '');
      this.state.setNode(change.object);
      this.happened(change.type === 'added' ? 'NodeAdded' : tryNodeEvent(change.old, change.object));
    });
    informers.onChange('Pod', (change) => this.podChanged(change));
    for (const kind of ['PersistentVolume', 'PersistentVolumeClaim', 'StorageClass'] as const) {
      informers.onChange(kind, () => {
        this.storage.changed();
        this.happened('StorageChanged');
      });
    }
    informers.onChange('Namespace', () => this.happened('NamespaceChanged'));
    for (const kind of ['Service', 'ReplicaSet', 'StatefulSet', 'ReplicationController', 'PodDisruptionBudget'] as const) informers.onChange(kind, () => undefined);
    await informers.start(signal);
    this.signal = signal;
    signal.addEventListener('abort', () => this.storage.changed(), { once: true });
    this.wake();
  }

  private podChanged(change: Change<ReadPod>): void {
    const { object: pod } = change;
    if (change.type === 'deleted' || isPodTerminated(pod)) {
      this.queue.remove(pod);
      const wasPlaced = Boolean(pod.spec.nodeName) || this.state.isAssumed(pod);
      this.state.remove(pod);
      this.state.nominations.remove(pod);
      if (wasPlaced) this.happened('PodDeleted');
    } else if (pod.spec.nodeName) {
      this.queue.remove(pod);
      const isNew = change.type === 'added' || !change.old.spec.nodeName;
      this.state.set(pod);
      this.state.nominations.remove(pod);
      this.happened(isNew ? 'PodAdded' : tryPodEvent(change.old, pod));
    } else if ((pod.spec.schedulerName ?? 'default-scheduler') === this.name && !this.state.isAssumed(pod)) {
      this.followNomination(change);
      this.enqueue(change);
    }
  }

  /** What this scheduler has just promised may not be shown yet. */
  private followNomination(change: Change<ReadPod>): void {
    const { object: pod } = change;
    const { nominatedNodeName } = pod.status ?? {};
    if (nominatedNodeName || (change.type === 'modified' && change.old.status?.nominatedNodeName)) this.state.nominations.set(pod, nominatedNodeName);
  }

  private enqueue(change: Change<ReadPod>): void {
    const { object: pod } = change;
    if (pod.metadata.deletionTimestamp) return this.queue.remove(pod);
    if (pod.spec.schedulingGates?.length) return;
    if (this.queue.has(pod)) this.queue.update(pod, change.type === 'modified' && tryPodEvent(change.old, pod) !== undefined);
    else this.queue.add(pod);
  }

  private happened(event: ClusterEvent | undefined): void {
    if (event) this.queue.move((name) => this.retryOn.get(name)?.has(event) ?? false);
  }

  private wake(): void {
    if (this.awake || !this.signal || this.signal.aborted) return;
    this.awake = true;
    setImmediate(() => {
      this.awake = false;
      if (this.signal?.aborted) return;
      for (let i = 0; i < BATCH; i++) if (!this.scheduleNext()) return;
      this.wake();
    });
  }

  /** False when nobody waits. */
  private scheduleNext(): boolean {
    const next = this.queue.pop();
    if (!next) return false;
    const { pod, moves } = next;
    const cluster = { state: this.state, lister: this.config.informers.lister };
    const choice = schedule(pod, cluster, this.plugins, { start: this.nextNode, random: this.random });
    if ('node' in choice) {
      this.nextNode = (this.nextNode + choice.looked) % Math.max(1, this.state.nodes.length);
      this.state.nominations.remove(pod);
      this.state.assume(pod, choice.node);
      void this.bind(pod, choice.node, moves);
    } else void this.makeRoom(pod, choice.misfit, moves);
    return true;
  }

  private get random(): () => number {
    return this.config.random ?? Math.random;
  }

  /** It fits nowhere: less important pods end for it where that helps, and it is promised their place. */
  private async makeRoom(pod: ReadPod, misfit: Misfit, moves: number): Promise<void> {
    const { lister } = this.config.informers;
    const refusedBy = misfit.nodes === 0 ? new Set(['NodeName']) : misfit.plugins;
    const context = { cluster: { state: this.state, lister }, plugins: this.plugins, budgets: lister.list('PodDisruptionBudget') };
    const preemption = preempt(pod, misfit, context, this.random);
    if ('message' in preemption) {
      const loses = !preemption.keepsNode && this.state.nominations.tryNode(pod) !== undefined;
      if (loses) this.state.nominations.remove(pod);
      this.queue.refused(pod, refusedBy, moves);
      return this.tellUnschedulable(pod, 'Unschedulable', misfitMessage(misfit, preemption.message), loses ? null : undefined);
    }
    this.state.nominations.set(pod, preemption.node);
    await this.tellUnschedulable(pod, 'Unschedulable', misfitMessage(misfit), preemption.node);
    await this.carryOut(pod, preemption);
    this.queue.refused(pod, refusedBy, moves);
  }

  private async carryOut(pod: ReadPod, candidate: Candidate): Promise<void> {
    try {
      await endVictims(pod, candidate, { client: this.config.client, events: this.events, clock: this.clock });
      for (const other of this.state.nominations.below(pod, candidate.node)) {
        this.state.nominations.remove(other);
        await this.patchStatus(other, { nominatedNodeName: null });
      }
    } catch (error) {
      this.logger.warn('pods could not be preempted', { for: `${pod.metadata.namespace}/${pod.metadata.name}`, node: candidate.node, error });
      this.state.nominations.remove(pod);
      await this.patchStatus(pod, { nominatedNodeName: null });
    }
  }

  private async bind(pod: ReadPod, node: string, moves: number): Promise<void> {
    const { namespace, name = '', uid } = pod.metadata;
    try {
      for (const plugin of this.plugins) await plugin.preBind?.(pod, node, this.bindContext());
      const target = { apiVersion: 'v1', kind: 'Node', name: node };
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { namespace, name, uid }, target };
      await this.bindings.run(() => this.config.client.createSubresource('Pod', { namespace, name }, 'binding', binding));
      this.queue.done(pod);
      this.events.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`);
    } catch (error) {
      this.state.forget(pod);
      this.state.nominations.set(pod, pod.status?.nominatedNodeName);
      if (this.signal?.aborted) return;
      if (isNotFound(error) || isConflict(error)) return this.giveUp(pod, moves);
      this.logger.warn('a pod could not be bound', { pod: `${namespace}/${name}`, node, error });
      this.queue.refused(pod, new Set(), moves);
      this.happened('PodDeleted'); // what it had assumed is free again
      await this.tellUnschedulable(pod, 'SchedulerError', error instanceof Error ? error.message : String(error));
    }
  }

  /** It is gone, or somebody else bound it: the informer will tell. If it is still there afterwards, it is tried again. */
  private giveUp(pod: ReadPod, moves: number): void {
    const { namespace, name } = pod.metadata;
    const current = this.config.informers.lister.tryGet('Pod', `${namespace}/${name}`);
    if (current && current.metadata.uid === pod.metadata.uid && !current.spec.nodeName) this.queue.refused(pod, new Set(), moves);
    else this.queue.done(pod);
  }

  private bindContext() {
    const { client, informers: { lister } } = this.config;
    const signal = this.signal ?? new AbortController().signal;
    const waitForStorage = (condition: () => boolean, milliseconds: number) => this.storage.wait(condition, milliseconds, this.clock, signal);
    return { client, lister, clock: this.clock, signal, waitForStorage };
  }

  /** @param nominated the node it is promised; null: none any more; undefined: as it was */
  private async tellUnschedulable(pod: ReadPod, reason: string, message: string, nominated?: string | null): Promise<void> {
    this.events.event(pod, 'Warning', 'FailedScheduling', message);
    const current = tryPodCondition(pod, 'PodScheduled');
    const isTold = current?.status === 'False' && current.reason === reason && current.message === message;
    if (isTold && (nominated === undefined || nominated === pod.status?.nominatedNodeName)) return;
    const lastTransitionTime = current?.status === 'False' ? current.lastTransitionTime : toTime(this.clock.now());
    const condition = { type: 'PodScheduled', status: 'False', reason, message, lastProbeTime: null, lastTransitionTime };
    await this.patchStatus(pod, { conditions: [condition], ...(nominated !== undefined && { nominatedNodeName: nominated }) });
  }

  private async patchStatus({ metadata: { namespace, name = '', uid } }: ReadPod, status: object): Promise<void> {
    try {
      await this.config.client.patch('Pod', { namespace, name }, { metadata: { uid }, status }, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) this.logger.warn('what the scheduler decided could not be written', { pod: `${namespace}/${name}`, error });
    }
  }
}
