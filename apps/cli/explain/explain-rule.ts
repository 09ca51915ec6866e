import { ignoreRules } from '../../../lib/check/ignore-rules';
import { ruleGroups } from '../../../lib/check/index';
import type { RuleDescription } from '../../../lib/check/rule';
import { syntaxRule } from '../../../lib/check/syntax-rule';
import { wrap } from './wrap';

/** Everything about a rule: what it finds, why it matters, an example of both. */
export function explainRule(rule: RuleDescription): readonly string[] {
  return [
    `${rule.id}: ${rule.summary} (${rule.severity})`,
    '',
    ...wrap(rule.why),
    '',
    'Found:',
    ...indented(rule.examples.fails),
    '',
    'Passes:',
    ...indented(rule.examples.passes),
    '',
    ...ignoring(rule),
    `More: ${rule.seeAlso}`,
  ];
}

/** Every rule in one line, by group. */
export function listRules(): readonly string[] {
  const groups: Readonly<Record<string, readonly RuleDescription[]>> = { reading: [syntaxRule], ...ruleGroups, ignoring: ignoreRules };
  const width = Math.max(...Object.values(groups).flat().map(({ id }) => id.length));
  return Object.entries(groups).flatMap(([group, rules]) => (rules.length === 0 ? [] : [
    '', `${group}:`, ...rules.map(({ id, severity, summary }) => `  ${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}`),
  ])).slice(1);
}

const ignoring = ({ id, ignorable }: RuleDescription): readonly string[] => (ignorable === false
  ? ['It cannot be ignored.']
  : [`Ignored with a reason: Check.ignore(construct, '${id}', '…'), or the annotation ignore.twelve-factor.dev/${id}: …`]);

const indented = (yaml: string) => yaml.trim().split('\n').map((line) => `  ${line}`);
