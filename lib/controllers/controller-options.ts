/** What controllers must be told about the installation. Everything else they read from the API. */
export interface ControllerOptions {
  /** PEM of the cluster's authority: content of every namespace's ConfigMap kube-root-ca.crt. Left out: these are not made. */
  readonly rootCa?: string;
  /** Range of pod addresses out of which nodes get their part. Left out: nodes bring their own podCIDR. */
  readonly clusterCidr?: string;
  /** @default 24 */
  readonly nodeCidrMaskSize?: number;
  /** Addresses that Services of type LoadBalancer are reached at, in the order of preference. Left out or empty: they stay pending. */
  readonly loadBalancerAddresses?: readonly string[];
  /** A LoadBalancer that has another address than one of these is somebody else's, and is left alone. @default false: it gets one of these */
  readonly keepForeignLoadBalancers?: boolean;
  /** Volumes on the nodes' own disks, made on demand. Left out: no dynamic provisioning, no default StorageClass. */
  readonly localVolumes?: LocalVolumes;
  /** @default 40 */
  readonly nodeMonitorGraceSeconds?: number;
  /** @default as the controller manager of Kubernetes 1.28 */
  readonly autoscaling?: AutoscalingOptions;
  /** Names of controllers that must not run (a real controller manager does their work). */
  readonly disabled?: readonly string[];
}

export interface LocalVolumes {
  /** On nodes that do not name one (VOLUMES_ANNOTATION); each volume is a directory below it, made by the kubelet when it is first mounted and removed by its node. */
  readonly directory: string;
}

export interface AutoscalingOptions {
  /** How often each autoscaler looks at its metrics. @default 15 */
  readonly syncPeriodSeconds?: number;
  /** Where an autoscaler does not say it. @default 300 */
  readonly downscaleStabilizationSeconds?: number;
  /** How far from the target is near enough. @default 0.1 */
  readonly tolerance?: number;
  /** @default 300 */
  readonly cpuInitializationSeconds?: number;
  /** @default 30 */
  readonly initialReadinessSeconds?: number;
}
