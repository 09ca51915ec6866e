import { readlink } from 'node:fs/promises';
import { cidrContains, parseAddress, parseCidr } from '../../../base/cidr';
import { silentLogger, type Logger } from '../../../base/logger';
import { CommandError, runCommand, tryRunCommand } from '../../../base/run-command';
import type { HostPort, KnownPodAddress, PodNetwork, PodNetworkGuard } from '../../pod-network';
import { AddressPool, macOf } from './address-pool';
import { ensureForwarding, removeForwarding } from './forwarding';
import { hostPortElements, hostPortScript, readHostPorts } from './host-ports';
import { hostRoutes, refuseTakenRanges } from './host-routes';
import { bridgeName, networkTable, vethName } from './names';
import { networkTableScript } from './network-table';
import { ensureBridgeFilter, setSysctl } from './sysctls';

export interface BridgeNetworkConfig {
  /** Name of the runtime: a DNS label. */
  readonly runtime: string;
  /** This node's part of the pod range, `10.240.0.0/24`. */
  readonly podCidr: string;
  /** All pods of the cluster. @default podCidr */
  readonly podRange?: string;
  /** Service addresses get a route to the bridge, so that a host without a default route reaches them, and so that other runtimes see them taken. */
  readonly serviceCidr?: string;
  readonly guard?: PodNetworkGuard;
  readonly logger?: Logger;
}

/** One Linux bridge for all pods of the node, and a veth pair into the network namespace of each. */
export class BridgeNetwork implements PodNetwork {
  readonly gateway: string;
  readonly podCidr: string;
  readonly bridge: string;
  private readonly table: string;
  private readonly pool: AddressPool;
  private readonly logger: Logger;
  /** Changes of the host port maps are read-modify-write: one after the other. */
  private hostPorts: Promise<void> = Promise.resolve();

  constructor(private readonly config: BridgeNetworkConfig) {
    this.pool = new AddressPool(config.podCidr);
    this.gateway = this.pool.gateway;
    this.podCidr = config.podCidr;
    this.bridge = bridgeName(config.runtime);
    this.table = networkTable(config.runtime);
    this.logger = config.logger ?? silentLogger;
  }

  async start(known: readonly KnownPodAddress[]): Promise<void> {
    const cidr = parseCidr(this.podCidr);
    for (const { sandboxKey, address } of known) {
      if (address && cidrContains(cidr, parseAddress(address))) this.pool.adopt(sandboxKey, address);
    }
    const { podRange = this.podCidr, serviceCidr } = this.config;
    refuseTakenRanges({ podRange, serviceCidr }, await hostRoutes(), this.bridge);
    await this.ensureBridge();
    const bridgeFilter = await ensureBridgeFilter();
    if (!bridgeFilter) this.logger.warn('br_netfilter is not available: a pod that is called through a Service of its own host sees the address of the bridge');
    await setSysctl('net/ipv4/ip_forward', '1');
    await setSysctl(`net/ipv4/conf/${this.bridge}/route_localnet`, '1');
    await runCommand('nft', ['-f', '-'], { input: networkTableScript({ table: this.table, bridge: this.bridge, podRange, bridgeFilter }) });
    await this.ensureForwarding();
    await this.changeHostPorts(async () => {
      const living = new Set(known.map(({ address }) => address));
      const elements = await readHostPorts(this.table);
      return hostPortScript(this.table, elements.filter(({ address }) => !living.has(address)), []);
    });
  }

  /** To be called again when dockerd was restarted: it makes its chains anew. */
  ensureForwarding(): Promise<void> {
    return ensureForwarding(this.bridge);
  }

  reserve(sandboxKey: string): string {
    return this.pool.reserve(sandboxKey);
  }

  release(sandboxKey: string): void {
    this.pool.release(sandboxKey);
    this.config.guard?.released(sandboxKey);
  }

