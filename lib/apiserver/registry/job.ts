import { dropAlphaJobFields, generateJobSelector } from '../../api/prepare-for-create';
import type { Job } from '../../api/types';
import type { Strategy } from './strategy';

/** A Job without a selector of its own selects its pods by its uid. Follows pkg/registry/batch/job/strategy.go. */
export const job: Strategy = {
  defaultPropagation: 'Orphan',

  deletionWarning({ propagationPolicy, orphanDependents }) {
    if (propagationPolicy !== undefined || orphanDependents !== undefined) return undefined;
    return 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';
  },

  prepareForCreate(object) {
    const created = object as Job;
    created.status = {};
    dropAlphaJobFields(created);
    if (!created.spec.manualSelector) generateJobSelector(created);
  },

  prepareForUpdate: (object) => dropAlphaJobFields(object as Job),
};
