import { lookup } from 'node:dns/promises';
import type { Clock } from '../../base/clock';
import { isAlreadyExists } from '../../api/status-error';
import type { Node } from '../../api/types';
import { VOLUMES_ANNOTATION } from '../../api/volume-binding';
import type { Client } from '../../client/client';
import { parseDockerHost, type DockerTls } from '../../cri/docker/docker-host';
import type { DataDirectory } from '../data-directory';
import { nodeNameOf } from '../host-address';
import type { RuntimeSettings } from '../settings';
import { becomesReady } from './becomes-ready';
import { DOCKER_HOST_ANNOTATION } from './docker-host-annotation';
import { connectTo, containerName, type DockerNode, saveDockerNode, startNodeContainer, tryDockerNode } from './docker-node';
import { nodeVolumes } from './node-configuration';
import type { NodeImage } from './node-image';
import { issueNodeKeys } from './node-keys';

export interface AddNodeConfig {
  readonly dockerHost: string;
  readonly tls?: DockerTls;
  /** @default the host's own name */
  readonly name?: string;
  /** By which other nodes reach the host. @default the host of a tcp or ssh address */
  readonly address?: string;
  /** Of the daemon, on its own host. @default the path of a unix address, else /var/run/docker.sock */
  readonly socketPath?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly directory: DataDirectory;
  readonly settings: RuntimeSettings;
  /** Of the administrator. */
  readonly client: Client;
  readonly image: NodeImage;
  readonly clock: Clock;
  readonly onProgress: (what: string) => void;
}

const READY_LIMIT = 90_000;

/** Makes a Docker host a node of the runtime; resolves with its name when it is Ready. May be called again for the same host: its node part is made anew, its pods go on. */
export async function addNode(config: AddNodeConfig, signal: AbortSignal): Promise<string> {
  const { dockerHost, tls, directory, settings, client, image, clock, onProgress } = config;
  const docker = await connectTo({ dockerHost, tls });
  const info = await docker.info();
  if (info.architecture !== image.architecture) {
    throw new Error(`${dockerHost} runs on ${info.architecture}, and the image for nodes that can be made here is for ${image.architecture}; run the command on a host of the same kind`);
  }
  const name = config.name ?? nodeNameOf(info.hostname);
  const nodeAddress = config.address ?? await addressOf(dockerHost);
  await register(name, config);
  if (!await docker.hasImage(image.name)) {
    onProgress(`sending the node's image to ${dockerHost}`);
    await docker.importImage(image.name, await image.root(), image.changes);
  }
  const node: DockerNode = {
    name, dockerHost, tls, image: image.name, socketPath: config.socketPath ?? defaultSocket(dockerHost),
    configuration: {
      runtime: settings.name, nodeName: name, nodeAddress, server: `https://${settings.nodeAddress}:${settings.port}`, podRange: settings.podCidr, serviceCidr: settings.serviceCidr,
      labels: config.labels, leaseSeconds: settings.nodeMonitorGraceSeconds, ...await issueNodeKeys(directory.pki, { nodeName: name, hosts: [nodeAddress, '127.0.0.1'], now: clock.now() }),
    },
  };
  saveDockerNode(directory, node);
  onProgress(`starting the node part of ${name}`);
  const since = clock.now();
  await startNodeContainer(docker, node);
  if (await becomesReady(name, client, { clock, since, limit: READY_LIMIT }, signal)) return name;
  throw new Error(`node ${name} is not Ready after ${READY_LIMIT / 1000} s; the last words of its container ${containerName(node)}:\n${await docker.logs(containerName(node), 15)}`);
}

/** Before the node part starts: the runtime opens its address to other hosts when it sees the node. */
async function register(name: string, { dockerHost, labels, directory, settings, client }: AddNodeConfig): Promise<void> {
  const metadata = { name, labels: { 'kubernetes.io/hostname': name, ...labels }, annotations: { [DOCKER_HOST_ANNOTATION]: dockerHost, [VOLUMES_ANNOTATION]: nodeVolumes({ runtime: settings.name, nodeName: name }) } };
  try {
    await client.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata, spec: {} });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const known = tryDockerNode(directory, name);
    if (known?.dockerHost !== dockerHost) throw new Error(`there is a node ${name} already (${known?.dockerHost ?? 'this host'}); choose another name with --name <name>, or remove it first: twelve node remove ${name}`);
    await client.patch('Node', { name }, { metadata: { labels: metadata.labels, annotations: metadata.annotations } }, { type: 'merge' });
  }
}

async function addressOf(dockerHost: string): Promise<string> {
  const host = parseDockerHost(dockerHost);
  if (host.kind === 'unix') throw new Error(`${dockerHost} does not say how other hosts reach this one; say it with --address <address>`);
  const { address } = await lookup(host.host, { family: 4 });
  return address;
}

function defaultSocket(dockerHost: string): string {
  const host = parseDockerHost(dockerHost);
  return host.kind === 'unix' ? host.socketPath : '/var/run/docker.sock';
}
