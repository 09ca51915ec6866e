import { cronJob } from './cron-job';
import { customResourceDefinition } from './custom-resource-definition';
import { daemonSet } from './daemon-set';
import { deployment } from './deployment';
import { job } from './job';
import { pod } from './pod';
import { podTemplate } from './pod-template-object';
import { replicaSet, replicationController } from './replica-set';
import { statefulSet } from './stateful-set';
import { anyKind, type Validator } from './validator';

/** Who checks which resource: `resource.group`, core ones without a group. */
export const VALIDATORS: Readonly<Record<string, Validator | undefined>> = {
  'cronjobs.batch': anyKind(cronJob),
  'customresourcedefinitions.apiextensions.k8s.io': anyKind(customResourceDefinition),
  'daemonsets.apps': anyKind(daemonSet),
  'deployments.apps': anyKind(deployment),
  'jobs.batch': anyKind(job),
  pods: anyKind(pod),
  podtemplates: anyKind(podTemplate),
  'replicasets.apps': anyKind(replicaSet),
  replicationcontrollers: anyKind(replicationController),
  'statefulsets.apps': anyKind(statefulSet),
};
