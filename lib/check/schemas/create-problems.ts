import type { DeepReadonly } from '../../base/deep-readonly';
import { decodingProblems } from '../../api/decode/all-problems';
import { apiVersionOf, tryResourceOf } from '../../api/kinds';
import { SECRET_VALUES_ANNOTATION } from '../../api/label-keys';
import type { ServedKind } from '../../api/object-rules';
import { trySchemaOf, type Schema } from '../../api/schema/schema';
import type { KubeObject } from '../../api/types';
import { validateForCreate, type CreateProblem } from '../../api/validate-for-create';
import { FieldErrors } from '../../api/validation/field-errors';
import { validateGenericMeta } from '../../api/validation/metadata';
import { tryVersionSchema } from '../../api/versions/version-schema';
import { minorsOf, type MinorRange } from '../../api/versions/kubernetes-range';
import type { CheckedObjects } from '../checked-objects';
import { KnownKinds } from './known-kinds';
import { isRelaxed } from './relaxed-since';

export interface ObjectProblems {
  readonly object: DeepReadonly<KubeObject>;
  /** What the object was decoded by. */
  readonly schema: Schema | undefined;
  readonly problems: readonly CreateProblem[];
}

const prepared = new WeakMap<DeepReadonly<KubeObject>, readonly CreateProblem[]>();

/** Works out ahead what the rules will ask of an object of a built-in kind. */
export function prepareCreateProblems(object: DeepReadonly<KubeObject>): void {
  const kind = tryResourceOf(object.kind, object.apiVersion);
  if (kind) prepared.set(object, validateForCreate(object, kind));
}

/** Somebody else has worked it out, with validateForCreate. */
export function provideCreateProblems(object: DeepReadonly<KubeObject>, problems: readonly CreateProblem[]): void {
  prepared.set(object, problems);
}

const createProblems = (object: DeepReadonly<KubeObject>, kind: ServedKind) => prepared.get(object) ?? validateForCreate(object, kind);

const cache = new WeakMap<CheckedObjects, readonly ObjectProblems[]>();

/** What the API server has against each of the manifests whose kind is known. Those without a problem are left out. Worked out once for all rules. */
export function createProblemsOf(checked: CheckedObjects): readonly ObjectProblems[] {
  let problems = cache.get(checked);
  if (!problems) cache.set(checked, (problems = findProblems(checked)));
  return problems;
}

/** Whether only 1.28 is meant, the version whose rules are known in full. */
export const isBase = ({ from, to }: MinorRange) => from === 28 && to === 28;

function findProblems(checked: CheckedObjects): readonly ObjectProblems[] {
  const kinds = KnownKinds.of(checked);
  const range = minorsOf(checked.target.kubernetes);
  return checked.all.flatMap((object) => {
    const found = judge(object, kinds.tryGet(object), range);
    if (found.problems.length === 0) return [];
    const problems = found.problems.filter((problem) => !isFilledAtApply(object, problem));
    return problems.length > 0 ? [{ object, ...found, problems }] : [];
  });
}

type Judgement = Pick<ObjectProblems, 'schema' | 'problems'>;

const NOTHING: Judgement = { schema: undefined, problems: [] };

/** A custom resource is judged by its definition; a kind of Kubernetes by the rules of 1.28, and by the fields that the versions aimed at have. */
function judge(object: DeepReadonly<KubeObject>, kind: ServedKind | undefined, range: MinorRange): Judgement {
  if (kind?.custom) return { schema: kind.custom.schema, problems: validateForCreate(object, kind) };
  if (kind && isBase(range)) return { schema: trySchemaOf(apiVersionOf(kind), kind.kind), problems: createProblems(object, kind) };
  const schema = tryVersionSchema(object.apiVersion, object.kind, range);
  if (!schema) return NOTHING;
  const shape = decodingProblems(object, schema);
  if (kind) return { schema, problems: [...shape, ...valueProblems(createProblems(object, kind), range)] };
  const errors = new FieldErrors();
  if (shape.length === 0) validateGenericMeta(errors, object.metadata);
  return { schema, problems: [...shape, ...errors.list.map((error) => ({ ...error, kind: 'invalid' as const }))] };
}

/** What 1.28 has against values and later versions as well. It has no say where it does not know a field. */
function valueProblems(problems: readonly CreateProblem[], { from }: MinorRange): readonly CreateProblem[] {
  const incomplete = problems.filter(({ kind }) => kind === 'unknown-field').map(({ field }) => field.slice(0, Math.max(field.lastIndexOf('.'), 0)));
  const unknowing = ({ field, ...problem }: CreateProblem) => incomplete.some((parent) => field === parent || (problem.kind === 'invalid' && problem.reason === 'FieldValueRequired' && field.startsWith(`${parent}.`)));
  return problems.filter((problem) => problem.kind === 'invalid' && !isRelaxed(problem, from) && !unknowing(problem));
}

/** A Secret's values may come with the apply only. */
function isFilledAtApply({ kind, metadata }: DeepReadonly<KubeObject>, { field, message }: CreateProblem): boolean {
  return kind === 'Secret' && metadata.annotations?.[SECRET_VALUES_ANNOTATION] !== undefined && field.startsWith('data') && message.startsWith('Required value');
}
