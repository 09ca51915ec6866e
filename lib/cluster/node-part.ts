import type { Clock } from '../base/clock';
import type { Logger } from '../base/logger';
import { PORTS_IN_USE_ANNOTATION } from '../api/ports-in-use';
import type { Transport, UserInfo } from '../api/request';
import type { Taint } from '../api/taints';
import { createClient } from '../client/api-client';
import { ApiEventRecorder } from '../client/event-recorder';
import { InformerFactory } from '../client/informer-factory';
import type { DockerRuntime } from '../cri/docker/docker-runtime';
import type { PodNetworkGuard } from '../cri/pod-network';
import type { ServerTls } from '../kubelet/server/kubelet-server';
import { keepRunning } from './keep-running';
import { logDirectoryOf, readKubeletConfiguration } from './kubelet-configuration-file';
import { type ComponentAccess, type NodeService, type NodeServiceContext, nodeServices } from './node-services';
import type { NodeShutdownRequest } from './node-shutdown-request';
import { obtainPodCidr } from './obtain-pod-cidr';
import { tryPortOwner } from './ports';
import { onEngineRestart } from './watch-engine';

/** A way to the API as one component: the user is told where the transport does not say who asks. */
export interface Identity {
  readonly transport: Transport;
  readonly user?: UserInfo;
}

export interface NodePartConfig {
  /** Name of the runtime. */
  readonly runtime: string;
  readonly nodeName: string;
  readonly nodeAddress: string;
  /** Of all pods of the cluster. */
  readonly podRange: string;
  readonly serviceCidr: string;
  /** Of this node's pods. @default what the cluster gives the node */
  readonly podCidr?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Of the Node when it is made. */
  readonly taints?: readonly Taint[];
  /** What runs beside kubelet, proxy and DNS. @default all there is */
  readonly services?: readonly NodeService[];
  /** Of the node's Lease. @default 40 */
  readonly leaseSeconds?: number;
  /** For files that outlive a restart. */
  readonly directory: string;
  /** For local volumes. */
  readonly volumesDirectory: string;
  /** Where the host's own files are. @default '': as this process sees them */
  readonly hostRoot?: string;
  /** Of the Docker daemon. */
  readonly socketPath: string;
  readonly logDirectory?: string;
  /** Certificate of the node's own port, and the authority of those who may call it. */
  readonly tls: ServerTls;
  readonly identify: (username: string, groups: readonly string[]) => Identity;
  /** Called when the pods' gateway exists: an API server in the same process then listens there too. */
  readonly onNetwork?: (gateway: string) => Promise<void>;
  /** By which the host's end is told. */
  readonly shutdown?: NodeShutdownRequest;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Kubelet, pod network, proxy and DNS of this host. */
export class NodePart {
  /** By node service. */
  private readonly guards = new Map<string, PodNetworkGuard>();
  private readonly stopWaits = new Map<string, (podIp: string) => Promise<void>>();
  private readonly guard: PodNetworkGuard = {
    attaching: async (sandboxKey, address) => { await Promise.all([...this.guards.values()].map((guard) => guard.attaching(sandboxKey, address))); },
    released: (sandboxKey) => { for (const guard of this.guards.values()) guard.released(sandboxKey); },
  };

  constructor(private readonly config: NodePartConfig) {}

  /** Resolves when the node is registered and looks after its pods. Leaves the pods, the network and the rules as they are when the signal aborts. */
  async start(signal: AbortSignal): Promise<{ readonly ended: Promise<unknown> }> {
    const { runtime, podRange, serviceCidr, clock, logger, socketPath } = this.config;
    const podCidr = this.config.podCidr ?? await obtainPodCidr(this.config.nodeName, { client: this.kubeletAccess().client, clock, signal });
    const [{ DockerRuntime: Runtime }, { BridgeNetwork }] = await Promise.all([import('../cri/docker/docker-runtime.js'), import('../cri/docker/network/bridge-network.js')]);
    const network = new BridgeNetwork({
      runtime, podCidr, podRange, serviceCidr, guard: this.guard, logger: logger.child({ part: 'network' }),
    });
    const cri = await Runtime.open({ runtime, network, socketPath, clock, logger: logger.child({ part: 'cri' }) });
    await cri.start();
    onEngineRestart(socketPath, () => void network.ensureForwarding().catch((error: unknown) => logger.warn('the pods could not be let through the firewall', { error })), { clock, signal });
    await this.config.onNetwork?.(network.gateway);

    const endpointGone = await this.startServices(network.gateway, signal);
    this.startNodeServices(network, cri, signal);
    const kubelet = await this.kubelet(cri, network.gateway, network.podCidr, endpointGone);
    await kubelet.start(signal);
    this.config.shutdown?.onRequest(() => kubelet.shutdown(signal));
    return { ended: kubelet.stopped() };
  }

