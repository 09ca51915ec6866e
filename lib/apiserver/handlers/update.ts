import { badRequest, conflict, invalid, notFound } from '../../api/status-error';
import type { ApiResponse } from '../../api/request';
import { warningsOf } from '../../api/warnings/index';
import { StoreError } from '../../store/backend';
import type { AnyObject } from '../any-object';
import { objectAnswer } from '../answers';
import { readObject } from '../body';
import type { Call } from '../call';
import { applyDefaultsTo, updateErrors } from '../../api/object-rules';
import type { Stored } from '../object-storage';
import { uniqueOwners } from '../owners';
import { parseRevision, parseWriteOptions } from '../query-options';
import { trySplitStatusWrite } from '../status-writes';
import { isolateStatus, nextGeneration } from '../registry/generic-strategy';
import { admissionRequest, admit, fieldManager, refuseInvalid, sameContent, strategyContext, trackFields, validateAdmission, type Write } from '../writes';
import { createObject, placeInNamespace } from './create';

/** PUT of the object, or of its status and other subresources that take the whole object. */
export async function update(call: Call): Promise<ApiResponse> {
  const { resource, info, server } = call;
  const options = parseWriteOptions('UpdateOptions', call.query);
  const object = readUpdate(call, options.fieldValidation);
  applyDefaultsTo(object, resource);
  checkName(call, object);
  placeInNamespace(call, object);
  parseRevision(object.metadata.resourceVersion ?? '');
  const write: Write = {
    call, subresource: info.subresource, dryRun: options.dryRun, manager: fieldManager(call, options.fieldManager), name: info.name, namespace: info.namespace,
  };
  if (!server.storage.tryFind(resource, info.namespace, info.name) && resource.strategy.allowCreateOnUpdate && info.subresource === '') {
    const { uid } = object.metadata;
    if (uid) throw conflict(resource, info.name, `StorageError: invalid object, Code: 4, Key: /registry/${resource.resource}/${info.namespace}/${info.name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: `);
    delete object.metadata.resourceVersion;
    return objectAnswer(call, 201, await createObject(write, object));
  }
  return objectAnswer(call, 200, await updateObject(write, () => Promise.resolve(copyOf(object, info.subresource))));
}

/** To be changed on the way to the store. What a write of the status leaves alone is not. */
function copyOf(object: AnyObject, subresource: string): AnyObject {
  return subresource === 'status' ? { ...object, metadata: structuredClone(object.metadata), ...(object.status && { status: structuredClone(object.status) }) } : structuredClone(object);
}

/** The body; of a status that a part of this process writes with the object it was shown, only the status is read. */
function readUpdate(call: Call, fieldValidation: Parameters<typeof readObject>[1]): AnyObject {
  const { resource, info, server, request } = call;
  const { body } = request;
  const isShared = info.subresource === 'status' && !resource.custom && typeof body === 'object' && body !== null && !(body instanceof Uint8Array);
  const current = isShared ? server.storage.tryFind(resource, info.namespace, info.name) : undefined;
  const split = current && trySplitStatusWrite(body as Record<string, unknown>, current);
  return split ? split.complete(readObject({ ...call, request: { ...request, body: split.written } }, fieldValidation)) : readObject(call, fieldValidation);
}

