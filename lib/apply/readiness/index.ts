import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { customResourceDefinition } from './custom-resource-definition';
import { daemonSet } from './daemon-set';
import { deployment } from './deployment';
import { job } from './job';
import { namespace } from './namespace';
import { persistentVolumeClaim } from './persistent-volume-claim';
import { pod } from './pod';
import type { Readiness, ReadinessRule } from './readiness';
import { replicaSet } from './replica-set';
import { service } from './service';
import { statefulSet } from './stateful-set';

/** By `group/Kind`. A kind without a rule is ready when it exists. */
const rules = {
  'apps/Deployment': deployment,
  'apps/StatefulSet': statefulSet,
  'apps/DaemonSet': daemonSet,
  'apps/ReplicaSet': replicaSet,
  '/ReplicationController': replicaSet,
  'batch/Job': job,
  '/Pod': pod,
  '/Service': service,
  '/PersistentVolumeClaim': persistentVolumeClaim,
  '/Namespace': namespace,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinition,
} satisfies Record<string, ReadinessRule<never>>;

function tryRule({ apiVersion, kind }: DeepReadonly<KubeObject>): ReadinessRule<KubeObject> | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  // Each rule gets objects of its own kind only: that is what the key says.
  return (rules as Readonly<Record<string, unknown>>)[`${group}/${kind}`] as ReadinessRule<KubeObject> | undefined;
}

export const hasReadiness = (object: DeepReadonly<KubeObject>) => tryRule(object) !== undefined;

/** @param object as the server has it now; undefined while it is not there */
export function readinessOf(object: DeepReadonly<KubeObject> | undefined): Readiness {
  if (!object) return { done: false, successful: false, message: 'missing' };
  return tryRule(object)?.(object) ?? { done: true, successful: true, message: '' };
}
