/** What is to be said of a field that no component of the runtime reads by its own name and that is not refused either. */
export interface FieldNote {
  /** `PriorityClass.description` */
  readonly field: string;
  /**
   * - `api`: the API server itself acts on it (validation, defaults, admission).
   * - `description`: it says something to people or clients; no component of Kubernetes acts on it.
   * - `alpha`: behind a feature gate that is off in Kubernetes 1.28; dropped when it is written, as there.
   */
  readonly kind: 'api' | 'description' | 'alpha';
  readonly note: string;
}

/** Every such field. The test refuses entries that are not needed, and misses those that are. */
export const fieldNotes: readonly FieldNote[] = [
  { field: 'ConfigMap.immutable', kind: 'api', note: 'changes are refused' },
  { field: 'Secret.immutable', kind: 'api', note: 'changes are refused' },
  { field: 'Secret.stringData', kind: 'api', note: 'merged into data when it is written' },
  { field: 'PriorityClass.description', kind: 'description', note: 'for people' },
  { field: 'ServiceAccount.secrets', kind: 'description', note: 'which secrets pods may mount is only enforced with an annotation on Kubernetes too' },
  { field: 'ObjectReference.resourceVersion', kind: 'description', note: 'kept' },
  { field: 'ObjectReference.fieldPath', kind: 'description', note: 'kept' },
  { field: 'JobSpec.backoffLimitPerIndex', kind: 'alpha', note: 'JobBackoffLimitPerIndex' },
  { field: 'JobSpec.maxFailedIndexes', kind: 'alpha', note: 'JobBackoffLimitPerIndex' },
  { field: 'JobSpec.podReplacementPolicy', kind: 'alpha', note: 'JobPodReplacementPolicy' },
  { field: 'RollingUpdateStatefulSetStrategy.maxUnavailable', kind: 'alpha', note: 'MaxUnavailableStatefulSet' },
  { field: 'PodSpec.os', kind: 'api', note: 'Linux is the only one' },
  { field: 'LifecycleHandler.tcpSocket', kind: 'description', note: 'deprecated: the hook fails, as on Kubernetes (FailedPostStartHook, FailedPreStopHook)' },
  { field: 'TypedLocalObjectReference.apiGroup', kind: 'description', note: 'of references that are refused, or answered with an event' },
  { field: 'IngressClassSpec.parameters', kind: 'description', note: 'our controller takes none; others may' },
  { field: 'IngressClassParametersReference.apiGroup', kind: 'description', note: 'kept' },
  { field: 'IngressClassParametersReference.name', kind: 'description', note: 'kept' },
  { field: 'IngressClassParametersReference.scope', kind: 'description', note: 'kept' },
  { field: 'IngressClassParametersReference.namespace', kind: 'description', note: 'kept' },
  { field: 'LocalVolumeSource.fsType', kind: 'description', note: 'a local volume is a directory here' },
  { field: 'PodSchedulingGate.name', kind: 'description', note: 'the list being empty is what counts' },
];

/**
 * Types whose objects the code handles as objects of another type with the same fields: reading a field of the second reads that of the first.
 */
export const handledAs: Readonly<Record<string, string>> = {
  EphemeralContainer: 'Container',
  SecretKeySelector: 'ConfigMapKeySelector',
  SecretEnvSource: 'ConfigMapEnvSource',
  ConfigMapProjection: 'SecretProjection',
  LabelSelectorRequirement: 'NodeSelectorRequirement',
};

/** Fields that are read through an interface of our own, and the file that does it. */
export const readThrough: Readonly<Record<string, string>> = {
  'HTTPHeader.name': 'lib/kubelet/http-get.ts',
  'HTTPHeader.value': 'lib/kubelet/http-get.ts',
  'EphemeralContainer.targetContainerName': 'lib/kubelet/start-container.ts',
  'StatefulSetSpec.template': 'lib/controllers/revision-history.ts',
  'StatefulSetSpec.revisionHistoryLimit': 'lib/controllers/revision-history.ts',
  'DaemonSetSpec.revisionHistoryLimit': 'lib/controllers/revision-history.ts',
  'ReplicationControllerSpec.template': 'lib/controllers/replicas.ts',
  'ReplicationControllerSpec.minReadySeconds': 'lib/controllers/replicas.ts',
  'PodFailurePolicyOnPodConditionsPattern.type': 'lib/controllers/job/failure-policy.ts',
  'ScopedResourceSelectorRequirement.scopeName': 'lib/api/quota/scopes.ts',
  'ScopedResourceSelectorRequirement.operator': 'lib/api/quota/scopes.ts',
  'ScopedResourceSelectorRequirement.values': 'lib/api/quota/scopes.ts',
};
