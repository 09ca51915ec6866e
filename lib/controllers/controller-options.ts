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
  /** Volumes on the nodes' own disks, made on demand. Left out: no dynamic provisioning, no default StorageClass. */
  readonly localVolumes?: LocalVolumes;
  /** @default 40 */
  readonly nodeMonitorGraceSeconds?: number;
  /** Names of controllers that must not run (a real controller manager does their work). */
  readonly disabled?: readonly string[];
}

export interface LocalVolumes {
  /** On every node; each volume is a directory below it, made by the kubelet when it is first mounted. */
  readonly directory: string;
  /** Removes a volume's directory from the node. May be called again after a failure; must refuse paths outside `directory`. */
  remove(node: string, path: string): Promise<void>;
}
