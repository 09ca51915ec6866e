import * as os from 'node:os';
import { type Clock, systemClock } from '../base/clock';
import { type Logger, silentLogger } from '../base/logger';
import type { ControllerOptions } from '../controllers/controller-options';
import { type HostRoute, freeRange, hostRoutes, refuseTakenRanges } from '../cri/docker/network/host-routes';
import { bridgeName } from '../cri/docker/network/names';
import { DEFAULT_PORTS, type IngressPorts } from '../ingress/ingress-ports';
import { type ApiServer, startApiServer } from './api-server';
import { componentUser, inProcess } from './component-user';
import { startControllerManager, startIngressController, startScheduler } from './control-plane';
import type { DataDirectory } from './data-directory';
import { nodeNameOf, primaryAddress } from './host-address';
import { keepRunning } from './keep-running';
import { kubeconfigFor } from './kubeconfig';
import { takeLock } from './lock';
import { serveNodes } from './nodes/serve-nodes';
import type { NodeShutdownRequest } from './node-shutdown-request';
import { firstServiceAddress, gatewayOf, nodeSubnet } from './node-subnet';
import { ensurePki, type Pki } from './pki/pki';
import { freePort } from './ports';
import { claimNodePorts, claimRange, claimRuntimeName } from './host-claims';
import { chooseSettings, type RuntimeSettings, tryReadSettings } from './settings';

