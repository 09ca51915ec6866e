import type { DeepReadonly } from '../../base/deep-readonly';
import type { Event, KubeObject } from '../types';
import type { FieldErrors } from './field-errors';
import { validateLabelName } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import type { Validator } from './validator';

/** An Event of the core group or of events.k8s.io, which names some fields otherwise; messages use the core names. */
interface AnyEvent extends KubeObject, Omit<Event, keyof KubeObject> {
  regarding?: { namespace?: string };
  note?: string;
  reportingController?: string;
  deprecatedCount?: number;
  deprecatedSource?: { component?: string };
  deprecatedFirstTimestamp?: string;
  deprecatedLastTimestamp?: string;
}

export const event: Validator<AnyEvent> = {
  validate(object, errors) {
    validateNamespace(errors, object);
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    if (isNew(object)) validateNewEvent(errors, object);
  },

  validateUpdate(object, old, errors) {
    validateNamespace(errors, object);
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (!isNew(object)) return;
    errors.immutable('involvedObject', object.regarding, old.regarding, '');
    errors.immutable('reason', object.reason, old.reason);
    errors.immutable('message', object.note, old.note);
    errors.immutable('type', object.type, old.type);
    errors.immutable('eventTime', object.eventTime, old.eventTime, object.eventTime ?? '');
    errors.immutable('action', object.action, old.action);
    errors.immutable('reportingController', object.reportingController, old.reportingController);
    errors.immutable('reportingInstance', object.reportingInstance, old.reportingInstance);
  },
};

const isNew = ({ apiVersion }: { readonly apiVersion: string }) => apiVersion === 'events.k8s.io/v1';

function validateNamespace(errors: FieldErrors, { metadata, regarding, involvedObject }: DeepReadonly<AnyEvent>): void {
  const of = (regarding ?? involvedObject)?.namespace ?? '';
  const namespace = metadata.namespace ?? '';
  // Events about cluster-scoped objects live in the namespace `default`.
  if (of !== namespace && !(of === '' && namespace === 'default')) errors.invalid('involvedObject.namespace', of, 'does not match event.namespace');
}

function validateNewEvent(errors: FieldErrors, fields: DeepReadonly<AnyEvent>): void {
  const { eventTime, reportingController = '', reportingInstance = '', action = '', reason = '', type = '', note = '' } = fields;
  if (!eventTime) errors.required('eventTime');
  if (!reportingController) errors.required('reportingController');
  validateLabelName(errors, 'reportingController', reportingController);
  validateText(errors, 'reportingInstance', reportingInstance);
  validateText(errors, 'action', action);
  validateText(errors, 'reason', reason);
  if (type !== 'Normal' && type !== 'Warning') errors.invalid('type', '', `has invalid value: ${type}`);
  if (note.length > 1024) errors.invalid('message', '', 'can have at most 1024 characters');
  const deprecated = {
    source: fields.deprecatedSource?.component,
    firstTimestamp: fields.deprecatedFirstTimestamp,
    lastTimestamp: fields.deprecatedLastTimestamp,
    count: fields.deprecatedCount,
  };
  for (const [field, value] of Object.entries(deprecated)) if (value) errors.invalid(field, '', 'needs to be unset');
}

function validateText(errors: FieldErrors, field: string, text: string): void {
  if (!text) errors.required(field);
  else if (text.length > 128) errors.invalid(field, '', 'can have at most 128 characters');
}
