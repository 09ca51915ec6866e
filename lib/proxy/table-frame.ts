export interface TableFrameConfig {
  readonly table: string;
  readonly serviceCidr: string;
}

/** Table of a runtime's Services. Runtime names are DNS labels. */
export const proxyTable = (runtime: string) => `twelve_${runtime.replaceAll('-', '_')}`;

/**
 * nft commands that make the table anew, with its hooks and empty maps. Priority -110 comes before Docker's own translation.
 *
 * Addresses of Services without endpoints reject. What is in the range of Services and known to nobody is dropped: a packet that meets the table
 * in the middle of a change is sent again, a rejected one is an error that a user sees. The same for host ports that are ours; what this host sends itself is dropped on
 * its way out already: at the input the kernel has confirmed the untranslated connection, and every retry would follow it.
 */
export function tableFrame({ table, serviceCidr }: TableFrameConfig): string {
  const filter = (name: string, hook: string, local: boolean) => `  chain ${name} {
    type filter hook ${hook} priority -10; policy accept;
    ct status dnat accept
    ip daddr . meta l4proto . th dport @service_closed goto refuse
${local ? '    fib daddr type local meta l4proto . th dport @nodeport_closed goto refuse\n    fib daddr type local ct state new meta l4proto . th dport @nodeport_ours drop\n' : ''}    ip daddr ${serviceCidr} drop
  }`;
  return `table ip ${table} { }
delete table ip ${table}
table ip ${table} {
  map services { type ipv4_addr . inet_proto . inet_service : verdict; }
  map nodeports { type inet_proto . inet_service : verdict; }
  set service_closed { type ipv4_addr . inet_proto . inet_service; }
  set nodeport_closed { type inet_proto . inet_service; }
  set nodeport_ours { type inet_proto . inet_service; }
  set hairpin { type ipv4_addr . ipv4_addr; }
  chain dispatch {
    ip daddr . meta l4proto . th dport vmap @services
    fib daddr type local meta l4proto . th dport vmap @nodeports
  }
  chain prerouting {
    type nat hook prerouting priority -110; policy accept;
    jump dispatch
  }
  chain output {
    type nat hook output priority -110; policy accept;
    jump dispatch
  }
  chain postrouting {
    type nat hook postrouting priority 90; policy accept;
    ip saddr . ip daddr @hairpin ct status dnat masquerade
    ip saddr 127.0.0.0/8 ip daddr != 127.0.0.0/8 ct status dnat masquerade
    meta mark and 0x4000 == 0x4000 ct status dnat masquerade
  }
  chain refuse {
    meta l4proto tcp reject with tcp reset
    reject
  }
${filter('forward', 'forward', false)}
${filter('input', 'input', true)}
${filter('to_output', 'output', true)}
}
`;
}
