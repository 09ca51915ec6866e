import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Logger } from '../base/logger';
import { keyOf } from '../api/object-key';
import { isAlreadyExists, isConflict, isNotFound } from '../api/status-error';
import type { Ingress } from '../api/types';
import type { Client } from '../client/client';
import type { EventRecorder, Informers } from '../client/informers';
import { WorkQueue } from '../client/work-queue';
import { buildModel } from './build-model';
import { edgeDaemonSet } from './edge-daemon-set';
import { edgeRules, watchEdgeObjects } from './edge-objects';
import { edgeAddresses, edgeTroubles } from './edge-state';
import { DEFAULT_CLASS, ourIngresses } from './ingress-class';
import { type IngressPorts, portAnnotations } from './ingress-ports';
import { EDGE_NAME, EDGE_NAMESPACE } from './names';

export interface IngressControllerConfig {
  readonly runtime: string;
  readonly ports: IngressPorts;
  readonly client: Client;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Changes that arrive within this many milliseconds are looked at once. */
const GATHER = 50;
/** The proxy stays this long after the last Ingress: who replaces one by another loses nothing. */
const LINGER = 30_000;
const EVERYTHING = 'everything';

type ReadonlyIngress = DeepReadonly<Ingress>;

/** What there is once a cluster: the class, the proxy's DaemonSet while there are Ingresses of ours, their status, and what is wrong with them as Events. */
export class IngressController {
  private readonly queue: WorkQueue;
  /** What was said about an Ingress, by its uid: said once. */
  private readonly said = new Map<string, Set<string>>();
  private unusedSince: number | undefined;
  /** Of the DaemonSet as it was last made: another one is somebody else's. */
  private generation: number | undefined;

  constructor(private readonly config: IngressControllerConfig) {
    const { informers, clock, logger } = config;
    this.queue = new WorkQueue({
      clock, concurrency: 1, process: () => this.sync(),
      onError: (_, error, failures) => (isConflict(error) ? logger.debug('changed meanwhile; trying again', { failures }) : logger.warn('the Ingresses could not be brought up to date; trying again', { error, failures })),
    });
    const changed = () => this.queue.addAfter(EVERYTHING, GATHER);
    watchEdgeObjects(informers, changed);
    informers.restrict('Pod', { fieldSelector: `metadata.namespace=${EDGE_NAMESPACE}` });
    for (const kind of ['Pod', 'Node', 'DaemonSet'] as const) informers.onChange(kind, changed);
  }

  /** Resolves when the class exists and work has begun; ends with the signal. */
  async start(signal: AbortSignal): Promise<void> {
    await this.config.informers.start(signal);
    if (signal.aborted) return;
    await this.ensureClass();
    this.queue.start(signal);
    this.queue.add(EVERYTHING);
  }

  private async ensureClass(): Promise<void> {
    const { client, ports } = this.config;
    const { metadata } = DEFAULT_CLASS;
    try {
      await client.create({ ...DEFAULT_CLASS, metadata: { ...metadata, annotations: { ...metadata.annotations, ...portAnnotations(ports) } } });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      await client.patch('IngressClass', { name: metadata.name ?? '' }, { metadata: { annotations: portAnnotations(ports) } }, { type: 'merge' });
    }
  }

  private async sync(): Promise<void> {
    const { informers: { lister } } = this.config;
    const objects = edgeRules(lister);
    const ours = ourIngresses(objects.ingresses, objects.classes);
    if (!await this.syncDaemonSet(ours.length > 0)) return;
    const { problems } = buildModel(objects);
    const pods = lister.list('Pod', EDGE_NAMESPACE);
    const troubles = edgeTroubles(pods, lister.list('Node'));
    for (const ingress of ours) {
      this.tell(ingress, [...problems.filter((problem) => problem.ingress.metadata.uid === ingress.metadata.uid), ...troubles]);
      await this.writeStatus(ingress, edgeAddresses(pods, this.config.ports));
    }
    const known = new Set(ours.map(({ metadata }) => metadata.uid ?? ''));
    for (const uid of this.said.keys()) if (!known.has(uid)) this.said.delete(uid);
  }

  /** @returns whether there is something to serve */
  private async syncDaemonSet(wanted: boolean): Promise<boolean> {
    const { runtime, ports, client, clock, informers: { lister } } = this.config;
    const found = lister.tryGet('DaemonSet', `${EDGE_NAMESPACE}/${EDGE_NAME}`);
    if (wanted) {
      this.unusedSince = undefined;
      if (!found || found.metadata.generation !== this.generation) {
        const { metadata } = await client.apply(edgeDaemonSet(runtime, ports), { fieldManager: EDGE_NAME, force: true });
        this.generation = metadata.generation;
      }
      return true;
    }
    if (!found) return false;
    this.unusedSince ??= clock.now();
    const left = this.unusedSince + LINGER - clock.now();
    if (left > 0) this.queue.addAfter(EVERYTHING, left);
    else await client.tryDelete('DaemonSet', { namespace: EDGE_NAMESPACE, name: EDGE_NAME });
    return false;
  }

  private tell(ingress: ReadonlyIngress, problems: readonly { readonly reason: string; readonly message: string }[]): void {
    const uid = ingress.metadata.uid ?? '';
    const version = `Sync ${ingress.metadata.generation}`;
    const said = this.said.get(uid) ?? new Set();
    if (!said.has(version)) this.config.events.event(ingress, 'Normal', 'Sync', 'Scheduled for sync');
    const now = new Set([version]);
    for (const { reason, message } of problems) {
      now.add(message);
      if (!said.has(message)) this.config.events.event(ingress, 'Warning', reason, message);
    }
    this.said.set(uid, now);
  }

  private async writeStatus(ingress: ReadonlyIngress, addresses: ReturnType<typeof edgeAddresses>): Promise<void> {
    if (JSON.stringify(ingress.status?.loadBalancer?.ingress ?? []) === JSON.stringify(addresses)) return;
    try {
      await this.config.client.updateStatus({ ...ingress, status: { ...ingress.status, loadBalancer: addresses.length > 0 ? { ingress: addresses } : {} } } as ReadonlyIngress);
    } catch (error) {
      if (!isNotFound(error)) throw new Error(`status of the Ingress ${keyOf(ingress)}`, { cause: error });
    }
  }
}
