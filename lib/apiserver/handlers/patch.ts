import { decodeFields } from '../../api/decode';
import { jsonTypeName } from '../../api/decode/decoding-error';
import { parseYaml } from '../../api/decode/yaml';
import { apiVersionOf, splitApiVersion } from '../../api/kinds';
import { applyServerSide } from '../../api/managed-fields/apply';
import { resetFieldsOf } from '../../api/managed-fields/reset-fields';
import { decodePatched } from '../../api/patch/decode-patched';
import { applyJsonPatch } from '../../api/patch/json';
import { applyMergePatch } from '../../api/patch/merge';
import { applyStrategicMergePatch } from '../../api/patch/strategic';
import type { ApiResponse } from '../../api/request';
import { trySchemaOf, type Schema } from '../../api/schema/schema';
import { badRequest, newStatus, notFound, StatusError } from '../../api/status-error';
import { toTime } from '../../base/clock';
import type { AnyObject } from '../any-object';
import { objectAnswer } from '../answers';
import { checkedBody, mediaType } from '../body';
import type { Call } from '../call';
import { unsupportedMediaType } from '../http-errors';
import { applyDefaultsTo } from '../../api/object-rules';
import type { Stored } from '../object-storage';
import { parseWriteOptions, type WriteOptions } from '../query-options';
import { trySplitStatusWrite } from '../status-writes';
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
    call, subresource: info.subresource, dryRun: options.dryRun, name: info.name, namespace: info.namespace, retriesConflicts: true,
    manager: fieldManager(call, options.fieldManager),
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
  const { resource, info } = call;
  const { schema, body, type, options: { fieldValidation } } = request;
  const kind = type === JSON_PATCH ? 'json' : type === MERGE_PATCH ? 'merge' : 'strategic';
  const value = applyPatchBody(current, request);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('the patch does not leave an object');
  const split = info.subresource === 'status' && !resource.custom ? trySplitStatusWrite(value as Record<string, unknown>, current) : undefined;
  const { object: decoded, warnings } = decodePatched(split?.written ?? value, { type: kind, patch: body ?? '', schema, fieldValidation });
  const object = split ? split.complete(decoded as AnyObject) : decoded;
  for (const warning of warnings) call.warnings.add(warning);
  const name = object.metadata.name ?? '';
  if (name !== current.metadata.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${current.metadata.name})`);
  object.metadata.namespace ??= current.metadata.namespace;
  if (object.metadata.namespace === undefined) delete object.metadata.namespace;
  applyDefaultsTo(object as AnyObject, resource);
  return object as AnyObject;
}

/** Server-side apply: creates what is missing. */
async function applyPatch(write: Write, options: WriteOptions): Promise<ApiResponse> {
  const { call } = write;
  const { resource, info, server } = call;
  const schema = schemaOf(resource);
  const applied = readApplied(call);
  const merge = (live: Stored | undefined): AnyObject => {
    const merged = applyServerSide({
      live: live as AnyObject | undefined, applied, manager: options.fieldManager, force: options.force ?? false,
      subresource: write.subresource, apiVersion: apiVersionOf(resource),
      time: toTime(server.clock.now()), schema, resetFields: resetFieldsOf(resource, write.subresource, resource.custom !== undefined),
    });
    const object = decodeFields(merged, schema, { fieldValidation: 'Ignore' }).object as AnyObject;
    object.apiVersion = apiVersionOf(resource);
    object.kind = resource.kind;
    applyDefaultsTo(object, resource);
    return object;
  };
  const exists = server.storage.tryFind(resource, info.namespace, info.name);
  if (!exists) {
    if (write.subresource !== '') throw notFound(resource, info.name);
    const object = merge(undefined);
    delete object.metadata.resourceVersion;
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
      value = parseYaml(Buffer.from(body as Uint8Array).toString()) ?? {};
    } catch (error) {
      throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonTypeName(value)} into Go value of type map[string]interface {}`);
  }
  const object = structuredClone(value) as AnyObject;
  object.metadata ??= {};
  const { group, version } = splitApiVersion(object.apiVersion ?? '');
  if (object.kind !== resource.kind || object.apiVersion !== apiVersionOf(resource)) throw badRequest(`invalid object type: ${group}/${version}, Kind=${object.kind ?? ''}`);
  if (!object.metadata.name) throw badRequest(`the name of the object (${info.name} based on URL) was undeterminable: name must be provided`);
  if (object.metadata.name !== info.name) throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${info.name})`);
  return object;
}
