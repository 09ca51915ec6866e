import { metricToV2 } from '../../api/autoscaler-conversion';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { fieldsOf, listOf, type AnyFields, type Rewrite } from './rewrite';
import { rewriteIngress } from './rewrite-ingress';
import { rewriteWorkload } from './rewrite-workload';

/** The versions have the same fields, which mean the same. */
const same: Rewrite = (object) => object;

/** An empty selector selected no pods in v1beta1, and selects all in v1. */
const disruptionBudget: Rewrite = (object) => {
  const { selector } = fieldsOf(object.spec);
  if (selector === undefined || selector === null) return object;
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  return Object.keys(fieldsOf(matchLabels)).length + listOf(matchExpressions).length > 0 ? object : undefined;
};

const autoscaler: Rewrite = (object) => {
  const spec = fieldsOf(object.spec);
  return spec.metrics === undefined ? object : { ...object, spec: { ...spec, metrics: listOf(spec.metrics).map(metricToV2) } };
};

const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** The topology of an endpoint became two fields of their own. */
const endpointSlice: Rewrite = (object) => {
  const endpoints = listOf(object.endpoints);
  if (endpoints.some(({ topology }) => Object.keys(fieldsOf(topology)).some((key) => key !== HOST && key !== ZONE))) return undefined;
  return {
    ...object,
    endpoints: endpoints.map(({ topology, ...endpoint }) => {
      const { [HOST]: nodeName, [ZONE]: zone } = fieldsOf(topology);
      return { ...endpoint, ...(nodeName !== undefined && { nodeName }), ...(zone !== undefined && { zone }) };
    }),
  };
};

/** v1 keeps an explicit 0, which the versions before took for "not set". */
const priorityLevel: Rewrite = (object) => {
  const spec = fieldsOf(object.spec);
  if (spec.limited === undefined) return object;
  const { assuredConcurrencyShares, nominalConcurrencyShares = assuredConcurrencyShares, ...limited } = fieldsOf(spec.limited);
  return { ...object, spec: { ...spec, limited: { ...limited, ...(Number(nominalConcurrencyShares) > 0 && { nominalConcurrencyShares }) } } };
};

const alphaRuntimeClass: Rewrite = ({ spec, ...object }) => {
  const { runtimeHandler, ...rest } = fieldsOf(spec);
  return { ...object, handler: runtimeHandler, ...rest };
};

/** In v1alpha1 a subject's group was called otherwise. */
const alphaBinding: Rewrite = (object) => (listOf(object.subjects).some(({ apiVersion }) => apiVersion !== undefined) ? undefined : object);

/** Since v1, a signer must be named, which was guessed before, and usages must be listed. */
const signingRequest: Rewrite = (object) => {
  const { signerName, usages } = fieldsOf(object.spec);
  return typeof signerName === 'string' && listOf(usages).length > 0 ? object : undefined;
};

/** By kind and the versions it is rewritten from. What is not here needs a person. */
const REWRITES: Readonly<Record<string, Readonly<Record<string, Rewrite>>>> = {
  Deployment: { 'extensions/v1beta1': rewriteWorkload, 'apps/v1beta1': rewriteWorkload, 'apps/v1beta2': rewriteWorkload },
  DaemonSet: { 'extensions/v1beta1': rewriteWorkload, 'apps/v1beta2': rewriteWorkload },
  ReplicaSet: { 'extensions/v1beta1': rewriteWorkload, 'apps/v1beta2': rewriteWorkload },
  StatefulSet: { 'apps/v1beta1': rewriteWorkload, 'apps/v1beta2': rewriteWorkload },
  ControllerRevision: { 'apps/v1beta1': same, 'apps/v1beta2': same },
  NetworkPolicy: { 'extensions/v1beta1': same },
  Ingress: { 'extensions/v1beta1': rewriteIngress, 'networking.k8s.io/v1beta1': rewriteIngress },
  IngressClass: { 'networking.k8s.io/v1beta1': same },
  IPAddress: { 'networking.k8s.io/v1beta1': same },
  ServiceCIDR: { 'networking.k8s.io/v1beta1': same },
  CronJob: { 'batch/v2alpha1': same, 'batch/v1beta1': same },
  HorizontalPodAutoscaler: { 'autoscaling/v2beta1': autoscaler, 'autoscaling/v2beta2': same },
  PodDisruptionBudget: { 'policy/v1beta1': disruptionBudget },
  EndpointSlice: { 'discovery.k8s.io/v1beta1': endpointSlice },
  Lease: { 'coordination.k8s.io/v1beta1': same },
  RuntimeClass: { 'node.k8s.io/v1alpha1': alphaRuntimeClass, 'node.k8s.io/v1beta1': same },
  PriorityClass: { 'scheduling.k8s.io/v1alpha1': same, 'scheduling.k8s.io/v1beta1': same },
  FlowSchema: { 'flowcontrol.apiserver.k8s.io/v1beta1': same, 'flowcontrol.apiserver.k8s.io/v1beta2': same, 'flowcontrol.apiserver.k8s.io/v1beta3': same },
  PriorityLevelConfiguration: { 'flowcontrol.apiserver.k8s.io/v1beta1': priorityLevel, 'flowcontrol.apiserver.k8s.io/v1beta2': priorityLevel, 'flowcontrol.apiserver.k8s.io/v1beta3': priorityLevel },
  Role: { 'rbac.authorization.k8s.io/v1alpha1': same, 'rbac.authorization.k8s.io/v1beta1': same },
  ClusterRole: { 'rbac.authorization.k8s.io/v1alpha1': same, 'rbac.authorization.k8s.io/v1beta1': same },
  RoleBinding: { 'rbac.authorization.k8s.io/v1alpha1': alphaBinding, 'rbac.authorization.k8s.io/v1beta1': same },
  ClusterRoleBinding: { 'rbac.authorization.k8s.io/v1alpha1': alphaBinding, 'rbac.authorization.k8s.io/v1beta1': same },
  StorageClass: { 'storage.k8s.io/v1beta1': same },
  CSIDriver: { 'storage.k8s.io/v1beta1': same },
  CSINode: { 'storage.k8s.io/v1beta1': same },
  CSIStorageCapacity: { 'storage.k8s.io/v1alpha1': same, 'storage.k8s.io/v1beta1': same },
  VolumeAttachment: { 'storage.k8s.io/v1alpha1': same, 'storage.k8s.io/v1beta1': same },
  VolumeAttributesClass: { 'storage.k8s.io/v1alpha1': same, 'storage.k8s.io/v1beta1': same },
  ValidatingAdmissionPolicy: { 'admissionregistration.k8s.io/v1beta1': same },
  ValidatingAdmissionPolicyBinding: { 'admissionregistration.k8s.io/v1beta1': same },
  APIService: { 'apiregistration.k8s.io/v1beta1': same },
  CertificateSigningRequest: { 'certificates.k8s.io/v1beta1': signingRequest },
};

/** The object in a newer version, if that can be told without asking. */
export function tryRewrite(object: DeepReadonly<KubeObject>, apiVersion: string): AnyFields | undefined {
  const rewritten = REWRITES[object.kind]?.[object.apiVersion]?.(object as unknown as AnyFields);
  return rewritten && { ...rewritten, apiVersion };
}
