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
import { schedule } from './schedule';
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
  private turn = 0;

  constructor(private readonly config: SchedulerConfig) {
    this.clock = config.clock ?? systemClock;
    this.logger = config.logger ?? silentLogger;
    this.name = config.name ?? 'default-scheduler';
    this.plugins = config.plugins ?? allPlugins;
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
      if (wasPlaced) this.happened('PodDeleted');
    } else if (pod.spec.nodeName) {
      this.queue.remove(pod);
      const isNew = change.type === 'added' || !change.old.spec.nodeName;
      this.state.set(pod);
      this.happened(isNew ? 'PodAdded' : tryPodEvent(change.old, pod));
    } else if ((pod.spec.schedulerName ?? 'default-scheduler') === this.name && !this.state.isAssumed(pod)) {
      this.enqueue(change);
    }
  }

  private enqueue(change: Change<ReadPod>): void {
    const { object: pod } = change;
    if (pod.metadata.deletionTimestamp) return this.queue.remove(pod);
    if (pod.spec.schedulingGates?.length) return;
    if (this.queue.has(pod)) this.queue.update(pod, change.type === 'modified' && tryPodEvent(change.old, pod) !== undefined);
    else this.queue.add(pod);
  }

  private happened(event: ClusterEvent | undefined): void {
    if (event) this.queue.move((name) => this.plugins.find((plugin) => plugin.name === name)?.retryOn?.includes(event) ?? false);
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
    this.turn += 1;
    const choice = schedule(pod, cluster, this.plugins, { start: this.turn, random: this.config.random ?? Math.random });
    if ('node' in choice) {
      this.state.assume(pod, choice.node);
      void this.bind(pod, choice.node, moves);
      return true;
    }
    const message = misfitMessage(choice.misfit, pod.spec.preemptionPolicy);
    this.queue.refused(pod, choice.misfit.nodes === 0 ? new Set(['NodeName']) : choice.misfit.plugins, moves);
    void this.tellUnschedulable(pod, 'Unschedulable', message);
    return true;
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

  private async tellUnschedulable(pod: ReadPod, reason: string, message: string): Promise<void> {
    this.events.event(pod, 'Warning', 'FailedScheduling', message);
    const current = tryPodCondition(pod, 'PodScheduled');
    if (current?.status === 'False' && current.reason === reason && current.message === message) return;
    const { namespace, name = '' } = pod.metadata;
    const lastTransitionTime = current?.status === 'False' ? current.lastTransitionTime : toTime(this.clock.now());
    const condition = { type: 'PodScheduled', status: 'False', reason, message, lastProbeTime: null, lastTransitionTime };
    try {
      await this.config.client.patch('Pod', { namespace, name }, { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } }, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) this.logger.warn('the condition PodScheduled could not be written', { pod: `${namespace}/${name}`, error });
    }
  }
}
