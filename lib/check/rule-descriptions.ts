import { ignoreRules } from './ignore-rules';
import { rules } from './index';
import type { RuleDescription } from './rule';
import { syntaxRule } from './syntax-rule';

/** Everything that a finding can name, in the order of the documentation. */
export const ruleDescriptions = (): readonly RuleDescription[] => [syntaxRule, ...rules, ...ignoreRules];
