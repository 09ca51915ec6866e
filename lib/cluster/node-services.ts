import type { Clock } from '../base/clock';
import type { Logger } from '../base/logger';
import type { Client } from '../client/client';
import type { InformerFactory } from '../client/informer-factory';
import type { EventRecorder } from '../client/informers';
import type { ContainerRuntime } from '../cri/cri';
import type { PodNetworkGuard } from '../cri/pod-network';
import { ingressService } from './ingress-service';
import { networkPolicyService } from './network-policy-service';
import { localVolumesService } from './local-volumes-service';
import { podRoutesService } from './nodes/pod-routes-service';

/** What a node service may know of its host and its cluster. */
export interface NodeServiceContext {
  /** Name of the runtime: tells its things on the host from those of others. */
  readonly runtime: string;
  readonly nodeName: string;
  readonly nodeAddress: string;
  /** Of this node's pods. */
  readonly podCidr: string;
  /** Of all pods of the cluster. */
  readonly podRange: string;
  readonly serviceCidr: string;
  /** Of the pods: the host's address on their bridge. */
  readonly gateway: string;
  /** Of this node, for files that outlive a restart. */
  readonly directory: string;
  /** Of this node, for local volumes. */
  readonly volumesDirectory: string;
  /** Of the Docker daemon. */
  readonly socketPath: string;
  /** The containers of this node. */
  readonly cri: ContainerRuntime;
  /** A way to the API as this component, with informers and an event recorder of its own. */
  as(username: string, ...groups: readonly string[]): ComponentAccess;
  /** From then on the guard is asked about each pod of this node. A service has one: a later one of the same service takes the place of the earlier. */
  guardPods(guard: PodNetworkGuard): void;
  /** From then on a pod that ends is stopped only after `gone` has resolved with its address. One a service, as `guardPods`. */
  beforePodStops(gone: (podIp: string) => Promise<void>): void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ComponentAccess {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
}

/** Something that runs on every node beside kubelet, proxy and DNS. Heavy modules are imported in `start`, which is called before any pod is started. */
export interface NodeService {
  readonly name: string;
  /** Resolves when it works; ends with the signal. Started again with backoff when it fails. What it made on the host stays until `remove`. */
  start(context: NodeServiceContext, signal: AbortSignal): Promise<void>;
  /** Takes away what it made on this host (`twelve down`). Idempotent; nothing of the runtime runs then. */
  remove?(runtime: string, nodeName: string): Promise<void>;
}

/** To add one: a file, a line here, a test. */
export const nodeServices: readonly NodeService[] = [networkPolicyService, podRoutesService, localVolumesService, ingressService];
