import type { PolicyRules } from './policy-rules';
import { noPolicyRules } from './policy-rules';
import { diffCommands } from './diff';

/** `ip` sees what the host routes and, with br_netfilter, what its bridge carries; `bridge` sees the latter where there is no br_netfilter. */
export type TableFamily = 'ip' | 'bridge';

export interface PolicyTable {
  readonly name: string;
  readonly families: readonly TableFamily[];
  /** Of this node's pods. */
  readonly podCidr: string;
}

/** Table of a runtime's network policies. Runtime names are DNS labels. */
export const policyTable = (runtime: string) => `twelve_${runtime.replaceAll('-', '_')}_policy`;

/** nft commands, one transaction, that make the table have this content whatever it had before. */
export function replaceScript({ name, families, podCidr }: PolicyTable, wanted: PolicyRules): string {
  return families.map((family) => `${removeTable(family, name)}${frame(family, name, podCidr)}${diffCommands(`${family} ${name}`, noPolicyRules, wanted)}`).join('');
}

/** nft commands that turn one content into another; empty when they are equal. */
export function changeScript({ name, families }: PolicyTable, old: PolicyRules, wanted: PolicyRules): string {
  return families.map((family) => diffCommands(`${family} ${name}`, old, wanted)).join('');
}

export function removeScript({ name, families }: PolicyTable): string {
  return families.map((family) => removeTable(family, name)).join('');
}

const removeTable = (family: TableFamily, name: string) => `table ${family} ${name} { }\ndelete table ${family} ${name}\n`;

/**
 * Priority -5 comes after the translation of Service addresses and before Docker's filter. What a node says to its own pods, and they to it, does not pass `forward`:
 * it is allowed, as upstream has it. Answers are let through by their direction, so a connection that a new policy forbids ends with its next packet.
 * A pod of this node that is not known yet gets and sends nothing.
 *
 * A packet that meets the table in the middle of a change may find a map or a chain empty: it then comes to the rule that drops, never to one that accepts.
 */
function frame(family: TableFamily, name: string, podCidr: string): string {
  return `table ${family} ${name} {
  set known { type ipv4_addr; }
  set self { type ipv4_addr . ipv4_addr; }
  map ingress { type ipv4_addr : verdict; }
  map egress { type ipv4_addr : verdict; }
  set ingress_policed { type ipv4_addr; }
  set egress_policed { type ipv4_addr; }
  chain arriving {
    ip daddr vmap @ingress
    ip daddr @ingress_policed drop
    accept
  }
  chain forward {
    type filter hook forward priority -5; policy accept;
    ct direction reply accept
    ct state related accept
    ip saddr . ip daddr @self accept
    ip saddr ${podCidr} ip saddr != @known drop
    ip daddr ${podCidr} ip daddr != @known drop
    ip saddr vmap @egress
    ip saddr @egress_policed drop
    goto arriving
  }
}
`;
}
