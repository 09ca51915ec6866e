import { createHash } from 'node:crypto';
import { formatCidr, parseCidr } from '../base/cidr';
import type { DeepReadonly } from '../base/deep-readonly';
import type { EndpointSlice, Service, ServicePort } from '../api/types';
import { endpointsOfPort, type ProxyEndpoint, readyAddresses } from './endpoints';
import { usesHostAsBalancer } from './host-ports';
import { FIXED_SETS, type FixedSet, type ProxyRules } from './rules';

export interface ProxyNode {
  readonly name: string;
  readonly zone?: string;
  /** Addresses of all pods of the cluster. */
  readonly podRange: string;
  /** Ports of the host that belong to somebody else and stay with them: `tcp/80`. */
  readonly takenPorts?: ReadonlySet<string>;
}

const SERVICE_NAME = 'kubernetes.io/service-name';
const DEFAULT_AFFINITY_SECONDS = 10_800;

/** What the table should hold for these Services. Pure, and the same text for the same input. */
export function computeRules(services: readonly DeepReadonly<Service>[], slices: readonly DeepReadonly<EndpointSlice>[], node: ProxyNode): ProxyRules {
  const builder = new RulesBuilder(node);
  const slicesByService = groupBy(slices, ({ metadata }) => `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME] ?? ''}`);
  for (const service of services.filter(isProxied).sort(byAge)) {
    const own = slicesByService.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? [];
    for (const port of service.spec.ports ?? []) builder.addPort(service, port, own);
  }
  return builder.build(readyAddresses(slices));
}

/** Services without an address of their own (headless, ExternalName) or of another proxy have no rules. */
function isProxied({ spec, metadata }: DeepReadonly<Service>): boolean {
  return spec.type !== 'ExternalName' && !!spec.clusterIP && spec.clusterIP !== 'None' && !metadata.labels?.['service.kubernetes.io/service-proxy-name'];
}

/** The older one keeps an address or port that two ask for. */
function byAge(a: DeepReadonly<Service>, b: DeepReadonly<Service>): number {
  const key = ({ metadata }: DeepReadonly<Service>) => `${metadata.creationTimestamp ?? ''} ${metadata.namespace}/${metadata.name}`;
  return key(a) < key(b) ? -1 : 1;
}

class RulesBuilder {
  private readonly chains = new Map<string, readonly string[]>();
  private readonly affinitySets = new Map<string, number>();
  private readonly elements = Object.fromEntries(FIXED_SETS.map((set) => [set, new Map<string, string>()])) as Record<FixedSet, Map<string, string>>;

  constructor(private readonly node: ProxyNode) {}

  addPort(service: DeepReadonly<Service>, port: DeepReadonly<ServicePort>, slices: readonly DeepReadonly<EndpointSlice>[]): void {
    const { spec } = service;
    const protocol = (port.protocol ?? 'TCP').toLowerCase();
    const chains = this.portChains(service, port, protocol, slices);
    const balancer = chains.external && this.addSourceRanges(service, `lb_${chainId(service, port)}`, chains.external);

    this.addAddress(spec.clusterIP ?? '', protocol, port.port, chains.internal);
    for (const address of spec.externalIPs ?? []) this.addAddress(address, protocol, port.port, chains.external);
    const isOthers = usesHostAsBalancer(service) && this.isTaken(protocol, port.port);
    for (const address of isOthers ? [] : loadBalancerAddresses(service)) this.addAddress(address, protocol, port.port, balancer);
    if (port.nodePort) this.addHostPort(protocol, port.nodePort, chains.external);
    if (usesHostAsBalancer(service)) this.addHostPort(protocol, port.port, balancer);
  }

  build(active: ReadonlySet<string>): ProxyRules {
    return { chains: this.chains, affinitySets: this.affinitySets, elements: this.elements, active };
  }

  /** Where clients in the cluster and those from outside go; undefined: nobody serves the port. */
  private portChains(service: DeepReadonly<Service>, port: DeepReadonly<ServicePort>, protocol: string, slices: readonly DeepReadonly<EndpointSlice>[]): { internal?: string; external?: string } {
    const { spec } = service;
    const { cluster, local } = endpointsOfPort(service, port, slices, this.node);
    if (cluster.length === 0 && local.length === 0) return {};
    const id = chainId(service, port);
    const isExternal = port.nodePort || spec.externalIPs?.length || spec.type === 'LoadBalancer';
    const [internalLocal, externalLocal] = [spec.internalTrafficPolicy === 'Local', spec.externalTrafficPolicy === 'Local'];
    const all = !internalLocal || isExternal ? this.addChain(`svc_${id}`, protocol, service, cluster) : '';
    const own = internalLocal || (isExternal && externalLocal) ? this.addChain(`loc_${id}`, protocol, service, local) : '';
    if (isExternal && externalLocal) {
      // What comes from this host or a pod is not external: it gets any endpoint, as upstream.
      this.chains.set(`ext_${id}`, [`ip saddr ${this.node.podRange} goto ${all}`, `fib saddr type local goto ${all}`, `goto ${own}`]);
    }
    return { internal: internalLocal ? own : all, external: !isExternal ? undefined : externalLocal ? `ext_${id}` : all };
  }

