/** What the table of the pod network is made from. */
export interface NetworkTableConfig {
  readonly table: string;
  readonly bridge: string;
  /** All pods of the cluster: between them addresses are kept. */
  readonly podRange: string;
  /** Packets between ports of the bridge pass nft (br_netfilter). Without it answers must come back through the host, so the source is replaced. */
  readonly bridgeFilter: boolean;
}

/**
 * The nft commands that bring the table to this state. Elements of the host port maps survive: they are what a restarted node part reads back.
 * Pure.
 */
export function networkTableScript({ table, bridge, podRange, bridgeFilter }: NetworkTableConfig): string {
  const chain = (name: string, hook: string, rules: readonly string[]) =>
    [`  chain ${name} {`, ...(hook ? [`    ${hook}`] : []), ...rules.map((rule) => `    ${rule}`), '  }'].join('\n');
  return `table ip ${table} {
  map hostports { type inet_proto . inet_service : ipv4_addr . inet_service; }
  map hostports_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
  chain guard {
    type filter hook prerouting priority -300; policy accept;
  }
  chain prerouting {
    type nat hook prerouting priority -111; policy accept;
  }
  chain output {
    type nat hook output priority -111; policy accept;
  }
  chain postrouting {
    type nat hook postrouting priority 91; policy accept;
  }
  chain to_hostport {
  }
}
${['guard', 'prerouting', 'output', 'postrouting', 'to_hostport'].map((name) => `flush chain ip ${table} ${name}`).join('\n')}
table ip ${table} {
${chain('guard', '', ['iifname != "lo" ip daddr 127.0.0.0/8 drop'])}
${chain('to_hostport', '', ['tcp', 'udp', 'sctp'].flatMap((protocol) => [
    `meta l4proto ${protocol} dnat ip to ip daddr . meta l4proto . th dport map @hostports_at`,
    `meta l4proto ${protocol} dnat ip to meta l4proto . th dport map @hostports`,
  ]))}
${chain('prerouting', '', ['fib daddr type local jump to_hostport'])}
${chain('output', '', ['fib daddr type local jump to_hostport'])}
${chain('postrouting', '', [
    `ip saddr ${podRange} ip daddr != ${podRange} ip daddr != 224.0.0.0/4 oifname != "${bridge}" masquerade`,
    `ip saddr 127.0.0.0/8 oifname "${bridge}" masquerade`,
    ...(bridgeFilter ? [] : [`ip saddr ${podRange} oifname "${bridge}" ct status dnat masquerade`]),
  ])}
}
`;
}