  private startNodeServices(network: { readonly gateway: string; readonly podCidr: string }, cri: DockerRuntime, signal: AbortSignal): void {
    const { runtime, podRange, serviceCidr, directory, volumesDirectory, nodeName, nodeAddress, socketPath, clock } = this.config;
    for (const service of this.config.services ?? nodeServices) {
      const logger = this.config.logger.child({ part: service.name });
      const context: NodeServiceContext = {
        runtime, nodeName, nodeAddress, podCidr: network.podCidr, podRange, serviceCidr, gateway: network.gateway, directory, volumesDirectory, socketPath, cri, as: (username, ...groups) => this.access(username, groups, logger),
        guardPods: (guard) => this.guards.set(service.name, guard), beforePodStops: (gone) => this.stopWaits.set(service.name, gone), clock, logger,
      };
      void keepRunning(service.name, (own) => service.start(context, own), { clock, logger, signal });
    }
  }

  private access(username: string, groups: readonly string[], logger: Logger): ComponentAccess {
    const { nodeName, identify, clock } = this.config;
    const { transport, user } = identify(username, groups);
    const component = username.startsWith('system:node:') ? 'kubelet' : username.replace(/^system:/, '');
    const client = createClient(transport, { user, fieldManager: component });
    return { client, informers: new InformerFactory(client, { clock, logger, user }), events: new ApiEventRecorder({ client, component, host: nodeName, clock, logger }) };
  }

  private kubeletAccess(): ComponentAccess {
    return this.access(`system:node:${this.config.nodeName}`, ['system:nodes'], this.config.logger.child({ part: 'kubelet' }));
  }

  /** Proxy and DNS: their informers are shared. */
  private async startServices(gateway: string, signal: AbortSignal): Promise<(podIp: string) => Promise<void>> {
    const { runtime, podRange, serviceCidr, nodeName, clock, logger } = this.config;
    const [{ Proxier }, { DnsServer }] = await Promise.all([import('../proxy/proxier.js'), import('../dns/dns-server.js')]);
    const proxyLogger = logger.child({ part: 'proxy' });
    const { informers, events } = this.access('system:kube-proxy', ['system:node-proxier'], proxyLogger);
    const node = this.kubeletAccess().client;
    const proxier = new Proxier({
      runtime, informers, nodeName, serviceCidr, podRange, clock, logger: proxyLogger, events, tryPortOwner,
      declarePortsInUse: (text) => node.patch('Node', { name: nodeName }, { metadata: { annotations: { [PORTS_IN_USE_ANNOTATION]: text ?? null } } }, { type: 'merge' }),
    });
    const dns = new DnsServer({ informers, address: gateway, ranges: [serviceCidr, podRange], logger: logger.child({ part: 'dns' }) });
    await informers.start(signal);
    void proxier.start(signal);
    // Pods run without names too: DNS that cannot start is tried again beside everything else.
    void keepRunning('DNS', (own) => dns.start(own), { clock, logger, signal });
    return (podIp) => proxier.endpointGone(podIp);
  }

  private async kubelet(cri: DockerRuntime, gateway: string, podCidr: string, endpointGone: (podIp: string) => Promise<void>) {
    const { directory, hostRoot, tls, nodeName, nodeAddress, labels, annotations, taints, leaseSeconds, clock, logger } = this.config;
    const configuration = readKubeletConfiguration(directory);
    const logDirectory = logDirectoryOf(configuration) ?? this.config.logDirectory;
    const { Kubelet } = await import('../kubelet/kubelet.js');
    return new Kubelet({
      ...this.kubeletAccess(), cri, nodeName, nodeAddress, labels, annotations, taints, leaseSeconds, podCidr, clock, logDirectory, tls, configuration,
      dataDirectory: directory, hostRoot,
      clusterDns: gateway,
      endpointRemoved: async ({ status }) => {
        const { podIP } = status ?? {};
        if (podIP) await Promise.all([endpointGone, ...this.stopWaits.values()].map((gone) => gone(podIP)));
      },
      logger: logger.child({ part: 'kubelet' }),
    });
  }
}
