import type { DeepReadonly } from '../base/deep-readonly';
import { decodeFields } from './decode';
import { allDecodingProblems, type DecodingProblem } from './decode/all-problems';
import { DecodingError } from './decode/decoding-error';
import { apiVersionOf } from './kinds';
import { nodePortErrors } from './node-ports';
import { applyDefaultsTo, createErrors, type ServedKind } from './object-rules';
import { prepareForValidation } from './prepare-for-create';
import { objectMetaSchema } from './schema/built-in';
import { trySchemaOf } from './schema/schema';
import type { FieldError } from './status-error';
import type { KubeObject, Service } from './types';

/** One thing for which the API server refuses a new object, under strict field validation. */
export type CreateProblem = DecodingProblem | (FieldError & { readonly kind: 'invalid' });

const NO_PROBLEMS: readonly CreateProblem[] = [];

/**
 * What a Kubernetes 1.28 API server has against a new object, as far as that needs nothing but the object: decoding, defaults, validation. All unknown
 * fields and wrong types are told, where a server stops at the first; values are validated only when all types are right. Pure.
 */
export function validateForCreate(object: DeepReadonly<KubeObject>, kind: ServedKind): readonly CreateProblem[] {
  const schema = kind.custom?.schema ?? trySchemaOf(apiVersionOf(kind), kind.kind);
  if (!schema) throw new Error(`no schema is known for ${apiVersionOf(kind)} ${kind.kind}`);
  try {
    const { object: decoded, problems } = decodeFields(object, schema, { fieldValidation: 'Strict' });
    const errors = errorsOf(decoded, kind);
    if (problems.length === 0 && errors.length === 0) return NO_PROBLEMS;
    return [...(problems.length > 0 ? shapeProblems(object, kind) : []), ...errors.map((error) => ({ ...error, kind: 'invalid' as const }))];
  } catch (error) {
    if (error instanceof DecodingError) return shapeProblems(object, kind);
    throw error;
  }

  function shapeProblems(value: DeepReadonly<KubeObject>, { custom }: ServedKind): readonly CreateProblem[] {
    if (!schema) return [];
    return custom ? customShapeProblems(value, custom.schema) : allDecodingProblems(value, schema);
  }
}

/** Of custom resources only metadata is decoded into a type; other types are a matter of validation. */
function customShapeProblems(object: DeepReadonly<KubeObject>, schema: NonNullable<ServedKind['custom']>['schema']): readonly CreateProblem[] {
  const metadata = allDecodingProblems(object.metadata, objectMetaSchema()).map((problem) => ({
    ...problem, field: `metadata.${problem.field}`, message: problem.message.replace(/^unknown field "/, 'unknown field "metadata.'),
  }));
  const { problems } = decodeFields({ ...object, metadata: {} }, schema, { fieldValidation: 'Strict' });
  const unknown = problems.map((message) => ({ kind: 'unknown-field' as const, field: /^unknown field "(.*)"$/.exec(message)?.[1] ?? '', message }));
  return [...metadata, ...unknown];
}

function errorsOf(decoded: KubeObject, kind: ServedKind): readonly FieldError[] {
  const metadata = decoded.metadata as { -readonly [K in keyof KubeObject['metadata']]: KubeObject['metadata'][K] };
  if (metadata.resourceVersion) return [{ reason: 'FieldValueForbidden', field: 'metadata.resourceVersion', message: 'Forbidden: resourceVersion should not be set on objects to be created' }];
  applyDefaultsTo(decoded, kind);
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink', 'managedFields'] as const) delete metadata[field];
  if (!kind.namespaced) delete metadata.namespace;
  else metadata.namespace ??= 'default';
  metadata.uid = '00000000-0000-0000-0000-000000000000';
  if (metadata.generateName && !metadata.name) metadata.name = `${metadata.generateName.slice(0, 58)}xxxxx`;
  prepareForValidation(decoded, kind);
  const allocation = kind.kind === 'Service' && kind.group === '' ? nodePortErrors(decoded as Service) : [];
  return allocation.length > 0 ? allocation : createErrors(decoded, kind);
}
