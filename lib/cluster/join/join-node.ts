import * as os from 'node:os';
import * as path from 'node:path';
import type { Clock } from '../../base/clock';
import { sleep } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Logger } from '../../base/logger';
import type { Taint } from '../../api/taints';
import { isForbidden, isNotFound, StatusError } from '../../api/status-error';
import type { Node } from '../../api/types';
import { VOLUMES_ANNOTATION } from '../../api/volume-binding';
import { createClient } from '../../client/api-client';
import type { Client } from '../../client/client';
import { httpsTransport, type HttpsTransportOptions } from '../../client/https-transport';
import { hostRoutes } from '../../cri/docker/network/host-routes';
import { bridgeName } from '../../cri/docker/network/names';
import type { DataDirectory } from '../data-directory';
import { primaryAddress } from '../host-address';
import type { KeyPair } from '../pki/certificate-authority';
import { checkServer, explainUnauthorized } from './check-server';
import { freeSubnet, podRangeFor, tryPodRange, tryServiceRange } from './cluster-ranges';
import { ensureStorageClass } from './ensure-storage-class';
import { JOINED_ANNOTATION, type JoinSettings, joinKeys, newNodeId, tryReadJoinSettings, writeJoinSettings } from './join-settings';
import { KeyFiles } from './key-files';
import { ensureNodeRights } from './node-rights';
import { obtainCertificate } from './obtain-certificate';

/** How the API server is reached, without who asks. */
export type ServerAccess = Pick<HttpsTransportOptions, 'server' | 'ca' | 'insecureSkipTlsVerify' | 'tlsServerName'>;

export interface JoinConfig {
  /** A DNS label; tells this node's things on the host from those of others. */
  readonly name: string;
  readonly directory: DataDirectory;
  readonly access: ServerAccess;
  /** As the user of the kubeconfig: asks for the node's certificates, and grants its rights where it may. */
  readonly user: Client;
  readonly kubeconfig: string;
  readonly context: string;
  readonly nodeName: string;
  /** By which the API server calls the node's port. @default as before, else that of the default route */
  readonly nodeAddress?: string;
  /** Of the node's pods. @default as before, else what the cluster gives the node, else a free range */
  readonly podCidr?: string;
  /** Of all pods of the cluster. @default what kubeadm wrote down, else the node's own */
  readonly podRange?: string;
  /** @default what the API server says */
  readonly serviceCidr?: string;
  /** Local volumes for claims of this class, which is made where there is none. @default as before, else none */
  readonly storageClass?: string;
  /** Services of type LoadBalancer get the node's address. @default as before, else false */
  readonly loadBalancer?: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the Node when it is made. */
  readonly taints: readonly Taint[];
  readonly socketPath: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onProgress: (what: string) => void;
  /** Somebody has to do something before it goes on. */
  readonly onWait: (what: string) => void;
}

/** A node that the cluster knows, and what it takes to run it. */
export interface JoinedNode {
  readonly settings: JoinSettings;
  readonly annotations: Readonly<Record<string, string>>;
  readonly keys: NodeKeys;
}

export interface NodeKeys {
  readonly client: KeyPair;
  readonly serving: KeyPair;
  /** Authority of those who may call the node's port. */
  readonly clientCa: string;
}

/** How long the cluster may take to give the node its addresses: its allocator looks after a fixed wait. */
const RANGE_LIMIT = 20_000;

/**
 * Makes this host a node of the cluster: certificates, rights, the Node and its addresses. Everything the node does from then on is done with its own certificate.
 * Resolves when the node part can be started; may be called again, also after a start that was interrupted.
 */
export async function joinNode(config: JoinConfig, signal: AbortSignal): Promise<JoinedNode> {
  const { directory, access, user, nodeName, onProgress } = config;
  await checkServer(user, access.server).catch((error: unknown) => {
    throw explainUnauthorized(error, access.server);
  });
  const known = tryReadJoinSettings(directory);
  if (known && known.nodeName !== nodeName) throw new Error(`${directory.path} belongs to node ${known.nodeName}; choose another with --name or --data-dir, or remove that node first: twelve node leave`);
  const id = known?.id ?? newNodeId();
  directory.ensure();
  await refuseForeignNode(nodeName, id, user);

  onProgress(`asking for the certificates of node ${nodeName}`);
  const nodeAddress = config.nodeAddress ?? known?.nodeAddress ?? primaryAddress(await hostRoutes().catch(() => []), os.networkInterfaces());
  const keys = await obtainKeys({ ...config, nodeAddress }, signal);
  const node = nodeClient(access, keys.client);
  await refuseForeignNode(nodeName, id, node);
  const { storageClass = known?.storageClass, loadBalancer = known?.loadBalancer ?? false } = config;
  await ensureNodeRights({ ...config, abilities: { volumes: storageClass !== undefined, loadBalancer }, granter: user, node, manifestFile: path.join(directory.path, 'node-rights.json') }, signal);
  if (storageClass !== undefined && storageClass !== known?.storageClass) await ensureStorageClass(storageClass, user);

  const annotations = { [JOINED_ANNOTATION]: id, [VOLUMES_ANNOTATION]: directory.volumes };
  onProgress(`registering node ${nodeName}`);
  const podCidr = await register({ ...config, podCidr: config.podCidr ?? known?.podCidr, annotations, node }, signal);
  const serviceCidr = config.serviceCidr ?? known?.serviceCidr ?? await tryServiceRange(user);
  if (!serviceCidr) throw new Error(`the API server ${access.server} does not say which addresses Services have; say it with --service-cidr <range>`);
  const podRange = podRangeFor(podCidr, config.podRange ?? known?.podRange ?? await tryPodRange(user));
  const settings: JoinSettings = {
    id, nodeName, nodeAddress, server: access.server, podCidr, podRange, serviceCidr, kubeconfig: config.kubeconfig, context: config.context, socketPath: config.socketPath, storageClass, loadBalancer,
  };
  writeJoinSettings(directory, settings);
  return { settings, annotations, keys };
}

