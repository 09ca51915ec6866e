import type { ServedKind } from './object-rules';
import type { Job, KubeObject, StatefulSet } from './types';

const JOB_LABELS = (uid: string, name: string) => ({ 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name, 'controller-uid': uid, 'job-name': name });

/** A Job that brings no selector of its own selects its pods by its uid; without labels, it has those of its template, as it is read back from the store. In place. Follows pkg/registry/batch/job/strategy.go. */
export function generateJobSelector(job: Job): void {
  const { uid = '', name = '' } = job.metadata;
  job.spec.template.metadata = { ...job.spec.template.metadata, labels: { ...job.spec.template.metadata?.labels, ...JOB_LABELS(uid, name) } };
  job.spec.selector = { ...job.spec.selector, matchLabels: { ...job.spec.selector?.matchLabels, 'batch.kubernetes.io/controller-uid': uid } };
  if (Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = { ...job.spec.template.metadata.labels };
}

/** Behind feature gates that are off in 1.28: JobBackoffLimitPerIndex and JobPodReplacementPolicy. Dropped as there, not refused. */
export function dropAlphaJobFields({ spec }: Job): void {
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes', 'podReplacementPolicy']) delete (spec as unknown as Record<string, unknown>)[field];
  const policy = spec.podFailurePolicy as { rules: unknown[] } | undefined;
  if (policy?.rules) policy.rules = spec.podFailurePolicy?.rules.filter(({ action }) => action !== 'FailIndex') ?? [];
}

/** Behind the feature gate MaxUnavailableStatefulSet, which is off in 1.28. Dropped as there, not refused. */
export function dropAlphaStatefulSetFields({ spec }: StatefulSet): void {
  const { rollingUpdate } = spec.updateStrategy ?? {};
  if (rollingUpdate) delete (rollingUpdate as Record<string, unknown>)['maxUnavailable'];
}

/** What the server does with a new object before it validates it, where validation depends on it: the status is not the client's, selectors are generated. In place. */
export function prepareForValidation(object: KubeObject, { custom, kind }: ServedKind): void {
  if (custom ? !custom.wholeObject : kind !== 'Node') delete (object as { status?: unknown }).status;
  if (custom) return;
  if (kind === 'Job') {
    dropAlphaJobFields(object as Job);
    if (!(object as Job).spec.manualSelector) generateJobSelector(object as Job);
  } else if (kind === 'StatefulSet') dropAlphaStatefulSetFields(object as StatefulSet);
  else if (kind === 'CustomResourceDefinition') recordStoredVersion(object as CustomResourceDefinition);
}

type CustomResourceDefinition = KubeObject & { readonly spec?: { readonly versions?: readonly { readonly name: string; readonly storage?: boolean }[] }; status?: { storedVersions: readonly string[] } };

function recordStoredVersion(definition: CustomResourceDefinition): void {
  const storage = definition.spec?.versions?.find((version) => version.storage);
  if (storage) definition.status = { storedVersions: [storage.name] };
}
