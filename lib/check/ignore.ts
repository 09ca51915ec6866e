import { IGNORE_PREFIX } from '../api/label-keys';
import type { KubeObject, Labels } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import { tryNearest } from '../base/nearest';
import { ignoreNotAllowed, ignoreUnknownRule, ignoreWithoutReason, unneededIgnore } from './ignore-rules';
import { tryPodTemplateMetadata } from './pod-templates';
import type { Finding, RuleDescription } from './rule';

export interface IgnoredFinding {
  readonly finding: Finding;
  readonly reason: string;
}

/** An annotation that ignores. */
interface Ignore {
  readonly object: DeepReadonly<KubeObject>;
  readonly rule: string;
  readonly reason: string;
  readonly field: string;
}

export interface KnownRules {
  /** All that there are, also what is not looked for this time. */
  readonly all: readonly RuleDescription[];
  /** Ids of those that were looked for. */
  readonly checked: ReadonlySet<string>;
}

/** Takes out what the annotations of the objects ignore, and adds what is wrong with these. */
export function applyIgnores(objects: readonly DeepReadonly<KubeObject>[], findings: readonly Finding[], rules: KnownRules): { readonly findings: readonly Finding[]; readonly ignored: readonly IgnoredFinding[] } {
  const ignores = objects.flatMap(ignoresOf);
  if (ignores.length === 0) return { findings, ignored: [] };

  const byId = new Map(rules.all.map((rule) => [rule.id, rule]));
  const effective = new Map(ignores.filter(({ rule, reason }) => reason.trim() && byId.get(rule)?.ignorable !== false).map((ignore) => [ignore, new Set<Finding>()]));
  const ofObject = new Map<DeepReadonly<KubeObject>, Ignore[]>();
  for (const ignore of effective.keys()) ofObject.set(ignore.object, [...ofObject.get(ignore.object) ?? [], ignore]);
  const ignored: IgnoredFinding[] = [];
  const left = findings.filter((finding) => {
    const ignore = ofObject.get(finding.object)?.find(({ rule }) => rule === finding.rule);
    if (!ignore) return true;
    effective.get(ignore)?.add(finding);
    ignored.push({ finding, reason: ignore.reason });
    return false;
  });

  // A construct's reason is on all of its objects, and rarely concerns them all.
  const needed = new Set([...effective].filter(([, found]) => found.size > 0).map(([ignore]) => groupOf(ignore)));
  const problems = ignores.flatMap((ignore) => tryProblem(ignore, byId, rules.checked.has(ignore.rule) && !needed.has(groupOf(ignore))) ?? []);
  return { findings: [...left, ...firstOfEachGroup(problems)], ignored };
}

const groupOf = ({ rule, reason }: Ignore) => `${rule} ${reason}`;

function ignoresOf(object: DeepReadonly<KubeObject>): readonly Ignore[] {
  const template = tryPodTemplateMetadata(object);
  return [...annotated(object, object.metadata.annotations, 'metadata.annotations'), ...template ? annotated(object, template.annotations, `${template.path}.annotations`) : []];
}

function annotated(object: DeepReadonly<KubeObject>, annotations: Labels | undefined, path: string): readonly Ignore[] {
  if (typeof annotations !== 'object' || annotations === null) return [];
  return Object.entries(annotations).flatMap(([key, reason]) => (key.startsWith(IGNORE_PREFIX) ? [{ object, rule: key.slice(IGNORE_PREFIX.length), reason: String(reason ?? ''), field: `${path}[${key}]` }] : []));
}

interface IgnoreProblem {
  readonly group: string;
  readonly finding: Finding;
}

function tryProblem(ignore: Ignore, rules: ReadonlyMap<string, RuleDescription>, unneeded: boolean): IgnoreProblem | undefined {
  const { rule, object, field, reason } = ignore;
  const problem = ({ id, severity }: RuleDescription, message: string, fix: string): IgnoreProblem => ({ group: groupOf(ignore), finding: { rule: id, severity, object, field, message, fix } });
  const known = rules.get(rule);
  if (!known) {
    const meant = tryNearest(rule, rules.keys());
    return problem(ignoreUnknownRule, `there is no rule ${rule}`, meant ? `write ${meant}, or remove the annotation` : 'remove the annotation, or correct the name of the rule');
  }
  if (known.ignorable === false) return problem(ignoreNotAllowed, `${rule} cannot be ignored`, 'remove the annotation and correct what is found');
  if (!reason.trim()) return problem(ignoreWithoutReason, `${rule} is ignored without a reason`, 'write the reason as the value of the annotation');
  if (unneeded) return problem(unneededIgnore, `${rule} finds nothing here, and is ignored (${reason})`, 'remove the annotation');
  return undefined;
}

/** One mistake of `Check.ignore` is on many objects. */
function firstOfEachGroup(problems: readonly IgnoreProblem[]): readonly Finding[] {
  return [...new Map([...problems].reverse().map(({ group, finding }) => [`${finding.rule} ${group}`, finding])).values()].reverse();
}
