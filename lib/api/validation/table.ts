import { certificateSigningRequest } from './certificate-signing-request';
import { apiService, controllerRevision, lease, priorityClass, runtimeClass } from './cluster-kinds';
import { configMap, secret, serviceAccount } from './config-map';
import { cronJob } from './cron-job';
import { customResourceDefinition } from './custom-resource-definition';
import { daemonSet } from './daemon-set';
import { deployment } from './deployment';
import { endpoints, endpointSlice } from './endpoints';
import { event } from './event';
import { flowSchema, priorityLevelConfiguration } from './flow-control';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler';
import { ingress, ingressClass } from './ingress';
import { job } from './job';
import { limitRange } from './limit-range';
import { networkPolicy } from './network-policy';
import { namespace, node } from './node';
import { persistentVolume } from './persistent-volume';
import { persistentVolumeClaim } from './persistent-volume-claim';
import { pod } from './pod';
import { podDisruptionBudget } from './pod-disruption-budget';
import { podTemplate } from './pod-template-object';
import { clusterRole, clusterRoleBinding, role, roleBinding } from './rbac';
import { replicaSet, replicationController } from './replica-set';
import { resourceQuota } from './resource-quota';
import { service } from './service';
import { statefulSet } from './stateful-set';
import { csiDriver, csiNode, csiStorageCapacity, storageClass, volumeAttachment } from './storage-class';
import { anyKind, type Validator } from './validator';
import { webhookConfiguration } from './webhook-configuration';

/** Who checks which resource: `resource.group`, core ones without a group. */
export const VALIDATORS: Readonly<Record<string, Validator | undefined>> = {
  'apiservices.apiregistration.k8s.io': anyKind(apiService),
  'certificatesigningrequests.certificates.k8s.io': anyKind(certificateSigningRequest),
  'clusterrolebindings.rbac.authorization.k8s.io': anyKind(clusterRoleBinding),
  'clusterroles.rbac.authorization.k8s.io': anyKind(clusterRole),
  'controllerrevisions.apps': anyKind(controllerRevision),
  'cronjobs.batch': anyKind(cronJob),
  'csidrivers.storage.k8s.io': anyKind(csiDriver),
  'csinodes.storage.k8s.io': anyKind(csiNode),
  'csistoragecapacities.storage.k8s.io': anyKind(csiStorageCapacity),
  'customresourcedefinitions.apiextensions.k8s.io': anyKind(customResourceDefinition),
  'daemonsets.apps': anyKind(daemonSet),
  'deployments.apps': anyKind(deployment),
  'endpointslices.discovery.k8s.io': anyKind(endpointSlice),
  'events.events.k8s.io': anyKind(event),
  'flowschemas.flowcontrol.apiserver.k8s.io': anyKind(flowSchema),
  'horizontalpodautoscalers.autoscaling': anyKind(horizontalPodAutoscaler),
  'ingressclasses.networking.k8s.io': anyKind(ingressClass),
  'ingresses.networking.k8s.io': anyKind(ingress),
  'jobs.batch': anyKind(job),
  'leases.coordination.k8s.io': anyKind(lease),
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': anyKind(webhookConfiguration),
  'networkpolicies.networking.k8s.io': anyKind(networkPolicy),
  'poddisruptionbudgets.policy': anyKind(podDisruptionBudget),
  'priorityclasses.scheduling.k8s.io': anyKind(priorityClass),
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': anyKind(priorityLevelConfiguration),
  'replicasets.apps': anyKind(replicaSet),
  'rolebindings.rbac.authorization.k8s.io': anyKind(roleBinding),
  'roles.rbac.authorization.k8s.io': anyKind(role),
  'runtimeclasses.node.k8s.io': anyKind(runtimeClass),
  'statefulsets.apps': anyKind(statefulSet),
  'storageclasses.storage.k8s.io': anyKind(storageClass),
  'validatingwebhookconfigurations.admissionregistration.k8s.io': anyKind(webhookConfiguration),
  'volumeattachments.storage.k8s.io': anyKind(volumeAttachment),
  configmaps: anyKind(configMap),
  endpoints: anyKind(endpoints),
  events: anyKind(event),
  limitranges: anyKind(limitRange),
  namespaces: anyKind(namespace),
  nodes: anyKind(node),
  persistentvolumeclaims: anyKind(persistentVolumeClaim),
  persistentvolumes: anyKind(persistentVolume),
  pods: anyKind(pod),
  podtemplates: anyKind(podTemplate),
  replicationcontrollers: anyKind(replicationController),
  resourcequotas: anyKind(resourceQuota),
  secrets: anyKind(secret),
  serviceaccounts: anyKind(serviceAccount),
  services: anyKind(service),
};
