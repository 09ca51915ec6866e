import { ALLOWED, type PolicyRules } from '../../lib/network-policy/policy-rules';
import type { Attempt } from './reference';

/** What the kernel would do with the first packet of a connection: an interpreter for the few words of nft that the rules use. Throws at any other. */
export function passes(rules: PolicyRules, { from, to, protocol, port }: Attempt): boolean {
  const has = (set: string, key: string) => rules.sets.get(set)?.elements.has(key) ?? false;
  if (has('self', `${from.address} . ${to.address}`)) return true;
  const verdict = (direction: 'ingress' | 'egress', address: string) => {
    const jump = rules.sets.get(direction)?.elements.get(address);
    return (jump !== undefined && follow(jump.replace('jump ', ''), ALLOWED[direction])) || !has(`${direction}_policed`, address);
  };
  return verdict('egress', from.address) && verdict('ingress', to.address);

  function follow(chain: string, allowed: string): boolean {
    return (rules.chains.get(chain) ?? []).some((rule) => rule.endsWith(allowed) && matches(rule.slice(0, -allowed.length).trim().split(' ').filter(Boolean)));
  }

  function matches(words: string[]): boolean {
    while (words.length > 0) {
      const [first, second] = words.splice(0, 2);
      if (first === 'ip' && words[0] === '.') {
        words.splice(0, 6); // . meta l4proto . th dport
        if (!has((words.shift() ?? '').slice(1), `${to.address} . ${protocol.toLowerCase()} . ${port}`)) return false;
      } else if (first === 'ip') {
        const negated = words[0] === '!=';
        if (negated) words.shift();
        const operand = takeOperand(words);
        const address = second === 'saddr' ? from.address : to.address;
        const found = operand.some((item) => (item.startsWith('@') ? has(item.slice(1), address) : inRange(item, address)));
        if (found === negated) return false;
      } else if (first === 'meta') {
        if (words.shift() !== protocol.toLowerCase()) return false;
      } else if (first === 'th') {
        if (!takeOperand(words).some((item) => port >= Number(item.split('-')[0]) && port <= Number(item.split('-').at(-1)))) return false;
      } else throw new Error(`the model does not know "${first}"`);
    }
    return true;
  }
}

function takeOperand(words: string[]): string[] {
  if (words[0] !== '{') return [words.shift() ?? ''];
  return words.splice(0, words.indexOf('}') + 1).slice(1, -1).map((item) => item.replace(',', ''));
}

function inRange(cidr: string, address: string): boolean {
  const value = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const [base, prefix = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  return Math.floor(value(base) / size) === Math.floor(value(address) / size);
}
