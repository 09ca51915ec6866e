import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDockerHost, type DockerTls } from '../../cri/docker/docker-host';
import { DockerHostClient, type HostContainer } from '../../cri/docker/docker-host-client';
import type { DataDirectory } from '../data-directory';
import { HOST_ROOT, NODE_CONFIGURATION, NODE_DATA, NODE_SOCKET, type NodeConfiguration } from './node-configuration';
import { nodeCommand } from './node-image';

/** How a further Docker host is reached. Kept in the data directory: `stop`, `down` and `node remove` need it. */
export interface DockerNode {
  readonly name: string;
  /** As in $DOCKER_HOST. */
  readonly dockerHost: string;
  readonly tls?: DockerTls;
  /** Of the daemon, on its own host. */
  readonly socketPath: string;
  readonly image: string;
  readonly configuration: NodeConfiguration;
}

const NODE_LABEL = 'cdk8s-twelve-factor/node';
const fileOf = (directory: DataDirectory, name: string) => path.join(directory.nodes, `${name}.json`);

export function saveDockerNode(directory: DataDirectory, node: DockerNode): void {
  fs.mkdirSync(directory.nodes, { recursive: true, mode: 0o700 });
  directory.write(fileOf(directory, node.name), `${JSON.stringify(node, null, 2)}\n`);
}

export function dockerNodes(directory: DataDirectory): readonly DockerNode[] {
  const names = fs.existsSync(directory.nodes) ? fs.readdirSync(directory.nodes).filter((name) => name.endsWith('.json')).sort() : [];
  return names.map((name) => JSON.parse(fs.readFileSync(path.join(directory.nodes, name), 'utf8')) as DockerNode);
}

export function tryDockerNode(directory: DataDirectory, name: string): DockerNode | undefined {
  return dockerNodes(directory).find((node) => node.name === name);
}

export function forgetDockerNode(directory: DataDirectory, name: string): void {
  fs.rmSync(fileOf(directory, name), { force: true });
}

export const connectTo = ({ dockerHost, tls }: Pick<DockerNode, 'dockerHost' | 'tls'>) => DockerHostClient.connect(parseDockerHost(dockerHost), tls);

/** Of the node's container: one a node, so that it is found again. */
export const containerName = ({ name, configuration }: Pick<DockerNode, 'name' | 'configuration'>) => `twelve-node-${configuration.runtime}-${name}`;

/** Starts the node part on its host, in the place of an earlier one. Its pods go on meanwhile. */
export async function startNodeContainer(docker: DockerHostClient, node: DockerNode): Promise<void> {
  await docker.replace(nodeContainer(node));
}

/** Ends the node part and takes away its pods, network and rules, and with `purge` its volumes: nothing else of the runtime is left on the host. Idempotent. */
export async function removeNodeContainer(docker: DockerHostClient, node: DockerNode, { purge }: { readonly purge: boolean }): Promise<void> {
  const name = containerName(node);
  const cleaner = { ...nodeContainer(node), name: `${name}-remove`, command: nodeCommand('--remove', ...(purge ? ['--purge'] : [])), alwaysRunning: false };
  if (!await docker.hasImage(node.image)) throw new Error(`the image ${node.image} is gone from ${node.dockerHost}; add the node again, then remove it`);
  await docker.remove(name);
  await docker.replace(cleaner);
  try {
    const code = await docker.waitFor(cleaner.name);
    if (code !== 0) throw new Error(`the pods of node ${node.name} could not be removed from ${node.dockerHost}:\n${await docker.logs(cleaner.name, 20)}`);
  } finally {
    await docker.remove(cleaner.name);
  }
}

function nodeContainer(node: DockerNode): HostContainer {
  return {
    name: containerName(node), image: node.image, command: nodeCommand(), labels: { [NODE_LABEL]: node.configuration.runtime }, alwaysRunning: true,
    binds: [`${node.socketPath}:${NODE_SOCKET}`, `${NODE_DATA}:${NODE_DATA}`, '/var/log:/var/log', `/:${HOST_ROOT}`, '/lib/modules:/lib/modules:ro'],
    files: { [NODE_CONFIGURATION]: JSON.stringify(node.configuration) },
  };
}
