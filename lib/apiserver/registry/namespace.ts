import { toTime } from '../../base/clock';
import type { Namespace } from '../../api/types';
import type { AnyObject } from '../any-object';
import type { Strategy } from './strategy';

/** A namespace carries the finalizer of its content, and a label with its name. Follows pkg/registry/core/namespace/strategy.go. */
export const namespace: Strategy = {
  hasGeneration: false,
  returnsDeletedObject: true,

  prepareForCreate(object) {
    const created = object as Namespace;
    created.status = { phase: 'Active' };
    created.spec = { finalizers: [...new Set([...(created.spec?.finalizers ?? []), 'kubernetes'])] };
    created.metadata.labels = { ...created.metadata.labels, 'kubernetes.io/metadata.name': created.metadata.name ?? '' };
  },

  /** A namespace goes only when its content is gone: until then it is Terminating. Follows pkg/registry/core/namespace/storage. */
  decideDeletion(_resource, stored, options, now) {
    const namespace = structuredClone(stored) as AnyObject;
    if (((namespace.spec?.finalizers ?? []) as readonly string[]).length === 0) return { action: 'remove' };
    if (namespace.metadata.deletionTimestamp) return { action: 'wait' };
    namespace.metadata.deletionTimestamp = toTime(now);
    namespace.status = { ...namespace.status, phase: 'Terminating' };
    if (options.propagationPolicy === 'Orphan' || options.orphanDependents) namespace.metadata.finalizers = [...new Set([...(namespace.metadata.finalizers ?? []), 'orphan'])];
    return { action: 'mark', object: namespace };
  },

  prepareForUpdate(object, old, { subresource }) {
    const updated = object as Namespace;
    if (subresource === 'finalize') {
      updated.status = structuredClone((old as Namespace).status);
    } else if (subresource === '') {
      updated.spec = { ...updated.spec, finalizers: structuredClone((old as Namespace).spec?.finalizers) };
    }
  },
};
