import type { DeepReadonly } from '../base/deep-readonly';
import type { networking } from '../api/types';

type PolicyPort = DeepReadonly<networking.NetworkPolicyPort>;

/** nft's condition for each protocol of a list of numbered ports and ranges. Pure; the same text for the same ports in any order. */
export function portMatches(ports: readonly { readonly protocol: string; readonly first: number; readonly last: number }[]): readonly string[] {
  return ['TCP', 'UDP', 'SCTP'].flatMap((protocol) => {
    const ranges = merged(ports.filter((port) => port.protocol === protocol));
    if (ranges.length === 0) return [];
    const match = `meta l4proto ${protocol.toLowerCase()}`;
    return [ranges.some(([first, last]) => first <= 1 && last === LAST) ? match : `${match} th dport { ${ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(', ')} }`];
  });
}

const LAST = 65_535;

/** A port of a rule that needs no pod to be understood: a number, a range, or all ports of a protocol. */
export function tryNumberedPort({ protocol = 'TCP', port, endPort }: PolicyPort): { readonly protocol: string; readonly first: number; readonly last: number } | undefined {
  if (port === undefined) return { protocol, first: 0, last: LAST };
  return typeof port === 'number' ? { protocol, first: port, last: endPort ?? port } : undefined;
}

/** nft refuses ranges that overlap. */
function merged(ranges: readonly { readonly first: number; readonly last: number }[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = result[result.length - 1];
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}
