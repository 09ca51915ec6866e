import { generateKeyPairSync } from 'node:crypto';
import * as path from 'node:path';
import type { Clock } from '../base/clock';
import type { Logger } from '../base/logger';
import type { Transport } from '../api/request';
import type { KubeObject } from '../api/types';
import { bootstrap } from '../apiserver/bootstrap/bootstrap';
import { OBJECT_STORE } from '../apiserver/store-options';
import { createClient } from '../client/api-client';
import { ApiEventRecorder } from '../client/event-recorder';
import { InformerFactory } from '../client/informer-factory';
import type { ControllerOptions } from '../controllers/controller-options';
import type { ContainerRuntime } from '../cri/cri';
import { Kubelet } from '../kubelet/kubelet';
import { MemoryBackend } from '../store/memory';
import { assemble } from './api-server';
import { componentUser, transportAs } from './component-user';
import { startControllerManager, startScheduler } from './control-plane';
import { firstServiceAddress } from './node-subnet';
import type { Pki } from './pki/pki';

export interface MemoryClusterConfig {
  /** One node for each, by name. */
  readonly nodes: Readonly<Record<string, ContainerRuntime>>;
  /** For the files of the pods. */
  readonly directory: string;
  readonly controllers?: ControllerOptions;
  readonly random?: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const SERVICE_CIDR = '10.96.0.0/16';
const GATEWAY = '10.240.0.1';
const PORT = 6443;

/** A whole cluster in this process: no port, no store on disk, no network. Resolves when every node is registered; ends with the signal. Gives the administrator's way in. */
export async function startMemoryCluster({ nodes, directory, controllers = {}, random, clock, logger }: MemoryClusterConfig, signal: AbortSignal): Promise<Transport> {
  const backend = new MemoryBackend<KubeObject>(OBJECT_STORE);
  const { server } = assemble(backend, { pki: pkiWithoutCertificates(), settings: { port: PORT, serviceCidr: SERVICE_CIDR }, random, clock, logger: logger.child({ part: 'apiserver' }) });
  await server.start(signal);
  await bootstrap(server.handle, { serviceAddress: firstServiceAddress(SERVICE_CIDR), address: GATEWAY, port: PORT });
  // Pods mount the authority's certificate; nobody connects, so any text does.
  const controlPlane = { transport: server.handle, options: { rootCa: 'none', ...controllers }, clock, logger };
  await Promise.all([startControllerManager(controlPlane, signal), startScheduler(controlPlane, signal)]);
  await Promise.all(Object.entries(nodes).map(([name, cri]) => startKubelet(name, cri, { transport: server.handle, directory, clock, logger }, signal)));
  return transportAs(server.handle, componentUser('kubernetes-admin'));
}

interface KubeletSurroundings extends Pick<MemoryClusterConfig, 'directory' | 'clock' | 'logger'> {
  readonly transport: Transport;
}

async function startKubelet(nodeName: string, cri: ContainerRuntime, { transport, directory, clock, logger }: KubeletSurroundings, signal: AbortSignal): Promise<void> {
  const client = createClient(transportAs(transport, componentUser(`system:node:${nodeName}`, 'system:nodes')), { fieldManager: 'kubelet' });
  const ownLogger = logger.child({ part: 'kubelet', node: nodeName });
  await new Kubelet({
    client, cri, nodeName, clock, logger: ownLogger, nodeAddress: '192.0.2.1', clusterDns: GATEWAY, dataDirectory: path.join(directory, nodeName),
    // Many kubelets share this machine, and none of them has what it is short of.
    observe: () => Promise.resolve({}),
    informers: new InformerFactory(client, { clock, logger: ownLogger }),
    events: new ApiEventRecorder({ client, component: 'kubelet', host: nodeName, clock, logger: ownLogger }),
  }).start(signal);
}

/** Nothing listens, so only tokens are signed. */
function pkiWithoutCertificates(): Pki {
  const none = { cert: '', key: '' };
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    ca: none, server: none, admin: none, kubeletClient: none, kubeletServer: none, frontProxy: { ca: none, client: none },
    serviceAccount: { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  };
}
