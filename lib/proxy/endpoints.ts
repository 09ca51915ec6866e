import type { DeepReadonly } from '../base/deep-readonly';
import type { EndpointSlice, ServicePort } from '../api/types';

/** One place that serves a port of a Service. */
export interface ProxyEndpoint {
  readonly address: string;
  readonly port: number;
  /** It is on the node that asks. */
  readonly local: boolean;
}

/** Endpoints of one Service port. */
export interface PortEndpoints {
  /** Of the whole cluster. */
  readonly cluster: readonly ProxyEndpoint[];
  /** For clients whose traffic policy is Local: chosen among those of this node. */
  readonly local: readonly ProxyEndpoint[];
}

interface Candidate extends ProxyEndpoint {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/**
 * Who gets connections, as upstream's CategorizeEndpoints: those that are ready; where nobody is, those that still serve while they end.
 * With the policy Local that choice is made among the endpoints of this node.
 */
export function endpointsOfPort(port: DeepReadonly<ServicePort>, slices: readonly DeepReadonly<EndpointSlice>[], nodeName: string): PortEndpoints {
  const all = candidates(port, slices, nodeName);
  return { cluster: usable(all), local: usable(all.filter((endpoint) => endpoint.local)) };
}

/** Addresses that new connections of any Service would go to because they are ready and not about to end. */
export function readyAddresses(slices: readonly DeepReadonly<EndpointSlice>[]): ReadonlySet<string> {
  const ready = slices.flatMap(({ endpoints }) => (endpoints ?? []).filter(({ conditions = {} }) => conditions.ready !== false && conditions.terminating !== true));
  return new Set(ready.flatMap(({ addresses }) => addresses));
}

function usable(endpoints: readonly Candidate[]): readonly ProxyEndpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  const chosen = ready.length > 0 ? ready : endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
  return chosen.map(({ address, port, local }) => ({ address, port, local }));
}

function candidates(port: DeepReadonly<ServicePort>, slices: readonly DeepReadonly<EndpointSlice>[], nodeName: string): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { ports, endpoints, addressType } of slices) {
    if (addressType !== 'IPv4') continue;
    const match = (ports ?? []).find((candidate) => (candidate.name ?? '') === (port.name ?? '') && (candidate.protocol ?? 'TCP') === (port.protocol ?? 'TCP'));
    if (!match?.port) continue;
    for (const { addresses, conditions = {}, nodeName: of } of endpoints ?? []) {
      const { ready = true, terminating = false } = conditions;
      for (const address of addresses.slice(0, 1)) {
        // An address in two slices (one is about to be removed): the better one counts.
        const known = found.get(`${address}:${match.port}`);
        if (known?.ready) continue;
        found.set(`${address}:${match.port}`, { address, port: match.port, local: of === nodeName, ready, serving: conditions.serving ?? ready, terminating });
      }
    }
  }
  return [...found.values()].sort((a, b) => compare(a.address, b.address) || a.port - b.port);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
