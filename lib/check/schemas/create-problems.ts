import type { DeepReadonly } from '../../base/deep-readonly';
import { SECRET_VALUES_ANNOTATION } from '../../api/label-keys';
import type { KubeObject } from '../../api/types';
import { validateForCreate, type CreateProblem } from '../../api/validate-for-create';
import { apiVersionOf } from '../../api/kinds';
import type { ServedKind } from '../../api/object-rules';
import { trySchemaOf } from '../../api/schema/schema';
import type { CheckedObjects } from '../checked-objects';
import type { Problem } from '../rule';
import { fixFor } from './fix-for';
import { KnownKinds } from './known-kinds';

export interface ObjectProblems {
  readonly object: DeepReadonly<KubeObject>;
  readonly kind: ServedKind;
  readonly problems: readonly CreateProblem[];
}

const cache = new WeakMap<CheckedObjects, readonly ObjectProblems[]>();

/** What the API server has against each of the manifests whose kind is known. Those without a problem are left out. Worked out once for all rules. */
export function createProblemsOf(checked: CheckedObjects): readonly ObjectProblems[] {
  let problems = cache.get(checked);
  if (!problems) cache.set(checked, (problems = findProblems(checked)));
  return problems;
}

function findProblems(checked: CheckedObjects): readonly ObjectProblems[] {
  const kinds = new KnownKinds(checked);
  return checked.all.flatMap((object) => {
    const kind = kinds.tryGet(object);
    if (!kind) return [];
    const found = validateForCreate(object, kind);
    const problems = found.length > 0 ? found.filter((problem) => !isFilledAtApply(object, problem)) : found;
    return problems.length > 0 ? [{ object, kind, problems }] : [];
  });
}

/** A Secret's values may come with the apply only. */
function isFilledAtApply({ kind, metadata }: DeepReadonly<KubeObject>, { field, message }: CreateProblem): boolean {
  return kind === 'Secret' && metadata.annotations?.[SECRET_VALUES_ANNOTATION] !== undefined && field.startsWith('data') && message.startsWith('Required value');
}

/** Whether it is about the shape of the object (fields, types, what is missing) rather than about values. */
export const isShape = (problem: CreateProblem) => problem.kind !== 'invalid' || problem.reason === 'FieldValueRequired' || problem.reason === 'FieldValueTypeInvalid';

/** The problems of the manifests that are `wanted`, as a rule tells them. */
export function* tellProblems(checked: CheckedObjects, wanted: (problem: CreateProblem) => boolean): Iterable<Problem> {
  for (const { object, kind, problems } of createProblemsOf(checked)) {
    const schema = kind.custom?.schema ?? trySchemaOf(apiVersionOf(kind), kind.kind);
    for (const problem of problems) {
      if (wanted(problem)) yield { object, field: problem.field, message: problem.message, fix: fixFor(problem, schema) };
    }
  }
}
