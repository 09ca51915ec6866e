import { mkdir } from 'node:fs/promises';
import type { Clock } from '../../base/clock';
import type { Logger } from '../../base/logger';
import { httpsTransport } from '../../client/https-transport';
import { keepRunning } from '../keep-running';
import { NodePart } from '../node-part';
import { type NodeConfiguration, HOST_ROOT, nodeDirectory, nodeLogDirectory, nodeVolumes, NODE_SOCKET } from './node-configuration';

/** The node part of a host without a control plane: runs, and is started again when it fails, until the signal aborts. Resolves when it is up for the first time. */
export async function runNode(configuration: NodeConfiguration, { clock, logger }: { readonly clock: Clock; readonly logger: Logger }, signal: AbortSignal): Promise<void> {
  const { runtime, nodeName, nodeAddress, server, ca, kubelet, services, podRange, serviceCidr, labels, leaseSeconds } = configuration;
  const directory = nodeDirectory(configuration);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const transports = { kubelet: httpsTransport({ server, ca, ...kubelet, userAgent: 'twelve-node' }), services: httpsTransport({ server, ca, ...services, userAgent: 'twelve-node' }) };
  const isNode = (username: string) => username.startsWith('system:node:');
  await keepRunning('node', (own) => new NodePart({
    runtime, nodeName, nodeAddress, podRange, serviceCidr, labels, leaseSeconds, directory, volumesDirectory: nodeVolumes(configuration), hostRoot: HOST_ROOT, clock, logger,
    socketPath: NODE_SOCKET,
    logDirectory: nodeLogDirectory(configuration),
    tls: { ...kubelet, clientCa: ca },
    identify: (username) => ({ transport: isNode(username) ? transports.kubelet : transports.services }),
  }).start(own), { clock, logger, signal });
}
