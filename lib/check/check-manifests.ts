import type { KubeObject } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import { CheckedObjects, DEFAULT_TARGET, type CheckTarget } from './checked-objects';
import { applyIgnores, type IgnoredFinding } from './ignore';
import { ignoreRules } from './ignore-rules';
import { rules as allRules } from './index';
import type { Origin } from './origin';
import type { ReadProblem } from './read-manifests';
import type { Finding, Rule } from './rule';
import { syntaxFinding, syntaxRule } from './syntax-rule';

/** An object with where it was written, if that is known. */
export interface CheckedManifest {
  readonly object: DeepReadonly<KubeObject>;
  readonly origin?: Origin;
}

export interface CheckOptions {
  /** @default every rule */
  readonly rules?: readonly Rule[];
  /** @default the bundled runtime's version */
  readonly target?: CheckTarget;
  /** What could not be read. @default nothing */
  readonly unreadable?: readonly ReadProblem[];
}

export interface CheckResult {
  /** How many were checked. */
  readonly objects: number;
  /** Errors first; within these in the order of the input. */
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
}

/** Everything that the rules find in manifests which are applied together. Pure and offline. Locations are not looked up: `locateFindings` does that for what is shown. */
export function checkManifests(manifests: readonly CheckedManifest[], { rules = allRules, target = DEFAULT_TARGET, unreadable = [] }: CheckOptions = {}): CheckResult {
  const checked = new CheckedObjects(manifests.map(({ object }) => object), target);
  return toResult(manifests, rules.flatMap((rule) => findingsOf(rule, checked)), rules, unreadable);
}

/** The findings of one rule, without what is ignored being taken out. */
export function findingsOf(rule: Rule, checked: CheckedObjects): readonly Finding[] {
  try {
    return [...rule.check(checked)].map((problem) => ({ ...problem, rule: rule.id, severity: rule.severity }));
  } catch (error) {
    if (error instanceof TypeError) return []; // a field of the wrong type: the schema rule names it
    throw error;
  }
}

/** What the rules found, ordered, without what is ignored. */
export function toResult(manifests: readonly CheckedManifest[], found: readonly Finding[], rules: readonly Rule[], unreadable: readonly ReadProblem[]): CheckResult {
  const objects = manifests.map(({ object }) => object);
  const { findings, ignored } = applyIgnores(objects, found, { all: [...allRules, ...rules, ...ignoreRules, syntaxRule], checked: new Set(rules.map(({ id }) => id)) });

  const origins = new Map(manifests.map(({ object, origin }) => [object, origin]));
  const withOrigin = (finding: Finding): Finding => {
    const origin = origins.get(finding.object);
    return origin ? { ...finding, origin } : finding;
  };
  const order = new Map(objects.map((object, index) => [object, index]));
  const sorted = findings.map(withOrigin).sort((a, b) => a.severity.localeCompare(b.severity) || (order.get(a.object) ?? 0) - (order.get(b.object) ?? 0));
  return {
    objects: manifests.length,
    findings: [...unreadable.map(syntaxFinding), ...sorted],
    ignored: ignored.map(({ finding, reason }) => ({ finding: withOrigin(finding), reason })),
  };
}
