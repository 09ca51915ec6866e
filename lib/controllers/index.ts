import { clusterRoleAggregation } from './cluster-role-aggregation';
import type { Controller, Service } from './controller';
import { daemonSet } from './daemon-set/daemon-set';
import { deployment } from './deployment/deployment';
import { disruptionBudget } from './disruption-budget/disruption-budget';
import { staleDisruption } from './disruption-budget/stale-disruption';
import { endpointSlice } from './endpoints/endpoint-slice';
import { endpointSliceMirroring } from './endpoints/endpoint-slice-mirroring';
import { endpoints } from './endpoints/endpoints';
import { garbageCollector } from './garbage-collector/garbage-collector';
import { cronJob } from './job/cron-job';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler/horizontal-pod-autoscaler';
import { job } from './job/job';
import { ttlAfterFinished } from './job/ttl-after-finished';
import { namespace } from './namespace';
import { nodeIpam } from './nodes/node-ipam';
import { nodeLifecycle } from './nodes/node-lifecycle';
import { podGarbageCollector } from './nodes/pod-garbage-collector';
import { taintEviction } from './nodes/taint-eviction';
import { persistentVolumeClaim } from './persistent-volumes/claim';
import { defaultStorageClass } from './persistent-volumes/default-storage-class';
import { ephemeralVolume } from './persistent-volumes/ephemeral-volume';
import { claimProtection, volumeProtection } from './persistent-volumes/protection';
import { persistentVolume } from './persistent-volumes/volume';
import { replicaSet } from './replica-set';
import { replicationController } from './replication-controller';
import { resourceQuota } from './resource-quota/resource-quota';
import { rootCa } from './root-ca';
import { serviceAccount } from './service-account';
import { serviceLoadBalancer } from './service-load-balancer';
import { statefulSet } from './stateful-set/stateful-set';

/** Every controller that runs. To add one: a file, a line here, a test. */
export const controllers: readonly Controller[] = [
  namespace,
  serviceAccount,
  rootCa,
  deployment,
  replicaSet,
  replicationController,
  statefulSet,
  daemonSet,
  job,
  cronJob,
  ttlAfterFinished,
  endpoints,
  endpointSlice,
  endpointSliceMirroring,
  serviceLoadBalancer,
  persistentVolumeClaim,
  persistentVolume,
  ephemeralVolume,
  claimProtection,
  volumeProtection,
  nodeIpam,
  nodeLifecycle,
  taintEviction,
  podGarbageCollector,
  disruptionBudget,
  horizontalPodAutoscaler,
  staleDisruption,
  resourceQuota,
  clusterRoleAggregation,
];

/** Those that follow resources that only discovery knows, or act once. */
export const services: readonly Service[] = [
  garbageCollector,
  defaultStorageClass,
];
