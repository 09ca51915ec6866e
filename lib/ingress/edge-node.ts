import { backoffDelay } from '../base/backoff';
import { type Clock, sleep } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Logger } from '../base/logger';
import type { Ingress } from '../api/types';
import type { Client } from '../client/client';
import type { EventRecorder, Informers } from '../client/informers';
import { buildModel, type EdgeObjects } from './build-model';
import { ConfigRefused, type Edge } from './edge';
import { edgeObjects, watchEdgeObjects } from './edge-objects';
import { ourIngresses } from './ingress-class';
import { type IngressPorts, portsOf } from './ingress-ports';
import { EDGE_LABELS, EDGE_NAMESPACE, NODE_STATE, READY, REFUSED } from './names';

export interface EdgeNodeConfig {
  readonly nodeName: string;
  /** As the node itself, whose labels nobody else may write. */
  readonly node: Client;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly edge: Edge;
  /** Why the ports of this host cannot be the proxy's; undefined when they can. */
  readonly portsTaken: (ports: IngressPorts) => Promise<string | undefined>;
  readonly clock: Clock;
  readonly logger: Logger;
}

type ReadonlyIngress = DeepReadonly<Ingress>;

interface Culprit {
  readonly ingress: ReadonlyIngress;
  readonly output: string;
}

/** Changes with everything that the Ingress brings into the configuration. */
function versionOf({ metadata, spec }: ReadonlyIngress, { trySecret }: EdgeObjects): string {
  return [metadata.resourceVersion, ...(spec.tls ?? []).map(({ secretName }) => trySecret(`${metadata.namespace}/${secretName}`)?.metadata.resourceVersion)].join(' ');
}

/** Changes that arrive within this many milliseconds become one configuration. */
const GATHER = 5;
const PORTS_AGAIN = 5_000;
/** Between questions to a proxy that has started and does not listen yet. */
const SOCKET_AGAIN = 200;
/** Longest wait of a pod for its removal: a proxy that hangs must not keep pods alive. */
const GONE_LIMIT = 5_000;

/** Keeps the proxy of this host equal to the Ingresses, and says on its Node whether there can be one. Does nothing but watch until there is an Ingress of ours. */
export class EdgeNode {
  private dirty = true;
  private wake: (() => void) | undefined;
  private declared: { readonly state: string; readonly ports: string } | undefined;
  /** Versions that the proxy does not take, by uid. */
  private readonly refused = new Map<string, string>();
  /** Addresses the proxy sends requests to. */
  private active: ReadonlySet<string> = new Set();
  private waiters: { readonly address: string; readonly resolve: () => void }[] = [];

  constructor(private readonly config: EdgeNodeConfig) {
    const { informers, nodeName } = config;
    watchEdgeObjects(informers, () => this.changed());
    informers.onChange('EndpointSlice', () => this.changed());
    informers.restrict('Pod', { fieldSelector: `spec.nodeName=${nodeName},metadata.namespace=${EDGE_NAMESPACE}`, labelSelector: Object.entries(EDGE_LABELS).map((pair) => pair.join('=')).join(',') });
    informers.onChange('Pod', () => this.changed());
  }

  /** Runs until the signal aborts; the proxy goes on alone. The informers must have been started. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.wake?.(), { once: true });
    for (let failures = 0; !signal.aborted;) {
      if (!this.dirty) await new Promise<void>((resolve) => { this.wake = resolve; });
      await sleep(this.config.clock, GATHER, signal);
      if (signal.aborted) return;
      try {
        this.dirty = false;
        await this.sync();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.dirty = true;
        this.config.logger.error('the Ingress proxy of this node could not be brought up to date', { error });
        await sleep(this.config.clock, backoffDelay(failures, { initial: 200, maximum: 15_000 }), signal);
      }
    }
  }

  /** Resolves when the proxy of this host sends the pod no more requests, or only because nobody else is there. Never waits longer than a few seconds. */
  async endpointGone(address: string): Promise<void> {
    if (!this.active.has(address)) return;
    await new Promise<void>((resolve) => {
      const cancel = this.config.clock.setTimer(GONE_LIMIT, resolve);
      this.waiters.push({ address, resolve: () => { cancel(); resolve(); } });
    });
  }