  /** A load balancer's addresses may be for some clients only; node ports are for all. */
  private addSourceRanges({ spec }: DeepReadonly<Service>, name: string, chain: string): string {
    const ranges = spec.type === 'LoadBalancer' ? spec.loadBalancerSourceRanges ?? [] : [];
    if (ranges.length === 0) return chain;
    const own = ranges.map((range) => range.trim()).filter((range) => !range.includes(':')).map(parseCidr);
    this.chains.set(name, own.some(({ prefix }) => prefix === 0) ? [`goto ${chain}`] : [...own.map((range) => `ip saddr ${formatCidr(range)} goto ${chain}`), 'drop']);
    return name;
  }

  private addAddress(address: string, protocol: string, port: number, chain: string | undefined): void {
    this.addOnce(chain ? 'services' : 'service_closed', `${address} . ${protocol} . ${port}`, chain, ['services', 'service_closed']);
  }

  private addHostPort(protocol: string, port: number, chain: string | undefined): void {
    if (this.isTaken(protocol, port)) return;
    const key = `${protocol} . ${port}`;
    this.addOnce(chain ? 'nodeports' : 'nodeport_closed', key, chain, ['nodeports', 'nodeport_closed']);
    this.elements.nodeport_ours.set(key, '');
  }

  private isTaken(protocol: string, port: number): boolean {
    return this.node.takenPorts?.has(`${protocol}/${port}`) ?? false;
  }

  private addOnce(set: FixedSet, key: string, chain: string | undefined, exclusive: readonly FixedSet[]): void {
    if (exclusive.some((other) => this.elements[other].has(key))) return;
    this.elements[set].set(key, chain ? `goto ${chain}` : '');
  }

  /** The chain that chooses one of the endpoints. Where there are some, but not on this node, packets are dropped: a load balancer looks for another node. */
  private addChain(name: string, protocol: string, service: DeepReadonly<Service>, endpoints: readonly ProxyEndpoint[]): string {
    if (endpoints.length === 0) {
      this.chains.set(name, ['drop']);
      return name;
    }
    for (const { address } of endpoints) this.elements.hairpin.set(`${address} . ${address}`, '');
    // An answer from another host would go past this one: the client must see this host as its peer.
    const masquerade = endpoints.every(({ local }) => local) ? [] : [`ip saddr != ${this.node.podRange} fib saddr type != local meta mark set meta mark or 0x4000`];
    const choose = service.spec.sessionAffinity === 'ClientIP' ? this.affinityRules(name, protocol, service, endpoints) : [balance(protocol, endpoints)];
    this.chains.set(name, [...masquerade, ...choose]);
    return name;
  }

  private affinityRules(name: string, protocol: string, service: DeepReadonly<Service>, endpoints: readonly ProxyEndpoint[]): readonly string[] {
    const seconds = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS;
    const chains = endpoints.map(({ address, port }) => {
      const id = `${name.slice(4)}_${hash(`${address}:${port}`)}`;
      this.affinitySets.set(`aff_${id}`, seconds);
      this.chains.set(`ep_${id}`, [`update @aff_${id} { ip saddr }`, `meta l4proto ${protocol} dnat to ${address}:${port}`]);
      return id;
    });
    return [
      ...chains.map((id) => `ip saddr @aff_${id} goto ep_${id}`),
      `numgen random mod ${chains.length} vmap { ${chains.map((id, index) => `${index} : goto ep_${id}`).join(', ')} }`,
    ];
  }
}

/** nft 1.0.6 wants the protocol before a translation to a map of addresses and ports. */
function balance(protocol: string, endpoints: readonly ProxyEndpoint[]): string {
  if (endpoints.length === 1) return `meta l4proto ${protocol} dnat to ${endpoints[0].address}:${endpoints[0].port}`;
  const slots = endpoints.map(({ address, port }, index) => `${index} : ${address} . ${port}`);
  return `meta l4proto ${protocol} dnat ip to numgen random mod ${slots.length} map { ${slots.join(', ')} }`;
}

function loadBalancerAddresses({ status }: DeepReadonly<Service>): readonly string[] {
  return ((status as { loadBalancer?: { ingress?: readonly { ip?: string }[] } } | undefined)?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
}

const chainId = ({ metadata }: DeepReadonly<Service>, port: DeepReadonly<ServicePort>) => hash(`${metadata.namespace}/${metadata.name}:${port.name ?? ''}:${port.protocol ?? 'TCP'}:${port.port}`);
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...groups.get(key(item)) ?? [], item]);
  return groups;
}
