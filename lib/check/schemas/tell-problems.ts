import type { CreateProblem } from '../../api/validate-for-create';
import { formatRange, versionOf, type KubernetesRange, minorsOf } from '../../api/versions/kubernetes-range';
import { tryFieldVersions } from '../../api/versions/version-schema';
import type { CheckedObjects } from '../checked-objects';
import type { Problem } from '../rule';
import { createProblemsOf } from './create-problems';
import { parseFieldPath } from './field-path';
import { fixFor } from './fix-for';
import { plainWords } from './plain-words';

/** Whether it is about the shape of the object (fields, types, what is missing) rather than about values. */
export const isShape = (problem: CreateProblem) => problem.kind !== 'invalid' || problem.reason === 'FieldValueRequired' || problem.reason === 'FieldValueTypeInvalid';

/** What the API server has against the manifests, as far as it is `wanted`, as a rule tells it. */
export function* tellProblems(checked: CheckedObjects, wanted: (problem: CreateProblem) => boolean): Iterable<Problem> {
  for (const { object, schema, problems } of createProblemsOf(checked)) {
    for (const problem of problems) {
      if (!wanted(problem)) continue;
      const versions = problem.kind === 'unknown-field' ? ofOtherVersions(object, problem, checked.target.kubernetes) : undefined;
      yield { object, field: problem.field, message: plainWords(problem, schema), fix: fixFor(problem, schema), ...versions };
    }
  }
}

/** The field exists, in other versions than those aimed at. */
function ofOtherVersions({ apiVersion, kind }: Problem['object'], { field }: CreateProblem, target: KubernetesRange): Pick<Problem, 'message' | 'fix'> | undefined {
  const versions = tryFieldVersions(apiVersion, kind, parseFieldPath(field));
  const range = minorsOf(target);
  if (!versions || versions.from > versions.to) return undefined;
  if (versions.from > range.from) {
    const since = versionOf(versions.from);
    return { message: `Kubernetes has it from ${since} on, and the manifests are for ${formatRange(target)}`, fix: `remove it, or run on Kubernetes ${since} or newer and check with --kubernetes ${since}` };
  }
  if (versions.to < range.to) {
    return { message: `Kubernetes has it up to ${versionOf(versions.to)} only, and the manifests are for ${formatRange(target)}`, fix: 'remove it' };
  }
  return undefined;
}
