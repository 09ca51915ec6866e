import type { Client } from '../../client/client';
import type { DataDirectory } from '../data-directory';
import { Attempts } from './attempts';
import { connectTo, type DockerNode, forgetDockerNode, removeNodeContainer, tryDockerNode } from './docker-node';
import { type DrainConfig, drainNode } from './drain-node';

export interface RemoveDockerNodeConfig extends DrainConfig {
  readonly directory: DataDirectory;
}

/** Drains the node, removes what the runtime made on its host, and forgets it. Resolves with what could not be done (only with `force`), else undefined. */
export async function removeDockerNode(name: string, config: RemoveDockerNodeConfig, signal: AbortSignal): Promise<string | undefined> {
  const { directory, client } = config;
  const node = tryDockerNode(directory, name);
  if (!node) throw new Error(await client.tryGet('Node', { name }) ? `node ${name} is this host; end it with: twelve down` : `there is no node ${name}; see: twelve node list`);
  const attempts = new Attempts(config);
  if (await client.tryGet('Node', { name })) await attempts.attempt(`moving the pods of ${name}`, () => drainNode(name, config, signal));
  await attempts.attempt(`removing the node part from ${node.dockerHost}`, () => cleanHost(node, { purge: false }));
  await forgetNode(name, client);
  forgetDockerNode(directory, name);
  return attempts.left.length > 0 ? attempts.left.join('\n') : undefined;
}

/** Nothing of the runtime is left on the host but the image, and the volumes unless they are purged. Rejects when the host does not answer. */
export async function cleanHost(node: DockerNode, { purge }: { readonly purge: boolean }): Promise<void> {
  await removeNodeContainer(await connectTo(node), node, { purge });
}

/** The node's object, and the pods that nobody will end any more. */
export async function forgetNode(name: string, client: Client): Promise<void> {
  await client.tryDelete('Node', { name });
  for (const { metadata } of (await client.list('Pod', { fieldSelector: `spec.nodeName=${name}` })).items) {
    await client.tryDelete('Pod', { namespace: metadata.namespace, name: metadata.name ?? '' }, { gracePeriodSeconds: 0 });
  }
  await client.tryDelete('Lease', { namespace: 'kube-node-lease', name });
}