  private release(active: ReadonlySet<string>): void {
    this.active = active;
    const free = this.waiters.filter(({ address }) => !active.has(address));
    this.waiters = this.waiters.filter(({ address }) => active.has(address));
    for (const { resolve } of free) resolve();
  }

  private changed(): void {
    this.dirty = true;
    this.wake?.();
  }

  private async sync(): Promise<void> {
    const objects = edgeObjects(this.config.informers.lister);
    const ours = ourIngresses(objects.ingresses, objects.classes);
    if (ours.length === 0 && !this.declared) return;
    await this.config.edge.ensure();
    const ports = portsOf(objects.classes);
    await this.declare(ports);
    await this.apply(objects, ours, ports);
    for (const uid of this.refused.keys()) if (!ours.some(({ metadata }) => metadata.uid === uid)) this.refused.delete(uid);
  }

  /** Where the proxy takes not everything, it gets everything but the Ingresses that are the reason. */
  private async apply(objects: EdgeObjects, ours: readonly ReadonlyIngress[], ports: IngressPorts): Promise<void> {
    const good = ours.filter((ingress) => this.refused.get(ingress.metadata.uid ?? '') !== versionOf(ingress, objects));
    try {
      const model = buildModel({ ...objects, ingresses: good });
      const runs = await this.config.edge.apply(model, ports);
      if (!runs && this.isStarted()) this.config.clock.setTimer(SOCKET_AGAIN, () => this.changed());
      this.release(new Set(runs ? model.backends.filter(({ ending }) => !ending).flatMap(({ servers }) => servers.map(({ address }) => address)) : []));
    } catch (error) {
      if (!(error instanceof ConfigRefused)) throw error;
      const culprits = await this.findCulprits([], good, objects, ports);
      if (culprits.length === 0) throw error;
      for (const { ingress, output } of culprits) {
        this.refused.set(ingress.metadata.uid ?? '', versionOf(ingress, objects));
        this.config.events.event(ingress, 'Warning', 'Rejected', `HAProxy on node ${this.config.nodeName} refuses it, so it is left out: ${output}`);
      }
      this.changed();
    }
  }

  /** Its container runs: it will listen any moment, which nobody is told. */
  private isStarted(): boolean {
    return this.config.informers.lister.list('Pod').some(({ status }) => status?.containerStatuses?.some(({ state }) => state?.running));
  }

  /** Halves what is suspected until single Ingresses are left: few questions for one of many. */
  private async findCulprits(innocent: readonly ReadonlyIngress[], suspects: readonly ReadonlyIngress[], objects: EdgeObjects, ports: IngressPorts): Promise<readonly Culprit[]> {
    const output = await this.config.edge.refusalOf(buildModel({ ...objects, ingresses: [...innocent, ...suspects] }), ports);
    if (!output) return [];
    if (suspects.length <= 1) return suspects.map((ingress) => ({ ingress, output }));
    const [left, right] = [suspects.slice(0, suspects.length / 2), suspects.slice(suspects.length / 2)];
    const first = await this.findCulprits(innocent, left, objects, ports);
    const cleared = left.filter((ingress) => !first.some((culprit) => culprit.ingress === ingress));
    return [...first, ...await this.findCulprits([...innocent, ...cleared], right, objects, ports)];
  }

  /** On the Node, for the DaemonSet and for people. Ports that are taken are looked at again: the program may end. */
  private async declare(ports: IngressPorts): Promise<void> {
    const { node, nodeName, portsTaken, clock } = this.config;
    const asked = `${ports.http} ${ports.https}`;
    if (this.declared?.state === READY && this.declared.ports === asked) return; // they are ours
    const state = await portsTaken(ports) ?? READY;
    if (state !== READY) clock.setTimer(PORTS_AGAIN, () => this.changed());
    if (this.declared?.state === state && this.declared.ports === asked) return;
    await node.patch('Node', { name: nodeName }, { metadata: { labels: { [NODE_STATE]: state === READY ? READY : REFUSED }, annotations: { [NODE_STATE]: state } } }, { type: 'merge' });
    this.declared = { state, ports: asked };
  }
}
