import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import { CheckedObjects } from './checked-objects';
import { rules as allRules } from './index';
import type { Finding, Rule } from './rule';

/** Everything the rules find, errors first. Pure and offline. Malformed objects are not its business: the server refuses them by field. */
export function checkObjects(objects: readonly DeepReadonly<KubeObject>[], rules: readonly Rule[] = allRules): readonly Finding[] {
  const checked = new CheckedObjects(objects);
  const findings = rules.flatMap((rule) => tryRule(rule, checked));
  return findings.sort((a, b) => a.severity.localeCompare(b.severity));
}

function tryRule(rule: Rule, checked: CheckedObjects): Finding[] {
  try {
    return [...rule.check(checked)].map((problem) => ({ ...problem, rule: rule.id, severity: rule.severity }));
  } catch (error) {
    if (error instanceof TypeError) return []; // a field of the wrong type: the server's dry run names it
    throw error;
  }
}
