import { tryRunCommand } from '../base/run-command';
import type { ProxyRules } from './rules';

/** UDP service ports whose endpoints changed: addresses that no longer serve. Pure. */
export function goneUdpEndpoints(old: ProxyRules, wanted: ProxyRules): readonly string[] {
  const before = udpAddresses(old);
  const after = udpAddresses(wanted);
  return [...before].filter((address) => !after.has(address));
}

function udpAddresses({ chains }: ProxyRules): ReadonlySet<string> {
  const rules = [...chains.values()].flat().filter((rule) => rule.startsWith('meta l4proto udp dnat'));
  return new Set(rules.flatMap((rule) => rule.match(/\d+\.\d+\.\d+\.\d+/g) ?? []));
}

/** A UDP "connection" to an address that is gone would live on as long as its client sends. Does nothing where `conntrack` is not installed. */
export async function forgetUdpConnections(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) await tryRunCommand('conntrack', ['-D', '-p', 'udp', '--dst-nat', address]);
}
