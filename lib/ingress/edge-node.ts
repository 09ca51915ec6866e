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

/** Changes that arrive within this many milliseconds become one configuration. */
const GATHER = 5;
const PORTS_AGAIN = 15_000;
/** Longest wait of a pod for its removal: a proxy that hangs must not keep pods alive. */
const GONE_LIMIT = 5_000;

/** Keeps the proxy of this host equal to the Ingresses, and says on its Node whether there can be one. Does nothing but watch until there is an Ingress of ours. */
export class EdgeNode {
  private dirty = true;
  private wake: (() => void) | undefined;
  private declared: { readonly state: string; readonly ports: string } | undefined;
  /** What the proxy took last, by uid: what changed since is suspected first. */
  private accepted: ReadonlyMap<string, string> = new Map();
  private readonly refused = new Map<string, string>();
  /** Addresses the proxy sends requests to. */
  private active: ReadonlySet<string> = new Set();
  private waiters: { readonly address: string; readonly resolve: () => void }[] = [];

  constructor(private readonly config: EdgeNodeConfig) {
    const { informers, nodeName } = config;
    watchEdgeObjects(informers, () => this.changed());
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
  }

  /** Where the proxy takes not everything, it takes everything but what changed since it last did. */
  private async apply(objects: EdgeObjects, ours: readonly DeepReadonly<Ingress>[], ports: IngressPorts): Promise<void> {
    const version = ({ metadata }: DeepReadonly<Ingress>) => metadata.resourceVersion ?? '';
    const good = ours.filter((ingress) => this.refused.get(ingress.metadata.uid ?? '') !== version(ingress));
    try {
      const model = buildModel({ ...objects, ingresses: good });
      const runs = await this.config.edge.apply(model, ports);
      this.release(new Set(runs ? model.backends.filter(({ ending }) => !ending).flatMap(({ servers }) => servers.map(({ address }) => address)) : []));
      this.accepted = new Map(good.map((ingress) => [ingress.metadata.uid ?? '', version(ingress)]));
    } catch (error) {
      if (!(error instanceof ConfigRefused)) throw error;
      const suspects = good.filter((ingress) => this.accepted.get(ingress.metadata.uid ?? '') !== version(ingress));
      if (suspects.length === 0) throw error;
      for (const ingress of suspects) {
        this.refused.set(ingress.metadata.uid ?? '', version(ingress));
        this.config.events.event(ingress, 'Warning', 'Rejected', `HAProxy on ${this.config.nodeName} refuses it, so it is left out: ${error.output}`);
      }
      this.changed();
    }
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
