import { DecodingError } from './decode/decoding-error';
import { parseJson, strictErrors } from './decode/json-scanner';
import { cannotBeHandled, checkType, unrecognized } from './decode/type-check';
import { unknownFields } from './decode/unknown-fields';
import { decodeValue } from './decode/values';
import { parseYaml, tryYamlDuplicates } from './decode/yaml';
import { apiVersionOf } from './kinds';
import type { ResourceInfo } from './kinds';
import { pruneCustomResource } from './schema/custom-resource-pruning';
import { objectMetaSchema } from './schema/built-in';
import { trySchemaOf } from './schema/schema';
import type { Schema } from './schema/schema';
import { badRequest, invalid } from './status-error';
import type { KubeObject } from './types';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface DecodeOptions {
  readonly resource: ResourceInfo;
  /** Of a custom resource, or of a subresource's kind; built-in kinds are found by `resource`. */
  readonly schema?: Schema;
  readonly fieldValidation: FieldValidation;
  /** The body as it was sent: fields written twice are only seen there. */
  readonly rawText?: string;
  /** The text is YAML. */
  readonly yaml?: boolean;
}

export interface DecodedObject {
  readonly object: KubeObject;
  /** Texts for the Warning header, in order. */
  readonly warnings: string[];
}

/**
 * The object of a request body (a JSON value, or its text), as the server would keep it before defaults: fields the schema lacks dropped, wrong types
 * refused, values in canonical form. Always a new object. Throws StatusError 400 with upstream's texts.
 */
export function decodeObject(body: unknown, options: DecodeOptions): DecodedObject {
  const { resource, fieldValidation } = options;
  const text = typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body).toString() : options.rawText;
  const value = text !== undefined && (typeof body === 'string' || body instanceof Uint8Array) ? parseText(text, options) : body;
  const schema = options.schema ?? trySchemaOf(apiVersionOf(resource), resource.kind);
  if (!schema) throw badRequest(`no schema is known for ${resource.kind} in version "${apiVersionOf(resource)}"`);
  checkCustomKind(value, options);
  const type = checkType(value, resource, text ?? JSON.stringify(value));
  try {
    const { object, problems } = decodeFields(value ?? {}, schema, { ...options, rawText: text });
    object.apiVersion = type.apiVersion;
    object.kind = type.kind;
    if (fieldValidation === 'Strict' && problems.length > 0) throw new DecodingError(`strict decoding error: ${problems.join(', ')}`);
    return { object, warnings: problems };
  } catch (error) {
    if (error instanceof DecodingError) throw cannotBeHandled(type, resource.kind, error.message);
    throw error;
  }
}

/**
 * The part of `decodeObject` that looks at fields only; for what does not come from a body: the result of a patch. Throws DecodingError for a wrong type;
 * `problems` are unknown fields, and those written twice if a text is given. Empty under Ignore.
 */
export function decodeFields(value: unknown, schema: Schema, options: Pick<DecodeOptions, 'fieldValidation' | 'rawText' | 'yaml'>): { object: KubeObject; problems: string[] } {
  const decoded = schema.source ? decodeCustom(value as Record<string, unknown>, schema) : decodeBuiltIn(value, schema);
  return { object: decoded.object, problems: options.fieldValidation === 'Ignore' ? [] : problemsOf(value, schema, decoded, options) };
}

function decodeBuiltIn(value: unknown, schema: Schema): { object: KubeObject; unknown: boolean; pruned: readonly string[] } {
  const { value: object, hasUnknownFields } = decodeValue(value, schema);
  if (schema.goType === 'v1.Secret') moveStringData(object as Record<string, unknown>);
  return { object: object as KubeObject, unknown: hasUnknownFields, pruned: [] };
}

function decodeCustom(value: Record<string, unknown>, schema: Schema): { object: KubeObject; unknown: boolean; pruned: readonly string[] } {
  const { value: metadata } = decodeValue(value.metadata ?? {}, objectMetaSchema());
  const badMetadata = unknownFields(value.metadata ?? {}, objectMetaSchema(), 'metadata');
  const { object, pruned } = pruneCustomResource(value, schema.source ?? {});
  return { object: { ...object, metadata } as unknown as KubeObject, unknown: false, pruned: [...badMetadata, ...pruned].sort() };
}

function problemsOf(value: unknown, schema: Schema, { unknown, pruned }: { readonly unknown: boolean; readonly pruned: readonly string[] }, { rawText, yaml }: Pick<DecodeOptions, 'rawText' | 'yaml'>): string[] {
  const fromObject = schema.source ? pruned : unknown ? unknownFields(value, schema) : [];
  const asProblems = fromObject.map((path) => `unknown field "${path}"`);
  if (rawText === undefined) return asProblems;
  if (yaml) return [tryYamlDuplicates(rawText) ?? [], asProblems].flat();
  return schema.source ? [...strictErrors(rawText), ...asProblems] : strictErrors(rawText, schema);
}

function parseText(text: string, { resource, yaml }: DecodeOptions): unknown {
  try {
    return yaml ? parseYaml(text) : parseJson(text);
  } catch (error) {
    if (error instanceof DecodingError) throw unrecognized(resource, yaml ? error.message : `couldn't get version/kind; json parse error: ${error.message}`, text);
    throw error;
  }
}

/** Custom resources of another kind are refused by validation, not by decoding. */
function checkCustomKind(value: unknown, { resource, schema }: DecodeOptions): void {
  if (!schema?.source || typeof value !== 'object' || value === null) return;
  const { apiVersion, kind, metadata } = value as Partial<KubeObject>;
  if (typeof kind !== 'string' || kind === '' || kind === resource.kind || (apiVersion && apiVersion !== apiVersionOf(resource))) return;
  throw invalid({ group: resource.group, kind }, metadata?.name ?? '', [{ reason: 'FieldValueInvalid', field: 'kind', message: `Invalid value: ${JSON.stringify(kind)}: must be ${resource.kind}` }]);
}

/** `stringData` is for writing only: the server keeps everything in `data`. */
function moveStringData(secret: Record<string, unknown>): void {
  const { stringData } = secret as { stringData?: Readonly<Record<string, string>> };
  if (!stringData) return;
  const encoded = Object.fromEntries(Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]));
  secret.data = { ...(secret.data as object | undefined), ...encoded };
  delete secret.stringData;
}
