/** The wanted content of our nft table, as data: what differs from the last content becomes one transaction (diff.ts). */
export interface ProxyRules {
  /** Name → rules in order. Chains that others refer to come first. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Client addresses of one endpoint with session affinity: set name → seconds. */
  readonly affinitySets: ReadonlyMap<string, number>;
  /** Elements of the fixed sets and maps: key → verdict (empty in sets). */
  readonly elements: Readonly<Record<FixedSet, ReadonlyMap<string, string>>>;
  /** Addresses that get new connections. */
  readonly active: ReadonlySet<string>;
}

/** Sets and maps that every table has (table-frame.ts). */
export const FIXED_SETS = ['services', 'nodeports', 'service_closed', 'nodeport_closed', 'nodeport_ours', 'hairpin'] as const;
export type FixedSet = (typeof FIXED_SETS)[number];

export const noRules: ProxyRules = {
  chains: new Map(), affinitySets: new Map(), active: new Set(),
  elements: { services: new Map(), nodeports: new Map(), service_closed: new Map(), nodeport_closed: new Map(), nodeport_ours: new Map(), hairpin: new Map() },
};
