import { decodeFields } from '../../api/decode';
import { DecodingError } from '../../api/decode/decoding-error';
import { parseYaml } from '../../api/decode/yaml';
import { apiVersionOf } from '../../api/kinds';
import { applyServerSide } from '../../api/managed-fields/apply';
import { resetFieldsOf } from '../../api/managed-fields/reset-fields';
import { applyJsonPatch } from '../../api/patch/json';
import { applyMergePatch } from '../../api/patch/merge';
import { applyStrategicMergePatch } from '../../api/patch/strategic';
import type { ApiResponse } from '../../api/request';
import { trySchemaOf, type Schema } from '../../api/schema/schema';
import { badRequest, invalid, newStatus, notFound, StatusError } from '../../api/status-error';
import { toTime } from '../../base/clock';
import type { AnyObject } from '../any-object';
import { objectAnswer } from '../answers';
import { checkedBody, mediaType } from '../body';
import type { Call } from '../call';
import { unsupportedMediaType } from '../http-errors';
import { applyDefaultsTo } from '../object-rules';
import type { Stored } from '../object-storage';
import { parseWriteOptions, type WriteOptions } from '../query-options';
import type { Resource } from '../registry/resource';
import { fieldManager, type Write } from '../writes';
import { createObject, placeInNamespace } from './create';
import { updateObject } from './update';

export const JSON_PATCH = 'application/json-patch+json';
export const MERGE_PATCH = 'application/merge-patch+json';
export const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
export const APPLY_PATCH = 'application/apply-patch+yaml';

/** PATCH of the object or of a subresource that shows the whole object. */
export async function patch(call: Call): Promise<ApiResponse> {
  const { info, resource } = call;
  const type = patchType(call);
  const apply = type === APPLY_PATCH;
  const options = parseWriteOptions('PatchOptions', call.query, { apply });
  const write: Write = {
    call, subresource: info.subresource, dryRun: options.dryRun, name: info.name, namespace: info.namespace, retriesConflicts: true, manager: fieldManager(call, options.fieldManager),
  };
  if (apply) return applyPatch(write, options);
  const schema = schemaOf(resource);
  const body = checkedBody(call.request);
  const result = await updateObject(write, (current) => Promise.resolve(patched(call, current, { type, body, schema, options })));
  return objectAnswer(call, 200, result);
}

/** Throws 415 for what is no patch, or none that this resource takes. */
export function patchType({ request, resource }: Call): string {
  const type = mediaType(request);
  if (![JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH].includes(type)) throw new StatusError(newStatus(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}));
  if (resource.custom && type === STRATEGIC_PATCH) throw unsupportedMediaType([JSON_PATCH, MERGE_PATCH, APPLY_PATCH]);
  return type;
}

export function schemaOf(resource: Resource): Schema {
  const schema = resource.custom?.schema ?? trySchemaOf(apiVersionOf(resource), resource.kind);
  if (!schema) throw badRequest(`no schema is known for ${resource.kind} in version "${apiVersionOf(resource)}"`);
  return schema;
}

interface PatchRequest {
  readonly type: string;
  readonly body: unknown;
  readonly schema: Schema;
  readonly options: WriteOptions;
}

/** The value that a patch makes out of another. */
export function applyPatchBody(current: unknown, { type, body, schema }: Pick<PatchRequest, 'type' | 'body' | 'schema'>): unknown {
  const text = body instanceof Uint8Array ? Buffer.from(body).toString() : (body ?? '');
  if (type === JSON_PATCH) return applyJsonPatch(current, text);
  if (type === MERGE_PATCH) return applyMergePatch(current, text);
  return applyStrategicMergePatch(current, text, schema);
}

function patched(call: Call, current: Stored, request: PatchRequest): AnyObject {
  const { resource } = call;
  const { object, problems } = decodePatched(call, applyPatchBody(current, request), request);
  report(call, problems, request, current.metadata.name ?? '');
  if (object.metadata.name !== current.metadata.name || object.metadata.namespace !== current.metadata.namespace) {
    object.metadata.name ??= '';
  }
  applyDefaultsTo(object, resource);
  return object;
}

function decodePatched({ resource }: Call, value: unknown, { schema, options, type }: PatchRequest): { readonly object: AnyObject; readonly problems: readonly string[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('the patch does not leave an object');
  try {
    const { object, problems } = decodeFields(value, schema, { fieldValidation: options.fieldValidation });
    const typed = value as AnyObject;
    object.apiVersion = typed.apiVersion;
    object.kind = typed.kind;
    return { object: object as AnyObject, problems };
  } catch (error) {
    if (!(error instanceof DecodingError)) throw error;
    if (type === JSON_PATCH || type === MERGE_PATCH) throw badRequest(error.message);
    throw badRequest(`${resource.kind}: ${error.message}`);
  }
}

function report({ resource, warnings }: Call, problems: readonly string[], { options }: PatchRequest, name: string): void {
  if (problems.length === 0) return;
  if (options.fieldValidation !== 'Strict') {
    for (const problem of problems) warnings.add(problem);
    return;
  }
  const message = `Invalid value: strict decoding error: ${problems.join(', ')}`;
  throw invalid({ group: resource.group, kind: resource.kind }, name, [{ reason: 'FieldValueInvalid', field: 'patch', message }]);
}

/** Server-side apply: creates what is missing. */
async function applyPatch(write: Write, options: WriteOptions): Promise<ApiResponse> {
  const { call } = write;
  const { resource, info, server } = call;
  const schema = schemaOf(resource);
  const applied = readApplied(call);
  const merge = (live: Stored | undefined): AnyObject => {
    const merged = applyServerSide({
      live: live as AnyObject | undefined, applied, manager: options.fieldManager, force: options.force ?? false, subresource: write.subresource, apiVersion: apiVersionOf(resource),
      time: toTime(server.clock.now()), schema, resetFields: resetFieldsOf(resource, write.subresource, resource.custom !== undefined),
    });
    const { object } = decodePatched(call, merged, { type: APPLY_PATCH, body: undefined, schema, options });
    applyDefaultsTo(object, resource);
    return object;
  };
  const exists = server.storage.tryFind(resource, info.namespace, info.name);
  if (!exists) {
    if (write.subresource !== '') throw notFound(resource, info.name);
    if (applied.metadata.uid) throw badRequest('uid mismatch: the provided object specified uid, and no existing object was found');
    const object = merge(undefined);
    object.metadata.name ??= info.name;
    placeInNamespace(call, object);
    return objectAnswer(call, 201, await createObject(write, object, false));
  }
  return objectAnswer(call, 200, await updateObject(write, (current) => Promise.resolve(merge(current)), { tracked: true }));
}

function readApplied(call: Call): AnyObject {
  const body = checkedBody(call.request);
  const { resource, info } = call;
  let value: unknown = body;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    try {
      value = parseYaml(Buffer.from(body as Uint8Array).toString());
    } catch (error) {
      throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (typeof value !== 'object' || value === null) throw badRequest('error decoding YAML: the body is no object');
  const object = structuredClone(value) as AnyObject;
  object.metadata ??= {};
  if (object.kind !== resource.kind) throw badRequest(`the kind in the data (${object.kind}) does not match the expected kind (${resource.kind})`);
  if (object.apiVersion !== apiVersionOf(resource)) throw badRequest(`Incorrect version specified in apply patch. Specified patch version: ${object.apiVersion}, expected: ${apiVersionOf(resource)}`);
  if (object.metadata.name && object.metadata.name !== info.name) throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${info.name})`);
  return object;
}
