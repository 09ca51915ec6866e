import { formatLabelSelector } from '../../api/selectors';
import { apiVersionOf, type ResourceInfo } from '../../api/kinds';
import { applyServerSide } from '../../api/managed-fields/apply';
import type { ApiResponse } from '../../api/request';
import { badRequest, conflict, internalError, invalid, notFound } from '../../api/status-error';
import { parseYaml } from '../../api/decode/yaml';
import { decodePatched } from '../../api/patch/decode-patched';
import { trySchemaOf } from '../../api/schema/schema';
import type { AnyObject } from '../any-object';
import { checkedBody, readObject } from '../body';
import type { Call } from '../call';
import { objectTable } from '../table/table';
import { APPLY_PATCH, applyPatchBody, JSON_PATCH, MERGE_PATCH, patchType } from '../handlers/patch';
import { updateObject } from '../handlers/update';
import type { Stored } from '../object-storage';
import { parseWriteOptions, type WriteOptions } from '../query-options';
import type { Resource } from '../registry/resource';
import { fieldManager, type Write } from '../writes';
import { readPath, writePath } from './json-path';

export const SCALE: ResourceInfo = { group: 'autoscaling', version: 'v1', kind: 'Scale', resource: 'scales', namespaced: true };

interface ScaleObject extends AnyObject {
  spec: { replicas?: number };
}

export function getScale(call: Call): ApiResponse {
  return shown(call, 200, scaleOf(call.resource, find(call), { strict: call.resource.custom !== undefined }));
}

/** Server-side apply of a scale: applies the replicas to the object itself. */
async function applyScale(call: Call, options: WriteOptions, body: unknown): Promise<ApiResponse> {
  const { info, resource } = call;
  find(call);
  const scale = (typeof body === 'string' || body instanceof Uint8Array ? parseYaml(Buffer.from(body as Uint8Array).toString()) : body) as ScaleObject;
  if (scale.kind !== 'Scale' || scale.apiVersion !== 'autoscaling/v1') throw badRequest(`invalid object type: ${scale.apiVersion}, Kind=${scale.kind}`);
  checkName(call, scale);
  const applied = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { name: info.name } };
  if (scale.spec?.replicas !== undefined) writePath(applied, pathsOf(resource).replicas, scale.spec.replicas);
  const write: Write = { call, subresource: 'scale', dryRun: options.dryRun, manager: options.fieldManager, name: info.name, namespace: info.namespace, retriesConflicts: true };
  const result = await updateObject(write, (current) => Promise.resolve(applyServerSide({
    live: current as AnyObject, applied, manager: options.fieldManager, force: options.force ?? false, subresource: 'scale', apiVersion: apiVersionOf(resource), time: '', schema: resource.custom?.schema,
  }) as AnyObject), { tracked: true });
  return shown(call, 200, scaleOf(resource, result));
}

/** PUT and PATCH of the scale change the replicas of the object. */
export async function updateScale(call: Call): Promise<ApiResponse> {
  const options = parseWriteOptions('UpdateOptions', call.query);
  const scale = readObject(call, options.fieldValidation, { resource: SCALE }) as ScaleObject;
  checkName(call, scale);
  return change(call, options.dryRun, fieldManager(call, options.fieldManager), false, () => scale);
}

export async function patchScale(call: Call): Promise<ApiResponse> {
  const type = patchType(call);
  const options = parseWriteOptions('PatchOptions', call.query, { apply: type === APPLY_PATCH });
  const schema = trySchemaOf('autoscaling/v1', 'Scale');
  if (!schema) throw badRequest('no schema is known for Scale');
  const body = checkedBody(call.request);
  if (type === APPLY_PATCH) return applyScale(call, options, body);
  return change(call, options.dryRun, fieldManager(call, options.fieldManager), true, (current) => {
    const value = applyPatchBody(current, { type, body, schema });
    return decodePatched(value, { type: type === JSON_PATCH ? 'json' : type === MERGE_PATCH ? 'merge' : 'strategic', patch: body ?? '', schema, fieldValidation: options.fieldValidation }).object as ScaleObject;
  });
}

async function change(call: Call, dryRun: boolean, manager: string, retriesConflicts: boolean, make: (current: ScaleObject) => ScaleObject): Promise<ApiResponse> {
  const { info, resource } = call;
  find(call);
  const write: Write = { call, subresource: 'scale', dryRun, manager, name: info.name, namespace: info.namespace, retriesConflicts };
  const result = await updateObject(write, (current) => {
    const before = scaleOf(resource, current);
    const scale = make(structuredClone(before));
    const replicas = scale.spec?.replicas ?? 0;
    if (replicas < 0) throw invalid({ group: 'autoscaling', kind: 'Scale' }, info.name, [{ reason: 'FieldValueInvalid', field: 'spec.replicas', message: `Invalid value: ${replicas}: must be greater than or equal to 0` }]);
    const { resourceVersion } = scale.metadata;
    if (resourceVersion && resourceVersion !== current.metadata.resourceVersion) throw conflict(resource, info.name);
    const object = structuredClone(current) as AnyObject;
    writePath(object, pathsOf(resource).replicas, replicas);
    return Promise.resolve(object);
  });
  return shown(call, 200, scaleOf(resource, result));
}

function find({ server, resource, info }: Call): Stored {
  const found = server.storage.tryFind(resource, info.namespace, info.name);
  if (!found) throw notFound(resource.custom ? resource : { group: resource.group, resource: `${resource.resource}/scale` }, info.name);
  return found;
}

function pathsOf({ strategy, custom, kind }: Resource): { readonly replicas: string; readonly statusReplicas: string; readonly selector: string | undefined } {
  const scale = custom?.scale;
  if (scale) return { replicas: scale.specReplicasPath.slice(1), statusReplicas: scale.statusReplicasPath.slice(1), selector: scale.labelSelectorPath?.slice(1) };
  if (!strategy.scale) throw new Error(`${kind} has a scale subresource but its strategy does not say where`);
  return { ...strategy.scale, selector: 'spec.selector' };
}

/** What autoscaling/v1 Scale shows of an object. */
export function scaleOf(resource: Resource, object: Stored, { strict = false } = {}): ScaleObject {
  const paths = pathsOf(resource);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = readPath(object, paths.replicas) as number | undefined;
  if (replicas === undefined && strict) throw internalError(new Error(`the spec replicas field ".${paths.replicas}" does not exist`));
  const selector = paths.selector === undefined ? undefined : readPath(object, paths.selector);
  const text = typeof selector === 'string' ? selector : selector ? formatLabelSelector(selector as Parameters<typeof formatLabelSelector>[0]) : '';
  return {
    kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { ...(replicas ? { replicas } : {}) },
    status: { replicas: readPath(object, paths.statusReplicas) ?? 0, ...(text && { selector: text }) },
  };
}

function checkName({ info }: Call, scale: AnyObject): void {
  const { name } = scale.metadata;
  if (name && name !== info.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${info.name})`);
}

function shown({ form, resource, server }: Call, status: number, scale: ScaleObject): ApiResponse {
  if (form.as !== 'Table') return { status, body: scale };
  return { status, body: objectTable({ ...resource, ...SCALE, custom: undefined }, [scale], { version: form.version, now: server.clock.now() }) };
}