export interface ClusterConfig {
  /** A DNS label; tells this runtime's things on the host from those of others. */
  readonly name: string;
  readonly directory: DataDirectory;
  /** Of the API on 127.0.0.1. @default as before, else 6443, else any free one */
  readonly port?: number;
  /** @default as before, else 10.240.0.0/16 or the next free range */
  readonly podCidr?: string;
  /** @default as before, else 10.96.0.0/16 or the next free range */
  readonly serviceCidr?: string;
  /** Ports of every host that Ingresses are reached at. @default as before, else 80 and 443 */
  readonly ingressPorts?: Partial<IngressPorts>;
  /** By which other hosts reach this one. @default as before while the host has it, else that of the default route */
  readonly nodeAddress?: string;
  /** A node that is not heard of for so long is lost. @default as before, else 40 */
  readonly nodeMonitorGraceSeconds?: number;
  /** Runs pods on this host; needs root, Linux and Docker. */
  readonly withNode: boolean;
  /** Of the Docker daemon. @default /var/run/docker.sock */
  readonly socketPath?: string;
  /** Where the links to the pods' logs are made. @default DataDirectory.logLinks */
  readonly logDirectory?: string;
  /** Told why the node part does not start, each time it is tried. */
  readonly onNodeFailure?: (error: unknown) => void;
  /** By which the host's end is told. */
  readonly nodeShutdown?: NodeShutdownRequest;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

export const DEFAULT_PORT = 6443;
const PORT_TRIES = 5;
const DEFAULT_POD_RANGE = '10.240.0.0/16';
const DEFAULT_SERVICE_RANGE = '10.96.0.0/16';

/** A runtime that answers. */
export interface Cluster {
  readonly settings: RuntimeSettings;
  readonly server: string;
  readonly nodeName: string;
  /** Resolves when the node looks after its pods; at once without one. */
  readonly nodeStarted: Promise<void>;
  /** Resolves after the signal has aborted, when everything acknowledged is on disk and the lock is given back. */
  readonly stopped: Promise<void>;
}

/**
 * Starts a runtime in this process: resolves when its API answers; controllers, scheduler and the node part come up beside it and are started again when
 * they fail. Rejects when the API cannot be served. Pods, network and rules stay when the signal aborts.
 */
export async function startCluster(config: ClusterConfig, signal: AbortSignal): Promise<Cluster> {
  const { directory } = config;
  directory.ensure();
  const unlock = takeLock(directory.lock);
  try {
    claimRuntimeName(config.name);
    const isNew = config.port === undefined && tryReadSettings(directory) === undefined;
    for (let tries = 1; ; tries += 1) {
      try {
        return await begin(config, unlock, signal);
      } catch (error) {
        // Another runtime that starts at the same time was faster to take the port.
        if (!isNew || tries === PORT_TRIES || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

async function begin(config: ClusterConfig, unlock: () => void, signal: AbortSignal): Promise<Cluster> {
  const { directory, clock = systemClock, logger = silentLogger } = config;
  const routes = await hostRoutes().catch(() => []);
  const settings = await settle(config, routes);
  const nodeName = nodeNameOf(os.hostname());
  const { nodeAddress } = settings;
  const gateway = gatewayOf(settings.podCidr);
  const pki = await ensurePki(directory.pki, {
    serverHosts: [gateway, firstServiceAddress(settings.serviceCidr), nodeAddress, nodeName], nodeName, nodeHosts: [nodeAddress, '127.0.0.1'], now: clock.now(),
  });
  // Whoever was killed in the middle of serving leaves a server that ends after its store.
  const apiServer = await startApiServer({ storeFile: directory.store, pki, settings, preferredNodePorts: claimNodePorts(), advertiseAddress: config.withNode ? gateway : nodeAddress, clock, logger: logger.child({ part: 'apiserver' }) });
  const server = `https://127.0.0.1:${settings.port}`;
  directory.write(directory.settings, `${JSON.stringify(settings, null, 2)}\n`);
  directory.write(directory.kubeconfig, kubeconfigFor({ name: settings.name, server, ca: pki.ca.cert, client: pki.admin }));
  const nodeStarted = startParts({ ...config, clock, logger }, { settings, apiServer, pki, nodeName, nodeAddress }, signal);
  return { settings, server, nodeName, nodeStarted, stopped: stop(apiServer, unlock, signal) };
}

async function settle({ name, directory, port, podCidr, serviceCidr, nodeAddress, nodeMonitorGraceSeconds, ingressPorts, withNode }: ClusterConfig, routes: readonly HostRoute[]): Promise<RuntimeSettings> {
  const known = tryReadSettings(directory);
  const bridge = bridgeName(name);
  const settings = chooseSettings({ name, port, podCidr, serviceCidr, nodeAddress, nodeMonitorGraceSeconds, ingressPorts }, known, {
    nodeAddress: keptAddress(known?.nodeAddress) ?? primaryAddress(routes, os.networkInterfaces()),
    port: known?.port ?? await freePort(DEFAULT_PORT),
    podCidr: known?.podCidr ?? freeRange(DEFAULT_POD_RANGE, routes, bridge, claimRange),
    serviceCidr: known?.serviceCidr ?? freeRange(DEFAULT_SERVICE_RANGE, routes, bridge, claimRange),
  });
  if (withNode) refuseTakenRanges({ podRange: settings.podCidr, serviceCidr: settings.serviceCidr }, routes, bridge);
  return settings;
}

/** The address of before, while it is one of this host. */
function keptAddress(address: string | undefined): string | undefined {
  return Object.values(os.networkInterfaces()).some((list) => list?.some((info) => info.address === address)) ? address : undefined;
}

interface Parts {
  readonly settings: RuntimeSettings;
  readonly apiServer: ApiServer;
  readonly pki: Pki;
  readonly nodeName: string;
  readonly nodeAddress: string;
}

function startParts(config: ClusterConfig & { readonly clock: Clock; readonly logger: Logger }, parts: Parts, signal: AbortSignal): Promise<void> {
  const { clock, logger, directory, withNode, socketPath = '/var/run/docker.sock' } = config;
  const { apiServer, nodeAddress } = parts;
  const controlPlane = { transport: apiServer.transport, options: controllerOptions(directory, parts), clock, logger };
  const context = { clock, logger, signal };
  void keepRunning('controllers', (own) => startControllerManager(controlPlane, own), context);
  void keepRunning('scheduler', (own) => startScheduler(controlPlane, own), context);
  void keepRunning('ingress controller', (own) => startIngressController({ ...controlPlane, runtime: config.name, ports: parts.settings.ingressPorts ?? DEFAULT_PORTS }, own), context);
  void keepRunning('the address for other nodes', (own) => serveNodes(apiServer, parts, { clock, logger }, own), context);
  if (!withNode) return Promise.resolve();
  const logDirectory = config.logDirectory ?? directory.logLinks(config.name);
  return keepRunning('node', async (own) => {
    const { NodePart } = await import('./node-part.js');
    const { settings, pki, nodeName } = parts;
    return new NodePart({
      runtime: settings.name, podRange: settings.podCidr, podCidr: nodeSubnet(settings.podCidr), serviceCidr: settings.serviceCidr,
      leaseSeconds: settings.nodeMonitorGraceSeconds, directory: directory.node, volumesDirectory: directory.volumes, nodeName, nodeAddress, socketPath, logDirectory, shutdown: config.nodeShutdown, clock, logger,
      tls: { cert: pki.kubeletServer.cert, key: pki.kubeletServer.key, clientCa: pki.ca.cert },
      identify: (username, groups) => inProcess(apiServer.transport, componentUser(username, ...groups)),
      onNetwork: (gateway) => apiServer.listen(gateway),
    }).start(own);
  }, { ...context, onFailure: config.onNodeFailure });
}

function controllerOptions(directory: DataDirectory, { pki, nodeAddress, settings }: Parts): ControllerOptions {
  return {
    rootCa: pki.ca.cert,
    clusterCidr: settings.podCidr,
    nodeMonitorGraceSeconds: settings.nodeMonitorGraceSeconds,
    loadBalancerAddresses: [nodeAddress],
    localVolumes: { directory: directory.volumes },
  };
}

async function stop(apiServer: ApiServer, unlock: () => void, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await apiServer.close();
  unlock();
}
