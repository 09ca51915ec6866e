import { backoffDelay } from '../base/backoff';
import { type Clock, sleep, systemClock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { type Logger, silentLogger } from '../base/logger';
import { runCommand, tryRunCommand } from '../base/run-command';
import { formatPortsInUse, PORTS_IN_USE_ANNOTATION } from '../api/ports-in-use';
import type { Node } from '../api/types';
import type { EventRecorder, Informers } from '../client/informers';
import { computeRules } from './compute-rules';
import { forgetUdpConnections, goneUdpEndpoints } from './conntrack';
import { diffScript } from './diff';
import { HealthCheckServer, serviceHealth } from './health-check-server';
import { HostPorts } from './host-ports';
import { portsOfOtherRuntimes } from './other-runtimes';
import { noRules, type ProxyRules } from './rules';
import { proxyTable, tableFrame } from './table-frame';

export interface ProxierConfig {
  /** Name of the runtime. */
  readonly runtime: string;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly nodeName: string;
  readonly serviceCidr: string;
  readonly podRange: string;
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Runs an nft script as one transaction. @default the host's nft */
  readonly nft?: (script: string) => Promise<unknown>;
  /** Host ports of other runtimes, as `tcp/80`. @default what their tables say */
  readonly portsOfOthers?: () => Promise<ReadonlySet<string>>;
  /** The program that has a TCP port of this host, `nginx (pid 812)`, if that is known. */
  readonly tryPortOwner?: (port: number) => string | undefined;
  /** Sets the annotation `PORTS_IN_USE_ANNOTATION` of this node; undefined removes it. */
  readonly declarePortsInUse: (text: string | undefined) => Promise<unknown>;
}

/** Changes that arrive within this many milliseconds become one transaction. */
const GATHER = 3;
/** Longest wait of a pod for its removal: a Service without a working endpoint controller must not keep pods alive. */
const GONE_LIMIT = 5_000;
/** Ports that somebody else has are looked at again: the program may end. */
const PORTS_AGAIN = 5_000;

/** Keeps the nft table of this host equal to the Services and EndpointSlices. */
export class Proxier {
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly nft: (script: string) => Promise<unknown>;
  private readonly ports: HostPorts;
  private readonly healthChecks: HealthCheckServer;
  /** What the kernel holds; undefined when that is not known. */
  private committed: ProxyRules | undefined;
  private waiters: { readonly podIp: string; readonly resolve: () => void }[] = [];
  private wake: (() => void) | undefined;
  private dirty = true;
  private cancelPortsAgain: () => void = () => undefined;

  constructor(private readonly config: ProxierConfig) {
    this.clock = config.clock ?? systemClock;
    this.logger = config.logger ?? silentLogger;
    this.nft = config.nft ?? ((script) => runCommand('nft', ['-f', '-'], { input: script }));
    const { events, nodeName, runtime } = config;
    this.ports = new HostPorts({ events, nodeName, tryOwner: config.tryPortOwner, ofOthers: config.portsOfOthers ?? (() => portsOfOtherRuntimes(runtime)) });
    this.healthChecks = new HealthCheckServer({ events, nodeName });
    const change = () => this.changed();
    config.informers.onChange('Service', change);
    config.informers.onChange('EndpointSlice', change);
    config.informers.restrict('Node', { fieldSelector: `metadata.name=${nodeName}` });
    config.informers.onChange('Node', (node) => {
      if (node.type !== 'modified' || zoneOf(node.old) !== zoneOf(node.object) || portsInUseOf(node.old) !== portsInUseOf(node.object)) change();
    });
  }

  /** Runs until the signal aborts; the rules stay. The informers must have been started. */
  async start(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => {
      this.healthChecks.close();
      this.cancelPortsAgain();
      this.wake?.();
    }, { once: true });
    let failures = 0;
    while (!signal.aborted) {
      if (!this.dirty) await new Promise<void>((resolve) => { this.wake = resolve; });
      await sleep(this.clock, GATHER, signal);
      if (signal.aborted) return;
      try {
        await this.sync();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.dirty = true;
        this.committed = undefined;
        this.logger.error('the Service rules could not be written', { error });
        await sleep(this.clock, backoffDelay(failures, { initial: 100, maximum: 30_000 }), signal);
      }
    }
  }

  /**
   * Resolves when no new connection of any Service reaches the address any more: it is not ready in the EndpointSlices, and the rules say so.
   * A pod whose Service has nobody else gets connections as long as it serves, as upstream. Never waits longer than a few seconds.
   */
  async endpointGone(podIp: string): Promise<void> {
    if (this.committed && !this.committed.active.has(podIp) && !this.dirty) return;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.setTimer(GONE_LIMIT, () => {
        this.logger.warn('an endpoint is still ready in its EndpointSlices; not waiting longer', { podIp });
        resolve();
      });
      this.waiters.push({ podIp, resolve: () => { cancel(); resolve(); } });
    });
  }

  /** Removes the table. Idempotent. */
  static async remove(runtime: string): Promise<void> {
    await tryRunCommand('nft', ['delete', 'table', 'ip', proxyTable(runtime)]);
  }

  private changed(): void {
    this.dirty = true;
    this.wake?.();
  }

  private async sync(): Promise<void> {
    this.dirty = false;
    const { runtime, serviceCidr, nodeName, podRange, informers: { lister } } = this.config;
    const services = lister.list('Service');
    const slices = lister.list('EndpointSlice');
    this.healthChecks.update(serviceHealth(services, slices, nodeName));
    const takenPorts = await this.ports.check(services);
    this.declarePorts();
    const wanted = computeRules(services, slices, { name: nodeName, zone: zoneOf(lister.tryGet('Node', nodeName)), podRange, takenPorts });
    const old = this.committed ?? noRules;
    const table = proxyTable(runtime);
    const script = (this.committed ? '' : tableFrame({ table, serviceCidr })) + diffScript(table, old, wanted);
    if (script) await this.nft(script);
    this.committed = wanted;
    this.release(wanted);
    const gone = goneUdpEndpoints(old, wanted);
    if (gone.length > 0) await forgetUdpConnections(gone);
  }

  /** For whoever gives Services their addresses. The rules do not wait for the API: what the Node says is compared again whenever it changes. */
  private declarePorts(): void {
    const { informers: { lister }, nodeName, declarePortsInUse } = this.config;
    this.cancelPortsAgain();
    const again = () => {
      this.cancelPortsAgain = this.clock.setTimer(PORTS_AGAIN, () => this.changed());
    };
    const text = formatPortsInUse(this.ports.inUse);
    if (text) again();
    const node = lister.tryGet('Node', nodeName);
    if (!node || portsInUseOf(node) === text) return;
    declarePortsInUse(text).catch((error: unknown) => {
      this.logger.warn('the ports in use could not be written to the Node', { error });
      this.cancelPortsAgain();
      again();
    });
  }

  private release({ active }: ProxyRules): void {
    const free = this.waiters.filter(({ podIp }) => !active.has(podIp));
    this.waiters = this.waiters.filter(({ podIp }) => active.has(podIp));
    for (const { resolve } of free) resolve();
  }
}

const portsInUseOf = (node: DeepReadonly<Node>) => node.metadata.annotations?.[PORTS_IN_USE_ANNOTATION];
const zoneOf = (node: DeepReadonly<Node> | undefined) => node?.metadata.labels?.['topology.kubernetes.io/zone'];
