import { mkdir, readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { backoffDelay } from '../base/backoff';
import { sleep, systemClock, type Clock } from '../base/clock';
import { silentLogger, type Logger } from '../base/logger';
import type { Taint } from '../api/taints';
import type { Client } from '../client/client';
import type { EventRecorder, Informers } from '../client/informers';
import type { ContainerRuntime } from '../cri/cri';
import { kubeletConfiguration, type KubeletConfiguration } from './configuration/kubelet-configuration';
import { comesBefore } from './admission/node-fit';
import { CrashBackoff } from './crash-backoff';
import { EvictionManager } from './eviction/eviction-manager';
import type { Observations } from './eviction/observe';
import { ImageGarbageCollector } from './image-gc';
import { ImagePuller } from './image-puller';
import { ImageRecords } from './image-records';
import { uidOf, type KubeletContext, type ReadonlyPod } from './kubelet-context';
import { Limiter } from './limiter';
import { NodeAgent } from './node/node-agent';
import { PodReferenceWatcher } from './pod-references';
import { PodRuntimeReader } from './pod-runtime';
import { PodWorker } from './pod-worker';
import type { PodWorkerScope } from './pod-worker-scope';
import { Prober } from './probes/prober';
import { parseResolvConf } from './resolv-conf';
import { KubeletServer, type ServerTls } from './server/kubelet-server';
import { mirroredHash } from './static-pods/annotations';
import { StaticPods } from './static-pods/static-pods';
import { NodeShutdown } from './shutdown/node-shutdown';
import { StatusManager } from './status/status-manager';
import { VolumeManager } from './volumes/volume-manager';

export interface KubeletConfig {
  readonly client: Client;
  /** Its own: the kubelet restricts the pods to those of its node, and starts it. */
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly cri: ContainerRuntime;
  readonly nodeName: string;
  readonly nodeAddress: string;
  readonly dataDirectory: string;
  readonly clusterDns: string;
  /** Where the host's own files are. @default '': as this process sees them */
  readonly hostRoot?: string;
  /** @default cluster.local */
  readonly clusterDomain?: string;
  /** Certificate of the node's own HTTPS port, and the authority whose client certificates it accepts. No server without it. */
  readonly tls?: ServerTls;
  /** @default 0: any free one, reported in Node.status.daemonEndpoints */
  readonly port?: number;
  /** Where the `pods/` and `containers/` links to logs are made; none when left out. */
  readonly logDirectory?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Of the Node when it is made. */
  readonly taints?: readonly Taint[];
  readonly podCidr?: string;
  /** Of the node's Lease. @default 40 */
  readonly leaseSeconds?: number;
  /** @default upstream's */
  readonly configuration?: KubeletConfiguration;
  /** What the node has left. @default what the host says */
  readonly observe?: () => Promise<Observations>;
  /** Sandboxes and containers started at a time. @default 8 */
  readonly maximumParallelStarts?: number;
  /** Resolves when the node's proxy sends no new connections to the pod; awaited (2 s at most) before preStop and TERM. */
  readonly endpointRemoved?: (pod: ReadonlyPod) => Promise<void>;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Events of the engine tell what happens; this finds what they missed. */
const RELIST_PERIOD = 300_000;

/**
 * The agent of a node: runs the pods that are bound to it, and says how they are. Keeps nothing that it could not read back from the engine
 * and the API, so it may die at any moment; the next one adopts what runs.
 */
export class Kubelet {
  private readonly context: KubeletContext;
  private readonly workers = new Map<string, PodWorker>();
  private readonly prober: Prober;
  private readonly references: PodReferenceWatcher;
  private readonly node: NodeAgent;
  private readonly server: KubeletServer | undefined;
  private readonly eviction: EvictionManager;
  private readonly staticPods: StaticPods;
  private readonly nodeShutdown: NodeShutdown;
  private readonly imageRecords: ImageRecords;
  private readonly imageGarbage: ImageGarbageCollector;
  private scope: PodWorkerScope | undefined;
  private finished: Promise<unknown> = Promise.resolve();

  constructor(private readonly config: KubeletConfig) {
    const { client, informers, events, cri, nodeName, nodeAddress, dataDirectory, clusterDns, logDirectory } = config;
    const configuration = config.configuration ?? kubeletConfiguration();
    this.context = {
      configuration,
      client, events, cri, nodeName, nodeAddress, dataDirectory, clusterDns, logDirectory,
      lister: informers.lister,
      hostRoot: config.hostRoot ?? '',
      clock: config.clock ?? systemClock,
      logger: config.logger ?? silentLogger,
      clusterDomain: config.clusterDomain ?? 'cluster.local',
      allocatable: () => this.node.allocatable(),
    };
    this.node = new NodeAgent(this.context, {
      labels: config.labels ?? {}, annotations: config.annotations ?? {}, taints: config.taints ?? [], podCidr: config.podCidr, maximumPods: configuration.maximumPods, leaseSeconds: config.leaseSeconds ?? 40, serverPort: () => this.server?.port ?? 10250,
      pressures: () => this.eviction.pressures(), shuttingDown: () => this.nodeShutdown.isBegun,
    });
    this.imageRecords = new ImageRecords(path.join(dataDirectory, 'pulled-images.json'), this.context.clock);
    this.imageGarbage = new ImageGarbageCollector(this.context, this.imageRecords, () => this.pods().filter((pod) => !this.isOver(pod)));
    this.eviction = new EvictionManager(this.context, {
      pods: () => this.pods().filter((pod) => !this.isOver(pod)), end: (uid, end) => this.workers.get(uid)?.end(end),
      onChange: () => this.node.updateStatus(), reclaimDisk: () => this.imageGarbage.removeUnused(), observe: config.observe,
    });
    this.nodeShutdown = new NodeShutdown(this.context, {
      pods: () => this.pods().filter((pod) => !this.isOver(pod)), end: (uid, end) => this.workers.get(uid)?.end(end), onChange: () => this.node.updateStatus(),
    });
    this.staticPods = new StaticPods(this.context, {
      directory: configuration.staticPodPath ?? path.join(dataDirectory, 'manifests'), run: (pod) => this.worker(pod).update(pod), end: (pod) => this.workers.get(uidOf(pod))?.remove(pod),
      mirrored: (uid) => this.scope?.statuses.rewrite(uid),
    });
    this.references = new PodReferenceWatcher(informers, (uid) => this.workers.get(uid)?.contentChanged());
    this.prober = new Prober(this.context, (uid) => this.workers.get(uid)?.notify());
    this.server = config.tls && new KubeletServer({ context: this.context, tls: config.tls, port: config.port ?? 0, pods: () => this.pods() });
  }

  /** The port of the node's server, after `start`. */
  get port(): number | undefined {
    return this.server?.port;
  }

  /** Resolves when the node is registered and its pods are looked after; goes on until the signal aborts. Leaves the pods running then. */
  async start(signal: AbortSignal): Promise<void> {
    await mkdir(path.join(this.config.dataDirectory, 'pods'), { recursive: true, mode: 0o750 });
    await this.server?.start(signal);
    this.scope = await this.makeScope(signal);
    signal.addEventListener('abort', () => this.prober.stopAll(), { once: true });
    // They need no API, and their mirrors that it has are not foreign.
    await this.staticPods.start(signal);
    await this.node.register(signal);
    if (signal.aborted) return;
    this.watch();
    await this.config.informers.start(signal);
    await this.adopt().catch((error: unknown) => this.context.logger.warn('the engine could not be listed', { error }));
    this.finished = Promise.all([this.node.run(signal), this.followEngine(signal), this.relist(signal), this.eviction.run(signal), this.imageGarbage.run(signal)]);
  }

  /** The machine is about to end: the node takes no more pods and ends those it has, in order of their priority. Resolves when they have, or their time is over. */
  async shutdown(signal: AbortSignal): Promise<void> {
    await this.nodeShutdown.run(signal);
    await Promise.all(this.pods().map((pod) => this.scope?.statuses.flush(uidOf(pod))));
  }

  /** Resolves after the signal of `start` has aborted and the loops have ended. */
  async stopped(): Promise<void> {
    await this.finished;
  }

  private pods(): readonly ReadonlyPod[] {
    return [...this.workers.values()].map(({ currentPod }) => currentPod).filter((pod) => pod !== undefined);
  }

  private podsBefore(pod: ReadonlyPod): readonly ReadonlyPod[] {
    return this.pods().filter((other) => uidOf(other) !== uidOf(pod) && !this.isOver(other) && comesBefore(other, pod));
  }

  private isOver(pod: ReadonlyPod): boolean {
    return ['Failed', 'Succeeded'].includes(this.scope?.statuses.tryGet(uidOf(pod))?.phase ?? pod.status?.phase ?? '');
  }

  private async makeScope(signal: AbortSignal): Promise<PodWorkerScope> {
    const { context } = this;
    const appArmor = (await readFile('/sys/module/apparmor/parameters/enabled', 'utf8').catch(() => '')).startsWith('Y');
    return {
      context, signal,
      backoff: new CrashBackoff(context.clock),
      images: new ImagePuller(context, this.imageRecords),
      volumes: new VolumeManager(context),
      limiter: new Limiter(this.config.maximumParallelStarts ?? 8),
      hostDns: parseResolvConf(await readFile('/etc/resolv.conf', 'utf8').catch(() => '')),
      reader: new PodRuntimeReader(context.cri),
      prober: this.prober,
      statuses: new StatusManager(context, () => signal),
      podsBefore: (pod) => this.podsBefore(pod),
      abilities: () => ({ appArmor, allowedUnsafeSysctls: context.configuration.allowedUnsafeSysctls, pressures: this.eviction.pressures(), shuttingDown: this.nodeShutdown.isBegun }),
      endpointRemoved: this.config.endpointRemoved ?? (() => Promise.resolve()),
      onGone: (uid) => {
        this.workers.delete(uid);
        this.references.forget(uid);
        this.staticPods.gone(uid);
      },
    };
  }

  private watch(): void {
    const { informers, nodeName } = this.config;
    informers.restrict('Pod', { fieldSelector: `spec.nodeName=${nodeName}` });
    informers.onChange('Pod', (change) => {
      if (change.object.spec.nodeName !== nodeName) return;
      if (mirroredHash(change.object) !== undefined) void this.staticPods.observeMirror(change.object, change.type);
      else if (change.type === 'deleted') this.workers.get(uidOf(change.object))?.remove(change.object);
      else this.updated(change.object);
    });
    informers.onChange('Service', () => undefined);
  }

  private updated(pod: ReadonlyPod): void {
    this.references.follow(pod);
    this.worker(pod).update(pod);
  }

  private worker(pod: ReadonlyPod): PodWorker {
    const uid = uidOf(pod);
    const worker = this.workers.get(uid) ?? new PodWorker(uid, this.ready(), pod);
    this.workers.set(uid, worker);
    return worker;
  }

  private ready(): PodWorkerScope {
    if (!this.scope) throw new Error('the kubelet has not been started');
    return this.scope;
  }

  /** Ends what runs for pods that the API does not have, and what is left of them on disk. */
  private async adopt(): Promise<void> {
    const { cri, dataDirectory } = this.context;
    const [sandboxes, containers, directories] = await Promise.all([cri.listPodSandboxes(), cri.listContainers(), readdir(path.join(dataDirectory, 'pods'))]);
    const found = new Set([...[...sandboxes, ...containers].map(({ pod }) => pod.uid), ...directories]);
    for (const uid of found) {
      if (this.workers.has(uid)) continue;
      const orphan = new PodWorker(uid, this.ready(), undefined);
      this.workers.set(uid, orphan);
      orphan.wake();
    }
  }

  private async followEngine(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const { type, podUid } of this.context.cri.events(signal)) {
          if (type === 'stopped' || type === 'removed') this.workers.get(podUid)?.notify();
        }
      } catch (error) {
        this.context.logger.warn('the container engine does not answer', { error });
      }
      if (signal.aborted) return;
      await this.node.updateStatus();
      await this.waitForEngine(signal);
      await this.node.updateStatus();
      await this.adopt().catch(() => undefined);
      this.wakeAll();
    }
  }

  private async waitForEngine(signal: AbortSignal): Promise<void> {
    for (let tries = 1; !signal.aborted; tries++) {
      await sleep(this.context.clock, backoffDelay(tries, { initial: 200, maximum: 5_000 }), signal);
      if ((await this.context.cri.status()).ready) return;
    }
  }

  private async relist(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.context.clock, RELIST_PERIOD, signal);
      if (signal.aborted) return;
      await this.staticPods.read();
      await this.adopt().catch((error: unknown) => this.context.logger.warn('the engine could not be listed', { error }));
      this.wakeAll();
    }
  }

  private wakeAll(): void {
    for (const worker of this.workers.values()) worker.wake();
  }
}
