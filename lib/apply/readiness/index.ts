import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { tryResourceOf } from '../../api/kinds';
import { apiService } from './api-service';
import { certificateSigningRequest } from './certificate-signing-request';
import type { WithConditions } from './conditions';
import { customResource } from './custom-resource';
import { customResourceDefinition } from './custom-resource-definition';
import { daemonSet } from './daemon-set';
import { deployment } from './deployment';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler';
import { job } from './job';
import { namespace } from './namespace';
import { persistentVolume } from './persistent-volume';
import { persistentVolumeClaim } from './persistent-volume-claim';
import { pod } from './pod';
import { podDisruptionBudget } from './pod-disruption-budget';
import type { Readiness, ReadinessRule } from './readiness';
import { replicaSet } from './replica-set';
import { service } from './service';
import { statefulSet } from './stateful-set';
import { byUserRule, tryUserRule, type UserRule } from './user-rule';

/** By `group/Kind`. A kind of Kubernetes without a rule is ready when it exists: nothing happens to it afterwards that its status would tell (a CronJob, an Ingress, a webhook). */
const rules = {
  'apps/Deployment': deployment,
  'apps/StatefulSet': statefulSet,
  'apps/DaemonSet': daemonSet,
  'apps/ReplicaSet': replicaSet,
  '/ReplicationController': replicaSet,
  'batch/Job': job,
  '/Pod': pod,
  '/Service': service,
  '/PersistentVolume': persistentVolume,
  '/PersistentVolumeClaim': persistentVolumeClaim,
  '/Namespace': namespace,
  'autoscaling/HorizontalPodAutoscaler': horizontalPodAutoscaler,
  'policy/PodDisruptionBudget': podDisruptionBudget,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinition,
  'apiregistration.k8s.io/APIService': apiService,
  'certificates.k8s.io/CertificateSigningRequest': certificateSigningRequest,
} satisfies Record<string, ReadinessRule<never>>;

function tryRule({ apiVersion, kind }: DeepReadonly<KubeObject>): ReadinessRule<KubeObject> | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  // Each rule gets objects of its own kind only: that is what the key says.
  return (rules as Readonly<Record<string, unknown>>)[`${group}/${kind}`] as ReadinessRule<KubeObject> | undefined;
}

/** Whether the kind is none of Kubernetes' own. */
export const isCustom = ({ apiVersion, kind }: DeepReadonly<KubeObject>) => apiVersion.includes('.') && !/\.k8s\.io\//.test(apiVersion) && tryResourceOf(kind, apiVersion) === undefined;

/** What a definition says is about the objects of its kind, not about itself. */
const ownRule = ({ kind, metadata }: DeepReadonly<KubeObject>) => (kind === 'CustomResourceDefinition' ? undefined : tryUserRule(metadata.annotations));

/** Whether there is anything to wait for. */
export const hasReadiness = (object: DeepReadonly<KubeObject>) => tryRule(object) !== undefined || isCustom(object) || ownRule(object) !== undefined;

/**
 * @param object as the server has it now; undefined while it is not there
 * @param ofKind what the definition of its kind says; the object's own annotations come first
 */
export function readinessOf(object: DeepReadonly<KubeObject> | undefined, ofKind?: UserRule): Readiness {
  if (!object) return { done: false, successful: false, message: 'missing' };
  const rule = ownRule(object) ?? ofKind;
  const own = tryRule(object)?.(object) ?? (isCustom(object) && !rule ? customResource(object as WithConditions) : undefined);
  // What somebody has said comes on top of what Kubernetes knows about its own kinds.
  if (rule && (!own || (own.done && own.successful))) return byUserRule(rule, object as WithConditions);
  return own ?? { done: true, successful: true, message: '' };
}