function checkName({ info }: Call, object: AnyObject): void {
  const { name } = object.metadata;
  if (!name) throw badRequest(`the name of the object (${info.name} based on URL) was undeterminable: name must be provided`);
  if (name !== info.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${info.name})`);
}

/** Conflicts that an unconditional write, or a patch, meets are tried again this often. */
const TRIES = 5;

/** Whether the write insists on the revision it names. A patch never does unless its result carries another one than the object has. */
export interface UpdateBehaviour {
  /** managedFields are already right (server-side apply). */
  readonly tracked?: boolean;
}

/**
 * Reads the object, lets `change` make the new one, and stores it after admission, preparation and validation. Resolves with the stored state; without a write
 * when nothing changed. A deletion that only waited for its finalizers is finished.
 */
export async function updateObject(write: Write, change: (current: Stored) => Promise<AnyObject>, behaviour: UpdateBehaviour = {}): Promise<Stored> {
  const { call, name, namespace } = write;
  const { storage } = call.server;
  for (let tries = 1; ; tries += 1) {
    const current = storage.tryFind(call.resource, namespace, name);
    if (!current) throw notFound(call.resource, name);
    const object = await change(current);
    const unconditional = !object.metadata.resourceVersion || object.metadata.resourceVersion === current.metadata.resourceVersion && write.retriesConflicts === true;
    await prepareUpdate(write, object, current, behaviour);
    if (isFinished(object)) return finishDeletion(write, object, current);
    if (sameContent(current, object)) return current;
    if (write.dryRun) return object;
    try {
      return await storage.update(call.resource, object, current.metadata.resourceVersion);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.reason === 'NotFound') throw notFound(call.resource, name);
      if (error.reason !== 'Conflict') throw error;
      if (!unconditional || tries >= TRIES) throw conflict(call.resource, name);
    }
  }
}

/** Subresources whose writes belong to nobody. */
const UNTRACKED = ['finalize', 'ephemeralcontainers'];

function keepManagers({ metadata }: AnyObject, current: Stored): void {
  if (current.metadata.managedFields) metadata.managedFields = structuredClone(current.metadata.managedFields) as typeof metadata.managedFields;
  else delete metadata.managedFields;
}

async function prepareUpdate(write: Write, object: AnyObject, current: Stored, { tracked }: UpdateBehaviour): Promise<void> {
  const { call, subresource } = write;
  const { resource } = call;
  keepSystemFields(call, object, current);
  uniqueOwners(call, object);
  if (UNTRACKED.includes(subresource)) keepManagers(object, current);
  else if (!tracked) trackFields(write, current, object);
  const request = admissionRequest(write, 'UPDATE', object, current);
  await admit(write, request);
  isolateStatus(resource, subresource, object, current);
  await resource.strategy.prepareForUpdate?.(object, current, strategyContext(write));
  nextGeneration(resource, subresource, object, current);
  refuseInvalid(call, object, updateErrors(object, current, resource, subresource));
  if (subresource === '') for (const warning of warningsOf(object, resource)) call.warnings.add(warning);
  await validateAdmission(write, request);
  if (subresource === '') for (const warning of resource.strategy.warnings?.(object) ?? []) call.warnings.add(warning);
}

/** What a client may leave out stays; what it names must be what is there. */
function keepSystemFields(call: Call, object: AnyObject, current: Stored): void {
  const { resource } = call;
  const { metadata } = object;
  const name = current.metadata.name ?? '';
  if (metadata.uid && metadata.uid !== current.metadata.uid) {
    throw conflict(resource, name, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${current.metadata.uid}`);
  }
  if (!metadata.resourceVersion && resource.strategy.requiresResourceVersion) {
    throw invalid({ group: resource.group, kind: resource.resource }, name, [{ reason: 'FieldValueInvalid', field: 'metadata.resourceVersion', message: 'Invalid value: 0x0: must be specified for an update' }]);
  }
  if (metadata.resourceVersion && metadata.resourceVersion !== current.metadata.resourceVersion) throw conflict(resource, name);
  metadata.resourceVersion = current.metadata.resourceVersion;
  metadata.uid = current.metadata.uid;
  metadata.creationTimestamp ??= current.metadata.creationTimestamp;
  if (current.metadata.deletionTimestamp !== undefined) metadata.deletionTimestamp ??= current.metadata.deletionTimestamp;
  if (current.metadata.deletionGracePeriodSeconds !== undefined) metadata.deletionGracePeriodSeconds ??= current.metadata.deletionGracePeriodSeconds;
}

/** Nothing holds the object any more: its deletion was waiting for the finalizers that this write removed. */
function isFinished({ metadata, kind, spec }: AnyObject): boolean {
  if (!metadata.deletionTimestamp || (metadata.finalizers ?? []).length > 0) return false;
  if (kind === 'Namespace' && ((spec?.finalizers ?? []) as readonly string[]).length > 0) return false;
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

async function finishDeletion(write: Write, object: AnyObject, current: Stored): Promise<Stored> {
  const { call } = write;
  if (write.dryRun) return object;
  try {
    const last = await call.server.storage.remove(call.resource, current);
    call.resource.strategy.afterDelete?.(last, strategyContext(write));
    return object;
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'Conflict') throw conflict(call.resource, write.name);
    if (error instanceof StoreError && error.reason === 'NotFound') return object;
    throw error;
  }
}

