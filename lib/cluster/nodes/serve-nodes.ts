import type { Clock } from '../../base/clock';
import type { Logger } from '../../base/logger';
import { createClient } from '../../client/api-client';
import { InformerFactory } from '../../client/informer-factory';
import type { ApiServer } from '../api-server';
import { DOCKER_HOST_ANNOTATION } from './docker-host-annotation';
import { componentUser, inProcess } from '../component-user';

/**
 * Serves the API on the address that other hosts reach, from the first node on whose node part is not in this process: a runtime of one host is not open to its network.
 * Resolves when the nodes are known; goes on until the signal aborts.
 */
export async function serveNodes(
  apiServer: ApiServer, { nodeAddress }: { readonly nodeAddress: string }, { clock, logger }: { readonly clock: Clock; readonly logger: Logger }, signal: AbortSignal,
): Promise<void> {
  const { transport, user } = inProcess(apiServer.transport, componentUser('system:twelve'));
  const informers = new InformerFactory(createClient(transport, { user, fieldManager: 'twelve' }), { clock, logger, user });
  informers.onChange('Node', ({ object }) => {
    if (object.metadata.annotations?.[DOCKER_HOST_ANNOTATION] === undefined) return;
    apiServer.listen(nodeAddress).catch((error: unknown) => logger.error('other nodes cannot reach the API', { address: nodeAddress, error }));
  });
  await informers.start(signal);
}
