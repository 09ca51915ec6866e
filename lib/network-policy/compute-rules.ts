import { createHash } from 'node:crypto';
import { type Cidr, cidrContains, formatCidr, parseCidr, tryParseAddress } from '../base/cidr';
import type { DeepReadonly } from '../base/deep-readonly';
import { matchesLabelSelector } from '../api/selectors';
import type { Labels, networking, NetworkPolicy } from '../api/types';
import type { PolicyPod } from './policy-pod';
import { ALLOWED, FIXED_SETS, type FixedSet, type PolicyRules, type PolicySet } from './policy-rules';
import { portMatches, tryNumberedPort } from './port-match';

type Policy = DeepReadonly<NetworkPolicy>;
type Peer = DeepReadonly<networking.NetworkPolicyPeer>;
type Port = DeepReadonly<networking.NetworkPolicyPort>;
type Direction = 'ingress' | 'egress';

export interface PolicyWorld {
  readonly policies: readonly Policy[];
  readonly pods: readonly PolicyPod[];
  /** Name → labels. */
  readonly namespaces: ReadonlyMap<string, Labels>;
}

/**
 * What the table should hold: for each pod of this node that a policy selects, a chain that lets through what any of its policies allows.
 * Pure, and the same text for the same input.
 */
export function computePolicyRules(world: PolicyWorld): PolicyRules {
  const builder = new Builder(world);
  for (const pod of world.pods) if (pod.local) builder.addPod(pod);
  return builder.build();
}

/** The directions a policy isolates. The server fills in `policyTypes`; without them the rule is upstream's. */
function isolates({ spec }: Policy, direction: Direction): boolean {
  const types = spec.policyTypes?.length ? spec.policyTypes : ['Ingress', ...(spec.egress?.length ? ['Egress'] : [])];
  return types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
}

class Builder {
  private readonly chains = new Map<string, readonly string[]>();
  private readonly peerSets = new Map<string, PolicySet>();
  private readonly fixed = Object.fromEntries(FIXED_SETS.map((name) => [name, new Map<string, string>()])) as Record<FixedSet, Map<string, string>>;

  constructor(private readonly world: PolicyWorld) {}

  addPod(pod: PolicyPod): void {
    this.fixed.known.set(pod.address, '');
    for (const direction of ['ingress', 'egress'] as const) {
      const policies = this.world.policies.filter((policy) =>
        policy.metadata.namespace === pod.namespace && isolates(policy, direction) && selects(policy.spec.podSelector ?? {}, pod.labels));
      if (policies.length === 0) continue;
      this.fixed.self.set(`${pod.address} . ${pod.address}`, '');
      const allowed = new Set(policies.flatMap((policy) => this.allowedBy(policy, direction, pod)));
      this.fixed[`${direction}_policed`].set(pod.address, '');
      if (allowed.size === 0) continue;
      const rules = allowed.has(ALLOWED[direction]) ? [ALLOWED[direction]] : [...allowed].sort();
      const name = `${direction}_${hash(rules.join('\n'))}`;
      this.chains.set(name, rules);
      this.fixed[direction].set(pod.address, `jump ${name}`);
    }
  }

  build(): PolicyRules {
    const fixed = FIXED_SETS.map((name) => [name, { type: name === 'self' ? 'ipv4_addr . ipv4_addr' : 'ipv4_addr', elements: this.fixed[name] }] as const);
    return { chains: this.chains, sets: new Map<string, PolicySet>([...this.peerSets, ...fixed]) };
  }

