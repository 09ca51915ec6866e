/** The wanted content of the policy table, as data: what differs from the last content becomes one transaction (diff.ts). */
export interface PolicyRules {
  /** Name → rules in order. The name is made from the rules, so a chain of a name never changes. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Name → addresses; the fixed ones of table-frame.ts are always there. */
  readonly sets: ReadonlyMap<string, PolicySet>;
}

export interface PolicySet {
  /** nft's type of a key. */
  readonly type: string;
  /** Key → verdict (empty in sets). */
  readonly elements: ReadonlyMap<string, string>;
}

/**
 * `known`: the pods of this node; `self`: pairs of a policed pod with itself; `ingress` and `egress`: policed pods and the chain that lets through what is allowed;
 * `ingress_policed` and `egress_policed`: the same pods, whose other packets are dropped.
 */
export const FIXED_SETS = ['known', 'self', 'ingress', 'egress', 'ingress_policed', 'egress_policed'] as const;
export type FixedSet = (typeof FIXED_SETS)[number];

/** How a chain of a direction lets a packet through: what may leave its pod must still be let in. */
export const ALLOWED = { ingress: 'accept', egress: 'goto arriving' } as const;

export const noPolicyRules: PolicyRules = { chains: new Map(), sets: new Map() };
