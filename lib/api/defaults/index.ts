import type { ResourceInfo } from '../kinds';
import type { KubeObject } from '../types';
import { defaultAutoscaler, defaultAutoscalerV1 } from './autoscaling';
import { defaultCronJob, defaultJob } from './batch';
import { defaultLimitRange, defaultNamespace, defaultNode, defaultResourceQuota, defaultRoleBinding } from './cluster';
import { defaultApiService, defaultCustomResourceDefinition, defaultPriorityLevel, defaultWebhooks } from './extension';
import { defaultEndpointSlice, defaultEndpoints, defaultIngressClass, defaultNetworkPolicy, defaultService } from './networking';
import { defaultPod } from './pod';
import { setDefault, setIfEmpty } from './set-default';
import { defaultClaim, defaultCsiDriver, defaultPersistentVolume, defaultStorageClass } from './storage';
import { defaultDaemonSet, defaultDeployment, defaultReplicaSet, defaultReplicationController, defaultStatefulSet, defaultTemplate } from './workloads';

/** Each takes the kind it is listed under. */
type Defaulter = (object: never, version: string) => void;

const DEFAULTERS: Readonly<Record<string, Defaulter>> = {
  'Pod': defaultPod,
  'PodTemplate': ({ template }: { template?: never }) => defaultTemplate(template),
  'Namespace': defaultNamespace,
  'Node': defaultNode,
  'LimitRange': defaultLimitRange,
  'ResourceQuota': defaultResourceQuota,
  'Secret': (secret: { type?: string }) => setIfEmpty(secret, 'type', 'Opaque'),
  'Service': defaultService,
  'Endpoints': defaultEndpoints,
  'ReplicationController': defaultReplicationController,
  'PersistentVolume': defaultPersistentVolume,
  'PersistentVolumeClaim': defaultClaim,
  'apps/Deployment': defaultDeployment,
  'apps/DaemonSet': defaultDaemonSet,
  'apps/StatefulSet': defaultStatefulSet,
  'apps/ReplicaSet': defaultReplicaSet,
  'batch/Job': defaultJob,
  'batch/CronJob': defaultCronJob,
  'autoscaling/HorizontalPodAutoscaler': (autoscaler: never, version) => (version === 'v1' ? defaultAutoscalerV1(autoscaler) : defaultAutoscaler(autoscaler)),
  'discovery.k8s.io/EndpointSlice': defaultEndpointSlice,
  'networking.k8s.io/NetworkPolicy': defaultNetworkPolicy,
  'networking.k8s.io/IngressClass': defaultIngressClass,
  'rbac.authorization.k8s.io/RoleBinding': defaultRoleBinding,
  'rbac.authorization.k8s.io/ClusterRoleBinding': defaultRoleBinding,
  'storage.k8s.io/StorageClass': defaultStorageClass,
  'storage.k8s.io/CSIDriver': defaultCsiDriver,
  'scheduling.k8s.io/PriorityClass': (priority: { preemptionPolicy?: string }) => setDefault(priority, 'preemptionPolicy', 'PreemptLowerPriority'),
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': (configuration: never) => defaultWebhooks(configuration, true),
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': (configuration: never) => defaultWebhooks(configuration, false),
  'apiextensions.k8s.io/CustomResourceDefinition': defaultCustomResourceDefinition,
  'apiregistration.k8s.io/APIService': defaultApiService,
  'flowcontrol.apiserver.k8s.io/FlowSchema': ({ spec }: { spec: { matchingPrecedence?: number } }) => setIfEmpty(spec, 'matchingPrecedence', 1000),
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': defaultPriorityLevel,
  'authentication.k8s.io/TokenRequest': ({ spec }: { spec: { expirationSeconds?: number } }) => setDefault(spec, 'expirationSeconds', 3600),
};

/**
 * Fills in what upstream fills in for every writer, in place: the part of admission to the API that needs nothing but the object. Takes a decoded object
 * (see decodeObject) of a built-in kind; other kinds are left as they are. Idempotent.
 */
export function applyDefaults(object: KubeObject, { group, version, kind }: Pick<ResourceInfo, 'group' | 'version' | 'kind'>): void {
  DEFAULTERS[group ? `${group}/${kind}` : kind]?.(object as never, version);
}
