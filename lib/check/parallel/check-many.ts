import { CheckedObjects, DEFAULT_TARGET } from '../checked-objects';
import { type CheckedManifest, type CheckOptions, type CheckResult, findingsOf, toResult } from '../check-manifests';
import { rules as allRules } from '../index';
import { schemaRules } from '../rules/schema';
import type { ProblemsThread } from './problems-thread';

/** As checkManifests, with the same findings in the same order, with the rules that take longest in a second thread too, which has been given what was read. */
export async function checkMany(manifests: readonly CheckedManifest[], thread: ProblemsThread, { rules = allRules, target = DEFAULT_TARGET, unreadable = [] }: CheckOptions = {}): Promise<CheckResult> {
  const checked = new CheckedObjects(manifests.map(({ object }) => object), target);
  const found = new Map(rules.filter((rule) => !schemaRules.includes(rule)).map((rule) => [rule, findingsOf(rule, checked)]));
  await thread.finish();
  return toResult(manifests, rules.flatMap((rule) => found.get(rule) ?? findingsOf(rule, checked)), rules, unreadable);
}
