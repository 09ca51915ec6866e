import { sleep } from '../../base/clock';
import { httpsTransport } from '../../client/https-transport';
import { keepRunning } from '../keep-running';
import { localVolumesService } from '../local-volumes-service';
import { networkPolicyService } from '../network-policy-service';
import { NodePart } from '../node-part';
import type { NodeService } from '../node-services';
import { podRoutesService } from '../nodes/pod-routes-service';
import { type JoinConfig, type JoinedNode, type NodeKeys, obtainKeys } from './join-node';
import { renewalTime } from './key-files';
import { loadBalancerService } from './load-balancer-service';
import { localProvisionerService } from './local-provisioner-service';

/** Ingresses are the cluster's own affair. */
const SERVICES: readonly NodeService[] = [networkPolicyService, podRoutesService];
const VOLUMES: readonly NodeService[] = [localProvisionerService, localVolumesService];

const CHECK_PERIOD = 60_000;
const RETRY = 300_000;

export type RunConfig = Pick<JoinConfig, 'name' | 'directory' | 'access' | 'user' | 'labels' | 'taints' | 'clock' | 'logger'> & {
  /** Told why the node part does not start, each time it is tried. */
  readonly onFailure: (error: unknown) => void;
};

/**
 * Kubelet, pod network, proxy and DNS of this host for the cluster it has joined, until the signal aborts; its pods stay then. With new certificates the node part begins anew, and adopts its pods.
 * `onStarted` is called when it looks after its pods for the first time.
 */
export async function runJoinedNode(joined: JoinedNode, config: RunConfig, onStarted: () => void, signal: AbortSignal): Promise<void> {
  const { clock, logger } = config;
  for (let { keys } = joined; !signal.aborted;) {
    const attempt = new AbortController();
    const own = AbortSignal.any([signal, attempt.signal]);
    void keepRunning('node', (part) => nodePart({ ...joined, keys }, config).start(part), { clock, logger, signal: own, onFailure: config.onFailure }).then(onStarted);
    keys = await renewed(keys, joined, config, signal);
    attempt.abort();
  }
}

/** Other keys than these, when they are due; the same when the signal aborts. */
async function renewed(keys: NodeKeys, { settings: { nodeName, nodeAddress } }: JoinedNode, { directory, access, user, clock, logger }: RunConfig, signal: AbortSignal): Promise<NodeKeys> {
  const due = () => Math.min(renewalTime(keys.client.cert), renewalTime(keys.serving.cert)) <= clock.now();
  while (!signal.aborted) {
    await sleep(clock, CHECK_PERIOD, signal);
    if (signal.aborted || !due()) continue;
    try {
      return await obtainKeys({ directory, access, user, nodeName, nodeAddress, clock, onWait: (what) => logger.warn(what) }, signal);
    } catch (error) {
      logger.error('the certificates of the node could not be renewed; trying again', { error });
      await sleep(clock, RETRY, signal);
    }
  }
  return keys;
}

function nodePart({ settings, annotations, keys }: JoinedNode, { name, directory, access, labels, taints, clock, logger }: RunConfig): NodePart {
  const transport = httpsTransport({ ...access, ...keys.client, userAgent: 'twelve-node' });
  const { nodeName, nodeAddress, podCidr, podRange, serviceCidr, socketPath, storageClass, loadBalancer } = settings;
  return new NodePart({
    runtime: name, nodeName, nodeAddress, podCidr, podRange, serviceCidr, labels, annotations, taints, socketPath, clock, logger,
    services: [...SERVICES, ...(storageClass === undefined ? [] : VOLUMES), ...(loadBalancer ? [loadBalancerService] : [])],
    directory: directory.node, volumesDirectory: directory.volumes, logDirectory: directory.logLinks(name),
    tls: { ...keys.serving, clientCa: keys.clientCa },
    identify: () => ({ transport }),
  });
}
