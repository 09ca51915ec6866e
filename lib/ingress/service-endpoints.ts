import type { DeepReadonly } from '../base/deep-readonly';
import type { EndpointSlice } from '../api/types';
import type { EdgeServer } from './edge-model';

interface Candidate extends EdgeServer {
  readonly ready: boolean;
  readonly serving: boolean;
}

/** Who gets requests for a port of a Service: those that are ready; where nobody is, those that still serve while they end. */
export function endpointsOf(portName: string, slices: readonly DeepReadonly<EndpointSlice>[]): { readonly servers: readonly EdgeServer[]; readonly ending: boolean } {
  const all = slices.filter(({ addressType }) => addressType === 'IPv4').flatMap((slice) => candidates(portName, slice));
  const ready = all.filter((candidate) => candidate.ready);
  const chosen = ready.length > 0 ? ready : all.filter(({ serving }) => serving);
  // An address may be in two slices while one takes the place of the other.
  const unique = new Map(chosen.map(({ address, port }) => [`${address}:${port}`, { address, port }]));
  return { servers: [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, server]) => server), ending: ready.length === 0 };
}

function candidates(portName: string, { ports, endpoints }: DeepReadonly<EndpointSlice>): readonly Candidate[] {
  const port = (ports ?? []).find(({ name, protocol = 'TCP' }) => (name ?? '') === portName && protocol === 'TCP')?.port;
  if (!port) return [];
  return (endpoints ?? []).flatMap(({ addresses, conditions = {} }) => {
    const { ready = true, terminating = false } = conditions;
    return addresses.slice(0, 1).map((address) => ({ address, port, ready: ready && !terminating, serving: terminating && (conditions.serving ?? ready) }));
  });
}
