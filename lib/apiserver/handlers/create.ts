import { toTime } from '../../base/clock';
import { alreadyExists, badRequest } from '../../api/status-error';
import type { ApiResponse } from '../../api/request';
import { warningsOf } from '../../api/warnings/index';
import { StoreError } from '../../store/backend';
import type { AnyObject } from '../any-object';
import { objectAnswer } from '../answers';
import { readObject } from '../body';
import type { AdmissionRequest } from '../admission/admission-step';
import type { Call } from '../call';
import { badValue } from '../http-errors';
import { applyDefaultsTo, createErrors } from '../../api/object-rules';
import type { Stored } from '../object-storage';
import { parseWriteOptions } from '../query-options';
import { randomSuffix } from '../random-suffix';
import { clearStatus, firstGeneration } from '../registry/generic-strategy';
import { uniqueOwners } from '../owners';
import { admissionRequest, admit, fieldManager, refuseInvalid, strategyContext, trackFields, validateAdmission, type Write } from '../writes';

export async function create(call: Call): Promise<ApiResponse> {
  const options = parseWriteOptions('CreateOptions', call.query);
  const object = readObject(call, options.fieldValidation);
  applyDefaultsTo(object, call.resource);
  placeInNamespace(call, object);
  const write: Write = { call, subresource: '', dryRun: options.dryRun, manager: fieldManager(call, options.fieldManager), name: object.metadata.name ?? '', namespace: call.info.namespace };
  return objectAnswer(call, 201, await createObject(write, object));
}

/** The namespace of the path goes into the object; another one in the body is refused. */
export function placeInNamespace({ resource, info }: Call, object: AnyObject): void {
  if (!resource.namespaced) {
    delete object.metadata.namespace;
    return;
  }
  if (object.metadata.namespace && object.metadata.namespace !== info.namespace) throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  object.metadata.namespace = info.namespace;
}

/**
 * Everything between a decoded, defaulted object and its place in the store: system fields, admission, the kind's own preparation, validation.
 * Resolves with what was stored, or would be in a dry run. Throws StatusErrors.
 */
export async function createObject(write: Write, object: AnyObject, track = true): Promise<Stored> {
  const { call } = write;
  const { server } = call;
  if (object.metadata.resourceVersion) throw badValue('resourceVersion should not be set on objects to be created');
  uniqueOwners(call, object);
  if (track) trackFields(write, undefined, object);
  const request = admissionRequest(write, 'CREATE', object, undefined);
  await admit(write, request);
  try {
    return await storeAdmitted(write, object, request);
  } catch (error) {
    for (const step of server.admission) step.cancel?.(request);
    throw error;
  }
}

async function storeAdmitted(write: Write, object: AnyObject, request: AdmissionRequest): Promise<Stored> {
  const { call } = write;
  const { server, resource } = call;
  fillSystemFields(call, object);
  clearStatus(resource, object);
  await resource.strategy.prepareForCreate?.(object, strategyContext(write));
  firstGeneration(resource, object);
  refuseInvalid(call, object, [...createErrors(object, resource), ...(resource.strategy.validate?.(object, strategyContext(write)) ?? [])]);
  for (const warning of warningsOf(object, resource)) call.warnings.add(warning);
  await validateAdmission(write, request);
  for (const warning of resource.strategy.warnings?.(object) ?? []) call.warnings.add(warning);
  if (write.dryRun) {
    if (server.storage.tryFind(resource, object.metadata.namespace ?? '', object.metadata.name ?? '')) throw alreadyExists(resource, object.metadata.name ?? '');
    return object;
  }
  try {
    return await server.storage.create(resource, object);
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'AlreadyExists') throw alreadyExists(resource, object.metadata.name ?? '');
    throw error;
  }
}

function fillSystemFields({ server }: Call, object: AnyObject): void {
  const { metadata } = object;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  metadata.uid = server.newUid();
  metadata.creationTimestamp = toTime(server.clock.now());
  if (metadata.generateName && !metadata.name) {
    metadata.name = metadata.generateName.slice(0, 58) + randomSuffix(server.random);
  }
  if (!metadata.resourceVersion) delete metadata.resourceVersion;
}

