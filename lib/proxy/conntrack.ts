import { tryRunCommand } from '../base/run-command';
import type { ProxyRules } from './rules';

/** A UDP port of a Service, and an endpoint that no longer serves it. */
export interface GoneUdpEndpoint {
  /** A Service's address; left out for a port of this host. */
  readonly address?: string;
  readonly port: number;
  readonly endpoint: string;
}

/** What UDP clients were sent to and no new one would be. Pure. */
export function goneUdpEndpoints(old: ProxyRules, wanted: ProxyRules): readonly GoneUdpEndpoint[] {
  return (['services', 'nodeports'] as const).flatMap((map) => [...old.elements[map]].flatMap(([key, verdict]) => {
    const words = key.split(' . ');
    if (words[words.length - 2] !== 'udp') return [];
    const still = endpointsBehind(wanted, wanted.elements[map].get(key));
    const gone = [...endpointsBehind(old, verdict)].filter((endpoint) => !still.has(endpoint));
    return gone.map((endpoint) => ({ ...(map === 'services' && { address: words[0] }), port: Number(words[words.length - 1]), endpoint }));
  }));
}

/** Addresses that a verdict leads to in the end. */
function endpointsBehind({ chains }: ProxyRules, verdict: string | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  const follow = (text: string) => {
    for (const [, chain] of text.matchAll(/goto (\w+)/g)) for (const rule of chains.get(chain) ?? []) follow(rule);
    if (text.includes(' dnat ')) for (const [address] of text.matchAll(/\d+\.\d+\.\d+\.\d+/g)) found.add(address);
  };
  follow(verdict ?? '');
  return found;
}

/** A UDP "connection" to an endpoint that is gone would live on as long as its client sends. Does nothing where `conntrack` is not installed. */
export async function forgetUdpConnections(gone: readonly GoneUdpEndpoint[]): Promise<void> {
  for (const { address, port, endpoint } of gone) {
    await tryRunCommand('conntrack', ['-D', '-p', 'udp', ...(address ? ['--orig-dst', address] : []), '--orig-port-dst', String(port), '--dst-nat', endpoint]);
  }
}
