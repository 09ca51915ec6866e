import type { Clock } from '../base/clock';
import type { Logger } from '../base/logger';
import { nodeSubnet } from './node-subnet';
import type { Transport } from '../api/request';
import { createClient } from '../client/api-client';
import { ApiEventRecorder } from '../client/event-recorder';
import { InformerFactory } from '../client/informer-factory';
import type { DockerRuntime } from '../cri/docker/docker-runtime';
import type { PodNetworkGuard } from '../cri/pod-network';
import { componentUser, transportAs } from './component-user';
import type { DataDirectory } from './data-directory';
import { keepRunning } from './keep-running';
import { type ComponentAccess, type NodeServiceContext, nodeServices } from './node-services';
import type { Pki } from './pki/pki';
import type { RuntimeSettings } from './settings';
import { onEngineRestart } from './watch-engine';

export interface NodePartConfig {
  readonly settings: RuntimeSettings;
  readonly directory: DataDirectory;
  readonly pki: Pki;
  readonly nodeName: string;
  readonly nodeAddress: string;
  readonly transport: Transport;
  /** Of the Docker daemon. */
  readonly socketPath: string;
  readonly logDirectory?: string;
  /** Called when the pods' gateway exists: the API server then listens there too. */
  readonly onNetwork: (gateway: string) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Kubelet, pod network, proxy and DNS of this host. */
export class NodePart {
  /** By node service. */
  private readonly guards = new Map<string, PodNetworkGuard>();
  private readonly guard: PodNetworkGuard = {
    attaching: async (sandboxKey, address) => { await Promise.all([...this.guards.values()].map((guard) => guard.attaching(sandboxKey, address))); },
    released: (sandboxKey) => { for (const guard of this.guards.values()) guard.released(sandboxKey); },
  };

  constructor(private readonly config: NodePartConfig) {}

  /** Resolves when the node is registered and looks after its pods. Leaves the pods, the network and the rules as they are when the signal aborts. */
  async start(signal: AbortSignal): Promise<{ readonly ended: Promise<unknown> }> {
    const { settings, clock, logger, socketPath } = this.config;
    const [{ DockerRuntime: Runtime }, { BridgeNetwork }] = await Promise.all([import('../cri/docker/docker-runtime.js'), import('../cri/docker/network/bridge-network.js')]);
    const network = new BridgeNetwork({
      runtime: settings.name, podCidr: nodeSubnet(settings.podCidr), podRange: settings.podCidr, serviceCidr: settings.serviceCidr, guard: this.guard,
      logger: logger.child({ part: 'network' }),
    });
    const cri = await Runtime.open({ runtime: settings.name, network, socketPath, clock, logger: logger.child({ part: 'cri' }) });
    await cri.start();
    onEngineRestart(socketPath, () => void network.ensureForwarding().catch((error: unknown) => logger.warn('the pods could not be let through the firewall', { error })), { clock, signal });
    await this.config.onNetwork(network.gateway);

    const endpointGone = await this.startServices(network.gateway, signal);
    this.startNodeServices(network, signal);
    const kubelet = await this.kubelet(cri, network.gateway, network.podCidr, endpointGone);
    await kubelet.start(signal);
    return { ended: kubelet.stopped() };
  }

  private startNodeServices(network: { readonly gateway: string; readonly podCidr: string }, signal: AbortSignal): void {
    const { settings, directory, nodeName, nodeAddress, socketPath, clock } = this.config;
    for (const service of nodeServices) {
      const logger = this.config.logger.child({ part: service.name });
      const context: NodeServiceContext = {
        runtime: settings.name, nodeName, nodeAddress, podCidr: network.podCidr, podRange: settings.podCidr, serviceCidr: settings.serviceCidr, gateway: network.gateway,
        directory: directory.node, socketPath, as: (username, ...groups) => this.access(username, groups, logger),
        guardPods: (guard) => this.guards.set(service.name, guard), clock, logger,
      };
      void keepRunning(service.name, (own) => service.start(context, own), { clock, logger, signal });
    }
  }

  private access(username: string, groups: readonly string[], logger: Logger): ComponentAccess {
    const { nodeName, transport, clock } = this.config;
    const user = componentUser(username, ...groups);
    const client = createClient(transportAs(transport, user), { user, fieldManager: username.replace(/^system:/, '') });
    return {
      client,
      informers: new InformerFactory(client, { clock, logger, user }),
      events: new ApiEventRecorder({ client, component: username.replace(/^system:/, ''), host: nodeName, clock, logger }),
    };
  }

  /** Proxy and DNS: their informers are shared. */
  private async startServices(gateway: string, signal: AbortSignal): Promise<(podIp: string) => Promise<void>> {
    const { settings, nodeName, transport, clock, logger } = this.config;
    const [{ Proxier }, { DnsServer }] = await Promise.all([import('../proxy/proxier.js'), import('../dns/dns-server.js')]);
    const user = componentUser('system:kube-proxy', 'system:node-proxier');
    const client = createClient(transportAs(transport, user), { user, fieldManager: 'kube-proxy' });
    const informers = new InformerFactory(client, { clock, logger: logger.child({ part: 'proxy' }), user });
    const proxier = new Proxier({
      runtime: settings.name, informers, nodeName, serviceCidr: settings.serviceCidr, podRange: settings.podCidr, clock, logger: logger.child({ part: 'proxy' }),
      events: new ApiEventRecorder({ client, component: 'kube-proxy', host: nodeName, clock, logger }),
    });
    const dns = new DnsServer({ informers, address: gateway, ranges: [settings.serviceCidr, settings.podCidr], logger: logger.child({ part: 'dns' }) });
    await informers.start(signal);
    void proxier.start(signal);
    // Pods run without names too: DNS that cannot start is tried again beside everything else.
    void keepRunning('DNS', (own) => dns.start(own), { clock, logger, signal });
    return (podIp) => proxier.endpointGone(podIp);
  }

  private async kubelet(cri: DockerRuntime, gateway: string, podCidr: string, endpointGone: (podIp: string) => Promise<void>) {
    const { directory, pki, nodeName, nodeAddress, transport, logDirectory, clock, logger } = this.config;
    const { Kubelet } = await import('../kubelet/kubelet.js');
    const user = componentUser(`system:node:${nodeName}`, 'system:nodes');
    const client = createClient(transportAs(transport, user), { user, fieldManager: 'kubelet' });
    const ownLogger = logger.child({ part: 'kubelet' });
    return new Kubelet({
      client, cri, nodeName, nodeAddress, podCidr, clock, logDirectory,
      informers: new InformerFactory(client, { clock, logger: ownLogger, user }),
      events: new ApiEventRecorder({ client, component: 'kubelet', host: nodeName, clock, logger: ownLogger }),
      dataDirectory: directory.node,
      clusterDns: gateway,
      tls: { cert: pki.kubeletServer.cert, key: pki.kubeletServer.key, clientCa: pki.ca.cert },
      endpointRemoved: async ({ status }) => {
        if (status?.podIP) await endpointGone(status.podIP);
      },
      logger: ownLogger,
    });
  }
}
