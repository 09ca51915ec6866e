import type { DeepReadonly } from '../base/deep-readonly';
import type { EndpointSlice, Service, ServicePort } from '../api/types';

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
  /** Zones whose clients it is meant for. */
  readonly zones: readonly string[];
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** The node that asks. */
export interface EndpointViewer {
  readonly name: string;
  readonly zone?: string;
}

/**
 * Who gets connections, as upstream's CategorizeEndpoints: those that are ready; where nobody is, those that still serve while they end.
 * With the policy Local that choice is made among the endpoints of this node. A Service that asks for its zone gets it where the slices say which zone each endpoint is for.
 */
export function endpointsOfPort(
  service: DeepReadonly<Service>, port: DeepReadonly<ServicePort>, slices: readonly DeepReadonly<EndpointSlice>[], viewer: EndpointViewer,
): PortEndpoints {
  const all = candidates(port, slices, viewer.name);
  return { cluster: usable(inZone(service, all, viewer)), local: usable(all.filter((endpoint) => endpoint.local)) };
}

/** All of them unless each ready one has a hint and some are for this zone. */
function inZone({ metadata: { annotations = {} } }: DeepReadonly<Service>, all: readonly Candidate[], { zone }: EndpointViewer): readonly Candidate[] {
  const mode = annotations['service.kubernetes.io/topology-mode'] ?? annotations['service.kubernetes.io/topology-aware-hints'];
  const ready = all.filter((endpoint) => endpoint.ready);
  if ((mode !== 'Auto' && mode !== 'auto') || !zone || ready.some(({ zones }) => zones.length === 0)) return all;
  const near = ready.filter(({ zones }) => zones.includes(zone));
  return near.length > 0 ? near : all;
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
    for (const { addresses, conditions = {}, nodeName: of, hints } of endpoints ?? []) {
      const { ready = true, terminating = false } = conditions;
      for (const address of addresses.slice(0, 1)) {
        // An address in two slices (one is about to be removed): the better one counts.
        const known = found.get(`${address}:${match.port}`);
        if (known?.ready) continue;
        found.set(`${address}:${match.port}`, { address, port: match.port, local: of === nodeName, ready, serving: conditions.serving ?? ready, terminating, zones: (hints?.forZones ?? []).map(({ name }) => name) });
      }
    }
  }
  return [...found.values()].sort((a, b) => compare(a.address, b.address) || a.port - b.port);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