export function nodeClient(access: ServerAccess, { cert, key }: KeyPair): Client {
  return createClient(httpsTransport({ ...access, cert, key, userAgent: 'twelve-node' }), { fieldManager: 'kubelet' });
}

type KeysConfig = Pick<JoinConfig, 'directory' | 'access' | 'user' | 'nodeName' | 'clock' | 'onWait'> & { readonly nodeAddress: string };

/** The node's keys: those of before while they are good, else new ones. Its own certificate asks for the rest. */
export async function obtainKeys({ directory, access, user, nodeName, nodeAddress, clock, onWait }: KeysConfig, signal: AbortSignal): Promise<NodeKeys> {
  const files = new KeyFiles(joinKeys(directory));
  const known = files.tryRead('kubelet-client');
  // Of a cluster that was made anew under the same address.
  if (known && !await isAccepted(nodeName, nodeClient(access, known))) files.clear();
  const base = { files, nodeName, hosts: [nodeName, nodeAddress], approver: user, clock, onWait };
  const client = await obtainCertificate('kubelet-client', { ...base, requester: user }, signal);
  const serving = await obtainCertificate('kubelet-serving', { ...base, requester: nodeClient(access, client) }, signal);
  return { client, serving, clientCa: await tryClientCa(user) ?? access.ca ?? '' };
}

async function isAccepted(name: string, client: Client): Promise<boolean> {
  try {
    await client.tryGet('Node', { name });
    return true;
  } catch (error) {
    if (error instanceof StatusError && error.code === 401) return false;
    if (isForbidden(error)) return true;
    throw error;
  }
}

/** Who signs the API server's own client certificates, as it tells those who extend it. */
async function tryClientCa(user: Client): Promise<string | undefined> {
  const found = await user.tryGet('ConfigMap', { namespace: 'kube-system', name: 'extension-apiserver-authentication' }).catch(() => undefined);
  return found?.data?.['client-ca-file'];
}

/** Throws when there is a node of the name that was not made from this data directory. Does nothing where the user may not look. */
async function refuseForeignNode(name: string, id: string, client: Client): Promise<void> {
  const node = await client.tryGet('Node', { name }).catch((error: unknown) => {
    if (isForbidden(error)) return undefined;
    throw error;
  });
  if (!node || node.metadata.annotations?.[JOINED_ANNOTATION] === id) return;
  throw new Error(`there is a node ${name} already, and it is not this one; choose another name with --node-name <name>, or remove it if it is gone for good: kubectl delete node ${name}`);
}

interface Registration extends Pick<JoinConfig, 'name' | 'nodeName' | 'labels' | 'taints' | 'podCidr' | 'clock'> {
  readonly annotations: Readonly<Record<string, string>>;
  readonly node: Client;
}

/** Makes the Node, or brings it up to date. Resolves with the addresses of its pods. */
async function register({ name, nodeName, labels, taints, annotations, podCidr, node, clock }: Registration, signal: AbortSignal): Promise<string> {
  const metadata = { name: nodeName, labels: { 'kubernetes.io/hostname': nodeName, ...labels }, annotations };
  const range = (cidr: string | undefined) => (cidr ? { podCIDR: cidr, podCIDRs: [cidr] } : {});
  let found: DeepReadonly<Node> | undefined = await node.tryGet('Node', { name: nodeName });
  if (found) await node.patch('Node', { name: nodeName }, { metadata: { labels: metadata.labels, annotations } }, { type: 'merge' });
  else found = await node.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata, spec: { ...range(podCidr), ...(taints.length > 0 && { taints: [...taints] }) } });
  for (const deadline = clock.now() + RANGE_LIMIT; !found?.spec?.podCIDR && !podCidr && clock.now() < deadline;) {
    await sleep(clock, 250, signal);
    signal.throwIfAborted();
    found = await node.tryGet('Node', { name: nodeName });
  }
  if (found?.spec?.podCIDR) return found.spec.podCIDR;
  const chosen = podCidr ?? freeSubnet((await node.list('Node')).items, await hostRoutes(), bridgeName(name));
  await node.patch('Node', { name: nodeName }, { spec: range(chosen) }, { type: 'merge' }).catch((error: unknown) => {
    if (!isForbidden(error) && !isNotFound(error)) throw error;
  });
  return chosen;
}
