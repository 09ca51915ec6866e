import { toTime } from '../base/clock';
import { apiVersionOf } from '../api/kinds';
import { updateManagedFields } from '../api/managed-fields/update';
import { resetFieldsOf } from '../api/managed-fields/reset-fields';
import { invalid } from '../api/status-error';
import type { AdmissionRequest } from './admission/admission-step';
import { type AnyObject, deepEqual } from './any-object';
import type { Call } from './call';
import type { Stored } from './object-storage';
import type { StrategyContext } from './registry/strategy';

/** How one write is to be done, besides what the request says. */
export interface Write {
  readonly call: Call;
  readonly subresource: string;
  readonly dryRun: boolean;
  /** Who owns the changed fields. */
  readonly manager: string;
  readonly name: string;
  readonly namespace: string;
  /** Made from what is stored, so it can be made again when somebody else was faster (patches). */
  readonly retriesConflicts?: boolean;
}

export function strategyContext({ call, subresource, dryRun, namespace }: Write): StrategyContext {
  const { server, resource, user } = call;
  return { resource, subresource, namespace, user, dryRun, now: server.clock.now(), reader: server.storage };
}

export function admissionRequest({ call, subresource, dryRun, name, namespace }: Write, operation: AdmissionRequest['operation'], object: AnyObject | undefined, oldObject: Stored | undefined): AdmissionRequest {
  const { server, resource, user, warnings } = call;
  return { operation, resource, subresource, namespace, name, object, oldObject, user, dryRun, warn: (text) => void warnings.add(text), reader: server.storage };
}

export async function admit({ call: { server } }: Write, request: AdmissionRequest): Promise<void> {
  for (const step of server.admission) await step.admit?.(request);
}

export async function validateAdmission({ call: { server } }: Write, request: AdmissionRequest): Promise<void> {
  for (const step of server.admission) await step.validate?.(request);
}

/** Brings managedFields up to date in place. */
export function trackFields({ call, subresource, manager }: Write, live: Stored | undefined, updated: AnyObject): void {
  const { resource, server } = call;
  updateManagedFields({
    live: live as AnyObject | undefined, updated, manager, subresource, apiVersion: apiVersionOf(resource),
    // Entries of a scale have no time, as upstream's.
    time: subresource === 'scale' ? '' : toTime(server.clock.now()), schema: resource.custom?.schema, resetFields: resetFieldsOf(resource, subresource, resource.custom !== undefined),
  });
}

export function refuseInvalid(call: Call, object: AnyObject, errors: readonly Parameters<typeof invalid>[2][number][]): void {
  if (errors.length > 0) throw invalid({ group: call.resource.group, kind: call.resource.kind }, object.metadata.name ?? '', errors);
}

/** The manager of fields that a request names, or what its User-Agent begins with. */
export function fieldManager({ request }: Call, named: string): string {
  return named || (request.headers?.['user-agent'] ?? '').split('/')[0].slice(0, 128) || 'unknown';
}

/** Whether two states differ in anything but the times in managedFields. */
export function sameContent(before: Stored, after: AnyObject): boolean {
  return deepEqual(withoutTimes(before as AnyObject), withoutTimes(after));
}

function withoutTimes(object: AnyObject): unknown {
  const { managedFields, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, managedFields: managedFields?.map(({ time: _time, ...entry }) => entry) } };
}

