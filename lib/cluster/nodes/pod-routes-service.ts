import type { DeepReadonly } from '../../base/deep-readonly';
import type { Node } from '../../api/types';
import { tryRunCommand } from '../../base/run-command';
import type { Client } from '../../client/client';
import { tunnelName } from '../../cri/docker/network/names';
import { connectedNetworks, type Peer, type PeerRoute, PeerRoutes, planPeerRoutes } from '../../cri/docker/network/peer-routes';
import type { NodeService, NodeServiceContext } from '../node-services';

/** Tells the other nodes which networks this one is in. */
export const NETWORKS_ANNOTATION = 'twelve.dev/networks';
const RETRY = 5_000;

/** Routes to the pods of the other hosts, kept as nodes come and go. */
export const podRoutesService: NodeService = {
  name: 'pod-routes',

  async start(context, signal) {
    const { runtime, nodeName, nodeAddress, podCidr, podRange, as } = context;
    const { client } = as(`system:node:${nodeName}`, 'system:nodes');
    const { informers } = as('system:pod-routes');
    const own: Peer = { name: nodeName, address: nodeAddress, podCidr, networks: await connectedNetworks() };
    const routes = new PeerRoutes({ runtime, podRange, podCidr, address: nodeAddress });
    const follow = follower(async () => {
      const nodes = informers.lister.list('Node');
      await announce(own, nodes, client);
      return planPeerRoutes(own, peersOf(own, nodes));
    }, routes, context, signal);
    informers.onChange('Node', follow);
    await informers.start(signal);
    follow();
  },

  async remove(runtime) {
    await tryRunCommand('ip', ['link', 'del', tunnelName(runtime)]);
  },
};

/** One change of the routes at a time; what failed is tried again. */
function follower(plan: () => Promise<readonly PeerRoute[]>, routes: PeerRoutes, { clock, logger }: NodeServiceContext, signal: AbortSignal): () => void {
  let written = '';
  let running = Promise.resolve();
  const write = async () => {
    if (signal.aborted) return;
    try {
      const wanted = await plan();
      const text = JSON.stringify(wanted);
      if (text === written) return;
      await routes.set(wanted);
      written = text;
    } catch (error) {
      logger.warn('the routes to the pods of other nodes could not be set; trying again', { error });
      clock.setTimer(RETRY, follow);
    }
  };
  const follow = () => { running = running.then(write); };
  return follow;
}

/** This node as it is registered says where it is. */
async function announce({ name, networks }: Peer, nodes: readonly DeepReadonly<Node>[], client: Client): Promise<void> {
  const own = nodes.find(({ metadata }) => metadata.name === name);
  if (!own || own.metadata.annotations?.[NETWORKS_ANNOTATION] === networks.join(',')) return;
  await client.patch('Node', { name }, { metadata: { annotations: { [NETWORKS_ANNOTATION]: networks.join(',') } } }, { type: 'merge' });
}

/** Nodes that have told where they are. Pure. */
export function peersOf(own: Pick<Peer, 'name'>, nodes: readonly DeepReadonly<Node>[]): readonly Peer[] {
  return nodes.flatMap(({ metadata: { name = '', annotations }, spec, status }) => {
    const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
    const networks = annotations?.[NETWORKS_ANNOTATION];
    return name !== own.name && address && spec?.podCIDR && networks !== undefined ? [{ name, address, podCidr: spec.podCIDR, networks: networks.split(',').filter(Boolean) }] : [];
  });
}
