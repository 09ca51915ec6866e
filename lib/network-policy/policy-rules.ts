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

/** `known`: the pods of this node; `self`: pairs of a policed pod with itself; `ingress` and `egress`: policed pods and what decides about them. */
export const FIXED_SETS = ['known', 'self', 'ingress', 'egress'] as const;

export const noPolicyRules: PolicyRules = { chains: new Map(), sets: new Map() };
