import type { AnyObject } from '../any-object';
import type { Resource } from '../registry/resource';
import { bindingCells, configMapCells, secretCells, serviceAccountCells } from './access';
import { autoscalerCells } from './autoscaling';
import * as cluster from './cluster';
import { customCells } from './custom';
import * as network from './network';
import { podCells, podTemplateCells } from './pods';
import * as storage from './storage';
import type { CellMaker } from './values';
import * as workloads from './workloads';

/** By resource; the columns of all versions of a resource are the same. */
const MAKERS: Readonly<Record<string, CellMaker>> = {
  'pods': podCells,
  'podtemplates': podTemplateCells,
  'deployments.apps': workloads.deploymentCells,
  'replicasets.apps': workloads.replicaSetCells,
  'daemonsets.apps': workloads.daemonSetCells,
  'statefulsets.apps': workloads.statefulSetCells,
  'controllerrevisions.apps': workloads.controllerRevisionCells,
  'replicationcontrollers': workloads.replicationControllerCells,
  'jobs.batch': workloads.jobCells,
  'cronjobs.batch': workloads.cronJobCells,
  'poddisruptionbudgets.policy': workloads.disruptionBudgetCells,
  'scales.autoscaling': workloads.scaleCells,
  'horizontalpodautoscalers.autoscaling': autoscalerCells,
  'services': network.serviceCells,
  'endpoints': network.endpointsCells,
  'endpointslices.discovery.k8s.io': network.endpointSliceCells,
  'ingresses.networking.k8s.io': network.ingressCells,
  'ingressclasses.networking.k8s.io': network.ingressClassCells,
  'networkpolicies.networking.k8s.io': network.networkPolicyCells,
  'persistentvolumeclaims': storage.claimCells,
  'persistentvolumes': storage.volumeCells,
  'storageclasses.storage.k8s.io': storage.storageClassCells,
  'volumeattachments.storage.k8s.io': storage.attachmentCells,
  'csidrivers.storage.k8s.io': storage.csiDriverCells,
  'csinodes.storage.k8s.io': storage.csiNodeCells,
  'nodes': cluster.nodeCells,
  'namespaces': cluster.namespaceCells,
  'resourcequotas': cluster.quotaCells,
  'events': cluster.eventCells,
  'events.events.k8s.io': cluster.eventCells,
  'certificatesigningrequests.certificates.k8s.io': cluster.signingRequestCells,
  'priorityclasses.scheduling.k8s.io': cluster.priorityClassCells,
  'runtimeclasses.node.k8s.io': cluster.runtimeClassCells,
  'leases.coordination.k8s.io': cluster.leaseCells,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': cluster.webhookCells,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': cluster.webhookCells,
  'apiservices.apiregistration.k8s.io': cluster.apiServiceCells,
  'flowschemas.flowcontrol.apiserver.k8s.io': cluster.flowSchemaCells,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': cluster.priorityLevelCells,
  'rolebindings.rbac.authorization.k8s.io': bindingCells,
  'clusterrolebindings.rbac.authorization.k8s.io': bindingCells,
  'configmaps': configMapCells,
  'secrets': secretCells,
  'serviceaccounts': serviceAccountCells,
};

/** The cells of one row, in the order of `columnsOf`. */
export function cellsOf(resource: Resource, object: AnyObject, now: number): readonly unknown[] {
  if (resource.custom) return customCells(resource, object, now);
  const make = MAKERS[resource.group ? `${resource.resource}.${resource.group}` : resource.resource];
  return make ? make(object, now) : [object.metadata.name, object.metadata.creationTimestamp];
}
