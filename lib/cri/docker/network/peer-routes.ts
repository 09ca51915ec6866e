import { createHash } from 'node:crypto';
import { cidrContains, formatAddress, parseAddress, parseCidr } from '../../../base/cidr';
import { runCommand, tryRunCommand } from '../../../base/run-command';
import { macOf } from './address-pool';
import { tunnelName } from './names';
import { setSysctl } from './sysctls';

/** Another node as its routes need it. */
export interface Peer {
  readonly name: string;
  readonly address: string;
  readonly podCidr: string;
  /** Ranges that its interfaces are in: what it reaches without a router. */
  readonly networks: readonly string[];
}

/** How packets for a peer's pods leave: straight to the peer on a shared network, otherwise wrapped (VXLAN). */
export interface PeerRoute {
  readonly podCidr: string;
  readonly peer: string;
  readonly tunnel: boolean;
}

/** Routes of ours carry this protocol number, so that they are told from all others. */
export const PEER_ROUTE_PROTOCOL = '84';
const PORT = 8472;
/** Of the bytes of a packet, what the wrapping takes. */
const OVERHEAD = 50;

/** A tunnel unless each of the two reaches the other directly: both ends come to the same answer. Pure. */
export function planPeerRoutes(own: Peer, peers: readonly Peer[]): readonly PeerRoute[] {
  const reaches = (from: Peer, to: Peer) => from.networks.some((network) => cidrContains(parseCidr(network), parseAddress(to.address)));
  return peers.map((peer) => ({ podCidr: peer.podCidr, peer: peer.address, tunnel: !(reaches(own, peer) && reaches(peer, own)) })).sort((a, b) => a.podCidr.localeCompare(b.podCidr));
}

/** The routes of one runtime to the pods of other hosts. One instance a node; calls must not overlap. */
export class PeerRoutes {
  private readonly device: string;

  constructor(private readonly config: { readonly runtime: string; readonly podRange: string; readonly podCidr: string; readonly address: string }) {
    this.device = tunnelName(config.runtime);
  }

  /** Brings the host's routes to these. Idempotent; what an earlier process left is replaced. */
  async set(routes: readonly PeerRoute[]): Promise<void> {
    const wanted = new Set(routes.map(({ podCidr }) => podCidr));
    for (const { dst, dev } of await this.current()) if (!wanted.has(dst)) await tryRunCommand('ip', ['route', 'del', dst, ...(dev ? ['dev', dev] : []), 'proto', PEER_ROUTE_PROTOCOL]);
    const tunnelled = routes.filter(({ tunnel }) => tunnel);
    if (tunnelled.length > 0) await this.ensureTunnel();
    else await tryRunCommand('ip', ['link', 'del', this.device]);
    for (const route of routes) await (route.tunnel ? this.tunnelTo(route) : this.routeTo(route));
  }

  async remove(): Promise<void> {
    await this.set([]);
  }

  private async routeTo({ podCidr, peer }: PeerRoute): Promise<void> {
    await runCommand('ip', ['route', 'replace', podCidr, 'via', peer, 'proto', PEER_ROUTE_PROTOCOL, 'src', gatewayOf(this.config.podCidr)]);
    const [route] = JSON.parse(await runCommand('ip', ['-j', '-4', 'route', 'get', peer])) as readonly { readonly dev?: string }[];
    if (route?.dev) await letLoopbackOut(route.dev);
  }

  private async tunnelTo({ podCidr, peer }: PeerRoute): Promise<void> {
    const far = endOf(podCidr);
    await runCommand('ip', ['neigh', 'replace', far, 'lladdr', macOf(far), 'dev', this.device, 'nud', 'permanent']);
    await runCommand('bridge', ['fdb', 'replace', macOf(far), 'dev', this.device, 'dst', peer, 'self', 'permanent']);
    await runCommand('ip', ['route', 'replace', podCidr, 'via', far, 'dev', this.device, 'onlink', 'proto', PEER_ROUTE_PROTOCOL, 'src', gatewayOf(this.config.podCidr)]);
  }

  private async ensureTunnel(): Promise<void> {
    const { address, podCidr } = this.config;
    if (await tryRunCommand('ip', ['link', 'show', 'dev', this.device]) === undefined) {
      await runCommand('ip', ['link', 'add', this.device, 'address', macOf(endOf(podCidr)), 'type', 'vxlan', 'id', String(networkId(this.config.runtime)), 'dstport', String(PORT), 'local', address, 'nolearning']);
    }
    await runCommand('ip', ['address', 'replace', `${endOf(podCidr)}/32`, 'dev', this.device]);
    await runCommand('ip', ['link', 'set', this.device, 'mtu', String(await this.mtu() - OVERHEAD), 'up']);
    await letLoopbackOut(this.device);
  }

  private async mtu(): Promise<number> {
    const [link] = JSON.parse(await tryRunCommand('ip', ['-j', 'route', 'get', '1.1.1.1']) ?? '[]') as readonly { readonly dev?: string }[];
    const [info] = JSON.parse(await tryRunCommand('ip', ['-j', 'link', 'show', 'dev', link?.dev ?? 'eth0']) ?? '[]') as readonly { readonly mtu?: number }[];
    return info?.mtu ?? 1_500;
  }

  private async current(): Promise<readonly { readonly dst: string; readonly dev?: string }[]> {
    const range = parseCidr(this.config.podRange);
    const all = JSON.parse(await tryRunCommand('ip', ['-j', '-4', 'route', 'show', 'proto', PEER_ROUTE_PROTOCOL]) || '[]') as readonly { readonly dst: string; readonly dev?: string }[];
    return all.filter(({ dst }) => /^[\d./]+$/.test(dst) && cidrContains(range, parseCidr(dst).base));
  }
}

/** A client of this host that calls 127.0.0.1 may be led to a pod of another host; what comes in for the loopback is dropped by the network table. */
const letLoopbackOut = (device: string) => setSysctl(`net/ipv4/conf/${device}/route_localnet`, '1');

/** The address of a node's end of the tunnel: the first of its range, which no pod has. */
const endOf = (podCidr: string) => formatAddress(parseCidr(podCidr).base);
const gatewayOf = (podCidr: string) => formatAddress(parseCidr(podCidr).base + 1);

/** Runtimes that meet on a host do not hear each other. */
const networkId = (runtime: string) => createHash('sha256').update(runtime).digest().readUIntBE(0, 3);

/** The ranges that this host's interfaces are in, without those of containers. */
export async function connectedNetworks(): Promise<readonly string[]> {
  const routes = JSON.parse(await runCommand('ip', ['-j', '-4', 'route', 'show', 'scope', 'link', 'proto', 'kernel']) || '[]') as readonly { readonly dst: string; readonly dev?: string }[];
  return routes.filter(({ dst, dev = '' }) => /\//.test(dst) && !/^(docker|br-|tw-|tx-|veth|tv)/.test(dev)).map(({ dst }) => dst).sort();
}
