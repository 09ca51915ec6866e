import { FIXED_SETS, type PolicyRules } from './policy-rules';

/** nft commands that turn one content of a table into another, in the order in which references allow it; empty when they are equal. Pure. */
export function diffCommands(table: string, old: PolicyRules, wanted: PolicyRules): string {
  const isFixed = (name: string) => (FIXED_SETS as readonly string[]).includes(name);
  const goneChains = [...old.chains.keys()].filter((name) => !wanted.chains.has(name));
  const newChains = [...wanted.chains].filter(([name]) => !old.chains.has(name));
  const goneSets = [...old.sets.keys()].filter((name) => !wanted.sets.has(name) && !isFixed(name));
  const newSets = [...wanted.sets].filter(([name]) => !old.sets.has(name) && !isFixed(name));
  return [
    ...[...old.sets.keys()].filter((name) => !goneSets.includes(name)).flatMap((name) => elements('delete', table, name, old, wanted)),
    ...goneChains.flatMap((name) => [`flush chain ${table} ${name}`]),
    ...goneChains.map((name) => `delete chain ${table} ${name}`),
    ...goneSets.map((name) => `delete set ${table} ${name}`),
    ...newSets.map(([name, { type }]) => `add set ${table} ${name} { type ${type}; }`),
    ...newChains.map(([name]) => `add chain ${table} ${name}`),
    ...newChains.flatMap(([name, rules]) => rules.map((rule) => `add rule ${table} ${name} ${rule}`)),
    ...[...wanted.sets.keys()].flatMap((name) => elements('add', table, name, wanted, old)),
  ].map((line) => `${line}\n`).join('');
}

/** Elements of `from` that the other does not have in the same way. */
function elements(verb: 'add' | 'delete', table: string, set: string, from: PolicyRules, other: PolicyRules): readonly string[] {
  const others = other.sets.get(set)?.elements;
  const changed = [...from.sets.get(set)?.elements ?? []].filter(([key, verdict]) => others?.get(key) !== verdict);
  return changed.length === 0 ? [] : [`${verb} element ${table} ${set} { ${changed.map(([key, verdict]) => (verdict ? `${key} : ${verdict}` : key)).join(', ')} }`];
}
