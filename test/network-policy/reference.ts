import type { NetworkPolicy } from '../../lib/api/types';

/** A pod as the documentation of NetworkPolicy speaks of it. */
export interface ReferencePod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  readonly ports?: Readonly<Record<string, number>>;
}

export interface Attempt {
  readonly from: ReferencePod;
  readonly to: ReferencePod;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

type Selector = { readonly matchLabels?: Record<string, string>; readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[] };
type Namespaces = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Whether Kubernetes lets a connection through, read off the documentation and written without a look at the implementation: a pod is isolated in a direction when some policy
 * selects it for that direction; then at least one rule of one such policy must allow the connection. Both ends must agree. A pod always reaches itself.
 */
export function isAllowed(policies: readonly NetworkPolicy[], namespaces: Namespaces, attempt: Attempt): boolean {
  if (attempt.from === attempt.to) return true;
  return allowedAt(attempt.from, attempt.to, 'Egress') && allowedAt(attempt.to, attempt.from, 'Ingress');

  function allowedAt(pod: ReferencePod, other: ReferencePod, direction: 'Ingress' | 'Egress'): boolean {
    const applying = policies.filter(({ metadata, spec }) => {
      const types: readonly string[] = spec.policyTypes ?? (spec.egress ? ['Ingress', 'Egress'] : ['Ingress']);
      return metadata.namespace === pod.namespace && types.includes(direction) && matches(spec.podSelector ?? {}, pod.labels);
    });
    if (applying.length === 0) return true;
    for (const { metadata, spec } of applying) {
      const rules = direction === 'Ingress' ? (spec.ingress ?? []).map((rule) => ({ ports: rule.ports, peers: rule.from })) : (spec.egress ?? []).map((rule) => ({ ports: rule.ports, peers: rule.to }));
      for (const { ports, peers } of rules) {
        const portFits = !ports || ports.length === 0 || ports.some((port) => fits(port));
        const peerFits = !peers || peers.length === 0 || peers.some((peer) => isPeer(peer, metadata.namespace ?? ''));
        if (portFits && peerFits) return true;
      }
    }
    return false;

    function isPeer(peer: { podSelector?: Selector; namespaceSelector?: Selector; ipBlock?: { cidr: string; except?: readonly string[] } }, home: string): boolean {
      if (peer.ipBlock) return contains(peer.ipBlock.cidr, other.address) && !(peer.ipBlock.except ?? []).some((hole) => contains(hole, other.address));
      const namespaceFits = peer.namespaceSelector ? matches(peer.namespaceSelector, namespaces[other.namespace]) : other.namespace === home;
      return namespaceFits && (!peer.podSelector || matches(peer.podSelector, other.labels));
    }
  }

  function fits({ protocol = 'TCP', port, endPort }: { protocol?: string; port?: number | string; endPort?: number }): boolean {
    if (protocol !== attempt.protocol) return false;
    if (port === undefined) return true;
    const first = typeof port === 'string' ? attempt.to.ports?.[port] : port;
    return first !== undefined && attempt.port >= first && attempt.port <= (endPort ?? first);
  }
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Readonly<Record<string, string>>): boolean {
  for (const key of Object.keys(matchLabels)) if (labels[key] !== matchLabels[key]) return false;
  for (const { key, operator, values = [] } of matchExpressions) {
    const has = key in labels;
    if (operator === 'In' && !(has && values.includes(labels[key]))) return false;
    if (operator === 'NotIn' && has && values.includes(labels[key])) return false;
    if (operator === 'Exists' && !has) return false;
    if (operator === 'DoesNotExist' && has) return false;
  }
  return true;
}

/** By the bits of the address, as text. */
function contains(cidr: string, address: string): boolean {
  const bits = (text: string) => text.split('.').map((part) => Number(part).toString(2).padStart(8, '0')).join('');
  const [network, length] = cidr.split('/');
  return bits(address).startsWith(bits(network).slice(0, Number(length)));
}
