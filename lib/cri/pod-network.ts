/**
 * What the CRI implementation asks of the host's network (the CNI of this runtime). One instance per node; safe to call concurrently for
 * different pods. All state is re-readable from the kernel, so a restarted node part goes on with what it finds.
 */
export interface PodNetwork {
  /** Gateway of the node's pod subnet: nameserver of the pods. Valid after `start`. */
  readonly gateway: string;
  /** The node's pod subnet, `10.240.0.0/24`. */
  readonly podCidr: string;
  /** Makes bridge, forwarding and masquerade; idempotent; removes what dead sandboxes left. `known` are the addresses of sandboxes that live. */
  start(known: readonly KnownPodAddress[]): Promise<void>;
  /** Reserves an address before the sandbox exists. The same key gets the same address until `release`. */
  reserve(sandboxKey: string): string;
  release(sandboxKey: string): void;
  /** Puts eth0 with the reserved address into the network namespace of the process. The caller made sure that it has left the host's. Idempotent. */
  attach(sandboxKey: string, pid: number): Promise<void>;
  /** Host ports of the pod (`hostPort`), by DNAT. Replaces the earlier set of the same key; [] removes. */
  setHostPorts(sandboxKey: string, ports: readonly HostPort[]): Promise<void>;
  /** Removes everything this node part made (veth, bridge, table). Idempotent. */
  remove(): Promise<void>;
}

/** Is asked before a pod is connected: a rejection keeps it from starting. */
export interface PodNetworkGuard {
  attaching(sandboxKey: string, address: string): Promise<void>;
  /** The address is free again. */
  released(sandboxKey: string): void;
}

export interface KnownPodAddress {
  readonly sandboxKey: string;
  readonly address: string;
}

export interface HostPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly hostIp?: string;
  readonly hostPort: number;
  readonly containerPort: number;
}