  async attach(sandboxKey: string, pid: number): Promise<void> {
    const address = this.pool.reserve(sandboxKey);
    await this.config.guard?.attaching(sandboxKey, address);
    if (await readlink(`/proc/${pid}/ns/net`) === await readlink('/proc/self/ns/net')) {
      throw new Error(`process ${pid} of sandbox ${sandboxKey} is in the host's network namespace; its network must be its own before it is attached`);
    }
    const veth = vethName(this.config.runtime, sandboxKey);
    try {
      await this.connect(veth, address, pid);
    } catch (error) {
      if (!(error instanceof CommandError) || !/File exists/.test(error.stderr)) throw error;
      if (await this.hasAddress(pid, address) && await tryRunCommand('ip', ['link', 'show', 'dev', veth]) !== undefined) return;
      // Left from an earlier try, or from a namespace that the kernel has not taken down yet.
      await tryRunCommand('ip', ['link', 'del', veth]);
      await tryRunCommand('nsenter', ['-t', String(pid), '-n', 'ip', 'link', 'del', 'eth0']);
      await this.connect(veth, address, pid);
    }
  }

  setHostPorts(sandboxKey: string, ports: readonly HostPort[]): Promise<void> {
    return this.changeHostPorts(async () => {
      const address = this.pool.tryGet(sandboxKey);
      if (!address) return '';
      const current = (await readHostPorts(this.table)).filter((element) => element.address === address);
      return hostPortScript(this.table, current, hostPortElements(address, ports));
    });
  }

  async remove(): Promise<void> {
    await removeForwarding(this.bridge);
    const ports = await tryRunCommand('ip', ['-j', 'link', 'show', 'master', this.bridge]) ?? '';
    for (const { ifname } of JSON.parse(ports.trim() || '[]') as readonly { readonly ifname: string }[]) await tryRunCommand('ip', ['link', 'del', ifname]);
    await tryRunCommand('ip', ['link', 'del', this.bridge]);
    await tryRunCommand('nft', ['delete', 'table', 'ip', this.table]);
  }

  private async ensureBridge(): Promise<void> {
    const { bridge, gateway, pool: { prefix }, config: { serviceCidr } } = this;
    if (await tryRunCommand('ip', ['link', 'show', 'dev', bridge]) === undefined) {
      await runCommand('ip', ['link', 'add', bridge, 'address', macOf(gateway), 'type', 'bridge']);
    }
    await runCommand('ip', ['address', 'replace', `${gateway}/${prefix}`, 'dev', bridge]);
    await runCommand('ip', ['link', 'set', bridge, 'up']);
    if (serviceCidr) await runCommand('ip', ['route', 'replace', serviceCidr, 'dev', bridge]);
  }

  private async connect(veth: string, address: string, pid: number): Promise<void> {
    // Hairpin is a command of its own: together with `master` the kernel refuses it. Without it a pod cannot reach itself through its Service.
    await runCommand('ip', ['-batch', '-'], { input: [
      `link add ${veth} type veth peer name eth0 address ${macOf(address)} netns ${pid}`,
      `link set ${veth} master ${this.bridge} up`,
      `link set ${veth} type bridge_slave hairpin on`,
      '',
    ].join('\n') });
    await runCommand('nsenter', ['-t', String(pid), '-n', 'ip', '-batch', '-'], { input: [
      'link set lo up',
      `addr add ${address}/${this.pool.prefix} dev eth0`,
      'link set eth0 up',
      `route add default via ${this.gateway}`,
      '',
    ].join('\n') });
  }

  private async hasAddress(pid: number, address: string): Promise<boolean> {
    const shown = await tryRunCommand('nsenter', ['-t', String(pid), '-n', 'ip', '-o', '-4', 'address', 'show', 'dev', 'eth0']);
    return shown?.includes(` ${address}/`) ?? false;
  }

  private changeHostPorts(script: () => Promise<string>): Promise<void> {
    const change = this.hostPorts.then(async () => {
      const input = await script();
      if (input) await runCommand('nft', ['-f', '-'], { input });
    });
    this.hostPorts = change.catch(() => undefined);
    return change;
  }
}