  private allowedBy(policy: Policy, direction: Direction, pod: PolicyPod): readonly string[] {
    const { namespace = '' } = policy.metadata;
    const rules = direction === 'ingress'
      ? (policy.spec.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }))
      : (policy.spec.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports }));
    return rules.flatMap(({ peers, ports }) => {
      const side = direction === 'ingress' ? 'saddr' : 'daddr';
      const hosts = peers.length === 0 ? [''] : peers.flatMap((peer) => this.tryPeerMatch(peer, side, namespace) ?? []);
      const numbered = ports.length === 0 ? [''] : portMatches(ports.flatMap((port) => tryNumberedPort(port) ?? (direction === 'ingress' ? portsOf(pod, port) : [])));
      const named = direction === 'egress' ? ports.filter(({ port }) => typeof port === 'string') : [];
      return [
        ...hosts.flatMap((host) => numbered.map((port) => [host, port, ALLOWED[direction]].filter(Boolean).join(' '))),
        ...named.map((port) => `ip daddr . meta l4proto . th dport @${this.namedPortSet(port, peers, namespace)} ${ALLOWED[direction]}`),
      ];
    });
  }

  /** undefined: a range of IPv6 addresses, which no packet here has. */
  private tryPeerMatch(peer: Peer, side: 'saddr' | 'daddr', namespace: string): string | undefined {
    if (!peer.ipBlock) return `ip ${side} @${this.podSet(peer, namespace)}`;
    const { cidr, except = [] } = peer.ipBlock;
    if (cidr.includes(':')) return undefined;
    const block = parseCidr(cidr);
    const holes = withoutContained(except.map(parseCidr)).map(formatCidr);
    return [block.prefix > 0 && `ip ${side} ${formatCidr(block)}`, holes.length > 0 && `ip ${side} != { ${holes.join(', ')} }`].filter(Boolean).join(' ');
  }

  /** Pods of the cluster that the selectors of a peer mean. Named by the selectors: pods that come and go are elements of the same set. */
  private podSet(peer: Peer, namespace: string): string {
    const name = `pods_${hash(JSON.stringify([peer.namespaceSelector ? '' : namespace, peer.namespaceSelector, peer.podSelector]))}`;
    if (!this.peerSets.has(name)) this.peerSets.set(name, { type: 'ipv4_addr', elements: new Map(this.podsOf(peer, namespace).map(({ address }) => [address, ''])) });
    return name;
  }

  /** A port's name means a number in each pod of its own: the places that a rule for egress allows. */
  private namedPortSet(port: Port, peers: readonly Peer[], namespace: string): string {
    const name = `ports_${hash(JSON.stringify([namespace, port.port, port.protocol ?? 'TCP', peers]))}`;
    if (!this.peerSets.has(name)) {
      const pods = peers.length === 0 ? this.world.pods : peers.flatMap((peer) => this.podsOf(peer, namespace));
      const places = pods.flatMap((pod) => portsOf(pod, port).map(({ protocol, first }) => `${pod.address} . ${protocol.toLowerCase()} . ${first}`));
      this.peerSets.set(name, { type: 'ipv4_addr . inet_proto . inet_service', elements: new Map(places.map((place) => [place, ''])) });
    }
    return name;
  }

  private podsOf({ ipBlock, namespaceSelector, podSelector }: Peer, namespace: string): readonly PolicyPod[] {
    if (ipBlock) return this.world.pods.filter(({ address }) => inBlock(address, ipBlock));
    return this.world.pods.filter((pod) => {
      const labels = this.world.namespaces.get(pod.namespace);
      const inScope = namespaceSelector ? labels !== undefined && selects(namespaceSelector, labels) : pod.namespace === namespace;
      return inScope && (!podSelector || selects(podSelector, pod.labels));
    });
  }
}

const selects = matchesLabelSelector;

/** The numbers that a port's name has in a pod. */
function portsOf(pod: PolicyPod, { port, protocol = 'TCP' }: Port): readonly { readonly protocol: string; readonly first: number; readonly last: number }[] {
  return pod.ports.filter((candidate) => candidate.name === port && candidate.protocol === protocol).map((found) => ({ protocol, first: found.port, last: found.port }));
}

function inBlock(address: string, { cidr, except = [] }: DeepReadonly<networking.IPBlock>): boolean {
  const number = tryParseAddress(address);
  if (number === undefined || cidr.includes(':')) return false;
  return cidrContains(parseCidr(cidr), number) && !except.some((hole) => cidrContains(parseCidr(hole), number));
}

/** nft refuses ranges that overlap. */
function withoutContained(ranges: readonly Cidr[]): readonly Cidr[] {
  const covers = (other: Cidr, range: Cidr) => cidrContains(other, range.base) && other.prefix < range.prefix;
  const distinct = [...new Map(ranges.map((range) => [formatCidr(range), range])).values()];
  return distinct.filter((range) => !distinct.some((other) => covers(other, range)));
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
