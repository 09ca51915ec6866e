import { parseManifests } from '../../../lib/apply/load/parse-manifests';
import { checkObjects } from '../../../lib/check/check-objects';
import type { Finding, Rule } from '../../../lib/check/rule';

/** What a rule finds in its own example. */
export function findingsOf(rule: Rule): readonly Finding[] {
  return checkObjects(parseManifests(rule.examples.fails, rule.id).map(({ object }) => object), [rule]);
}
