import { customResourceDefinition } from './custom-resource-definition';
import { daemonSet } from './daemon-set';
import { pod } from './pod';
import { apiService } from './api-service';
import { certificateSigningRequest } from './certificate-signing-request';
import { job } from './job';
import { namespace } from './namespace';
import { node } from './node';
import { persistentVolume, persistentVolumeClaim } from './persistent-volume';
import { secretLike } from './secret-like';
import { statefulSet } from './stateful-set';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject } from '../../api/types';
import type { Strategy } from './strategy';

const returned: Strategy = { returnsDeletedObject: true };
const createOnUpdate: Strategy = { allowCreateOnUpdate: true };

/** The kinds that differ from the generic registry, by `group/resource`. */
const STRATEGIES: Readonly<Record<string, Strategy>> = {
  'pods': pod,
  'namespaces': namespace,
  'configmaps': secretLike,
  'secrets': secretLike,
  'services': { returnsDeletedObject: true, allowCreateOnUpdate: true, hasGeneration: false },
  'serviceaccounts': returned,
  'persistentvolumeclaims': persistentVolumeClaim,
  'persistentvolumes': persistentVolume,
  'podtemplates': { ...returned, hasGeneration: true, generationFields: ['template'] },
  'resourcequotas': { ...returned, hasGeneration: false },
  'limitranges': { ...createOnUpdate, hasGeneration: false },
  'events': { ...createOnUpdate, ignoresDependents: true },
  'endpoints': createOnUpdate,
  'nodes': node,
  'replicationcontrollers': { defaultPropagation: 'Orphan', scale: { replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'map' } },
  'events.k8s.io/events': { ...createOnUpdate, ignoresDependents: true },
  'apps/deployments': { metadataInStatus: keepLabels, countsAnnotations: true, scale: { replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'labelSelector' } },
  'apps/replicasets': { scale: { replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'labelSelector' } },
  'apps/statefulsets': statefulSet,
  'apps/daemonsets': daemonSet,
  'apiextensions.k8s.io/customresourcedefinitions': customResourceDefinition,
  'apiregistration.k8s.io/apiservices': apiService,
  'networking.k8s.io/networkpolicies': { hasGeneration: true },
  'networking.k8s.io/ingressclasses': { hasGeneration: true },
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': { hasGeneration: true, generationFields: ['webhooks'] },
  'admissionregistration.k8s.io/validatingwebhookconfigurations': { hasGeneration: true, generationFields: ['webhooks'] },
  'apps/controllerrevisions': { hasGeneration: false },
  'batch/jobs': job,
  'coordination.k8s.io/leases': { ...createOnUpdate, hasGeneration: false },
  'discovery.k8s.io/endpointslices': { hasGeneration: true, countsAnnotations: true, countsLabels: true, generationFields: ['endpoints', 'ports', 'addressType'] },
  'node.k8s.io/runtimeclasses': createOnUpdate,
  'rbac.authorization.k8s.io/roles': createOnUpdate,
  'rbac.authorization.k8s.io/rolebindings': createOnUpdate,
  'rbac.authorization.k8s.io/clusterroles': createOnUpdate,
  'rbac.authorization.k8s.io/clusterrolebindings': createOnUpdate,
  'scheduling.k8s.io/priorityclasses': { hasGeneration: true, generationFields: ['value'] },
  'autoscaling/horizontalpodautoscalers': { hasGeneration: false },
  'certificates.k8s.io/certificatesigningrequests': certificateSigningRequest,
  'storage.k8s.io/storageclasses': returned,
  'storage.k8s.io/csidrivers': { ...returned, requiresResourceVersion: true },
  'storage.k8s.io/csinodes': { hasGeneration: false },
  'storage.k8s.io/volumeattachments': { hasGeneration: false },
};

/** Labels of a Deployment are not part of its status. */
function keepLabels(object: KubeObject, old: DeepReadonly<KubeObject>): void {
  const { labels } = old.metadata;
  if (labels) object.metadata.labels = { ...labels };
  else delete object.metadata.labels;
}

const NONE: Strategy = {};

export function strategyFor(group: string, resource: string): Strategy {
  return STRATEGIES[group ? `${group}/${resource}` : resource] ?? NONE;
}
