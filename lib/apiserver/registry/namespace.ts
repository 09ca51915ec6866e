import type { Namespace } from '../../api/types';
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

  prepareForUpdate(object, old, { subresource }) {
    const updated = object as Namespace;
    if (subresource === 'finalize') {
      updated.status = structuredClone((old as Namespace).status);
    } else if (subresource === '') {
      updated.spec = { ...updated.spec, finalizers: structuredClone((old as Namespace).spec?.finalizers) };
    }
  },
};
