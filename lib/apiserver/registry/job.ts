import type { Job } from '../../api/types';
import type { Strategy } from './strategy';

const LABELS = (uid: string, name: string) => ({ 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name });

/** A Job without a selector of its own selects its pods by its uid. Follows pkg/registry/batch/job/strategy.go. */
export const job: Strategy = {
  defaultPropagation: 'Orphan',

  deletionWarning({ propagationPolicy, orphanDependents }) {
    if (propagationPolicy !== undefined || orphanDependents !== undefined) return undefined;
    return 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';
  },

  prepareForCreate(object) {
    const created = object as Job;
    const { uid = '', name = '' } = created.metadata;
    created.status = {};
    dropAlphaFields(created);
    if (created.spec.manualSelector) return;
    created.spec.template.metadata = { ...created.spec.template.metadata, labels: { ...created.spec.template.metadata?.labels, ...LABELS(uid, name) } };
    created.spec.selector = { ...created.spec.selector, matchLabels: { ...created.spec.selector?.matchLabels, 'batch.kubernetes.io/controller-uid': uid } };
    // Read back from the store, a Job without labels has those of its template.
    if (Object.keys(created.metadata.labels ?? {}).length === 0) created.metadata.labels = { ...created.spec.template.metadata.labels };
  },

  prepareForUpdate: (object) => dropAlphaFields(object as Job),
};

/** Behind feature gates that are off in 1.28: JobBackoffLimitPerIndex and JobPodReplacementPolicy. Dropped as there, not refused. */
function dropAlphaFields({ spec }: Job): void {
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes', 'podReplacementPolicy']) delete (spec as unknown as Record<string, unknown>)[field];
  const policy = spec.podFailurePolicy as { rules: unknown[] } | undefined;
  if (policy?.rules) policy.rules = spec.podFailurePolicy?.rules.filter(({ action }) => action !== 'FailIndex') ?? [];
}
