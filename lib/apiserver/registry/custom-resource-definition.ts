import { toTime } from '../../base/clock';
import { CLEANUP_FINALIZER, type Definition, withCondition } from '../custom-resources/definition';
import type { Strategy } from './strategy';

/** The versions that objects are stored in are on record from the start. Follows apiextensions' strategy. */
export const customResourceDefinition: Strategy = {
  requiresResourceVersion: true,

  prepareForCreate(object) {
    const { spec, status } = object as unknown as Definition;
    const storage = spec.versions?.find((version) => version.storage);
    if (status && storage) status.storedVersions = [storage.name];
  },

  /** A definition goes when its objects are gone; until then it is marked. */
  decideDeletion(_resource, stored, _options, now) {
    if (stored.metadata.deletionTimestamp) return { action: 'wait' };
    const object = structuredClone(stored) as Definition;
    const time = toTime(now);
    object.metadata.deletionTimestamp = time;
    object.metadata.finalizers = [...new Set([...(object.metadata.finalizers ?? []), CLEANUP_FINALIZER])];
    const terminating = { type: 'Terminating', status: 'True', lastTransitionTime: time, reason: 'InstanceDeletionPending', message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon' };
    object.status = { ...object.status, conditions: withCondition(object.status?.conditions ?? [], terminating) };
    return { action: 'mark', object };
  },

  prepareForUpdate(object) {
    const { spec, status } = object as unknown as Definition;
    const storage = spec.versions?.find((version) => version.storage);
    if (status && storage && !status.storedVersions?.includes(storage.name)) status.storedVersions = [...(status.storedVersions ?? []), storage.name];
  },

  /** Rules in CEL are kept but not evaluated; whoever relies on them should know. */
  warnings(object) {
    return ((object as unknown as Definition).spec.versions ?? []).flatMap(({ schema }, index) => {
      const rules = JSON.stringify(schema ?? {}).includes('"x-kubernetes-validations"');
      return rules ? [`spec.versions[${index}].schema: x-kubernetes-validations are not evaluated by this server`] : [];
    });
  },
};
