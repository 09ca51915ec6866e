/** What controllers must be told about the installation. Everything else they read from the API. */
export interface ControllerOptions {
  /** PEM of the cluster's authority: content of every namespace's ConfigMap kube-root-ca.crt. Left out: these are not made. */
  readonly rootCa?: string;
  /** Range of pod addresses out of which nodes get their part. Left out: nodes bring their own podCIDR. */
  readonly clusterCidr?: string;
  /** @default 24 */
  readonly nodeCidrMaskSize?: number;
  /** Addresses that Services of type LoadBalancer are reached at. Left out or empty: they stay pending. */
  readonly loadBalancerAddresses?: readonly string[];
  /** Directory on the node under which the local provisioner makes volumes. Left out: no dynamic provisioning, no default StorageClass. */
  readonly volumesDirectory?: string;
  /** @default 40 */
  readonly nodeMonitorGraceSeconds?: number;
  /** Names of controllers that must not run (a real controller manager does their work). */
  readonly disabled?: readonly string[];
}
