import { conflict, notFound } from '../../api/status-error';
import type { ApiResponse } from '../../api/request';
import { StoreError } from '../../store/backend';
import type { AnyObject } from '../any-object';
import { objectAnswer } from '../answers';
import type { Call } from '../call';
import { type DeleteOptions, parseDeleteOptions } from '../delete-options';
import { decideDeletion } from '../deletion';
import type { Stored } from '../object-storage';
import { admissionRequest, admit, strategyContext, validateAdmission, type Write } from '../writes';

export async function remove(call: Call): Promise<ApiResponse> {
  const options = parseDeleteOptions(call);
  const warning = call.resource.strategy.deletionWarning?.(options);
  if (warning) call.warnings.add(warning);
  const { object, deleted } = await deleteObject(call, call.info.name, call.info.namespace, options);
  if (deleted && !call.resource.strategy.returnsDeletedObject) return { status: 200, body: successStatus(call, object) };
  return objectAnswer(call, !deleted && options.orphanDependents === false ? 202 : 200, object);
}

/** What the deletion of an object leaves: `deleted` when it is gone, otherwise it stays marked. Throws 404 and 409. */
export async function deleteObject(call: Call, name: string, namespace: string, options: DeleteOptions): Promise<{ readonly object: Stored; readonly deleted: boolean }> {
  const { server: { storage, clock }, resource } = call;
  const dryRun = (options.dryRun ?? []).length > 0;
  const write: Write = { call, subresource: '', dryRun, manager: '', name, namespace };
  for (;;) {
    const current = storage.tryFind(resource, namespace, name);
    if (!current) throw notFound(resource, name);
    checkPreconditions(call, current, options);
    const request = admissionRequest(write, 'DELETE', undefined, current);
    await admit(write, request);
    await validateAdmission(write, request);
    const decision = (resource.strategy.decideDeletion ?? decideDeletion)(resource, current, options, clock.now());
    if (decision.action === 'wait') return { object: current, deleted: false };
    if (dryRun) return decision.action === 'mark' ? { object: decision.object, deleted: false } : { object: decision.marked ?? current, deleted: true };
    try {
      if (decision.action === 'mark') return { object: await storage.update(resource, decision.object, current.metadata.resourceVersion), deleted: false };
      const marked = decision.marked ? await storage.update(resource, decision.marked, current.metadata.resourceVersion) : current;
      const last = await storage.remove(resource, marked);
      resource.strategy.afterDelete?.(last, strategyContext(write));
      return { object: last, deleted: true };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.reason === 'NotFound') throw notFound(resource, name);
      if (error.reason !== 'Conflict') throw error;
    }
  }
}

function checkPreconditions({ resource }: Call, { metadata }: Stored, { preconditions }: DeleteOptions): void {
  const name = metadata.name ?? '';
  const kind = { group: '', resource: resource.kind };
  if (preconditions?.uid !== undefined && preconditions.uid !== metadata.uid) {
    throw conflict(kind, name, `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`);
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== metadata.resourceVersion) {
    throw conflict(kind, name, `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`);
  }
}

export function successStatus({ resource }: Call, { metadata }: Stored | AnyObject): unknown {
  const details = { name: metadata.name, ...(resource.group && { group: resource.group }), kind: resource.resource, uid: metadata.uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
