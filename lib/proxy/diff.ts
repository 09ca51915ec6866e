import { FIXED_SETS, type ProxyRules } from './rules';

/**
 * nft commands that turn one content of the table into another, in the order in which references allow it; empty when they are equal.
 * Run as one transaction. Pure.
 */
export function diffScript(table: string, old: ProxyRules, wanted: ProxyRules): string {
  const lines: string[] = [];
  const goneChains = [...old.chains.keys()].filter((name) => !wanted.chains.has(name));
  const newChains = [...wanted.chains].filter(([name]) => !old.chains.has(name));
  const changedChains = [...wanted.chains].filter(([name, rules]) => old.chains.has(name) && !sameRules(old.chains.get(name), rules));
  const goneSets = [...old.affinitySets.keys()].filter((name) => wanted.affinitySets.get(name) !== old.affinitySets.get(name));
  const newSets = [...wanted.affinitySets].filter(([name, seconds]) => old.affinitySets.get(name) !== seconds);
  // Rules hold on to a set: what uses one that is made anew is written anew.
  const usesGoneSet = [...wanted.chains].filter(([name, rules]) => old.chains.has(name) && goneSets.some((set) => rules.some((rule) => rule.includes(`@${set} `))));
  const rewritten = new Map([...changedChains, ...usesGoneSet]);

  lines.push(...changedElements(table, 'delete', old, wanted));
  for (const name of [...rewritten.keys(), ...goneChains]) lines.push(`flush chain ip ${table} ${name}`);
  for (const name of goneChains) lines.push(`delete chain ip ${table} ${name}`);
  for (const name of goneSets) lines.push(`delete set ip ${table} ${name}`);
  for (const [name, seconds] of newSets) lines.push(`add set ip ${table} ${name} { type ipv4_addr ; flags dynamic, timeout ; timeout ${seconds}s ; size 65535 ; }`);
  for (const [name] of newChains) lines.push(`add chain ip ${table} ${name}`);
  for (const [name, rules] of [...newChains, ...rewritten]) lines.push(...rules.map((rule) => `add rule ip ${table} ${name} ${rule}`));
  lines.push(...changedElements(table, 'add', wanted, old));
  return lines.map((line) => `${line}\n`).join('');
}

/** Elements of `from` that the other does not have in the same way. */
function changedElements(table: string, verb: 'add' | 'delete', from: ProxyRules, other: ProxyRules): readonly string[] {
  return FIXED_SETS.flatMap((set) => {
    const changed = [...from.elements[set]].filter(([key, verdict]) => other.elements[set].get(key) !== verdict);
    if (changed.length === 0) return [];
    return [`${verb} element ip ${table} ${set} { ${changed.map(([key, verdict]) => (verdict ? `${key} : ${verdict}` : key)).join(', ')} }`];
  });
}

function sameRules(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a?.length === b.length && b.every((rule, index) => rule === a[index]);
}
