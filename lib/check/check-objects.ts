import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import { CheckedObjects, DEFAULT_TARGET, type CheckTarget } from './checked-objects';
import { rules as allRules } from './index';
import type { Finding, Rule } from './rule';

/** Everything the rules find, errors first. Pure and offline. */
export function checkObjects(objects: readonly DeepReadonly<KubeObject>[], rules: readonly Rule[] = allRules, target: CheckTarget = DEFAULT_TARGET): readonly Finding[] {
  const checked = new CheckedObjects(objects, target);
  const findings = rules.flatMap((rule) => tryRule(rule, checked));
  return findings.sort((a, b) => a.severity.localeCompare(b.severity));
}

function tryRule(rule: Rule, checked: CheckedObjects): Finding[] {
  try {
    return [...rule.check(checked)].map((problem) => ({ ...problem, rule: rule.id, severity: rule.severity }));
  } catch (error) {
    if (error instanceof TypeError) return []; // a field of the wrong type: the schema rule names it
    throw error;
  }
}
