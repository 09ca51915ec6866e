import type { KeyPair } from '../pki/certificate-authority';

/** All that a node part on another host is told; holds its keys. JSON at `NODE_CONFIGURATION` in its container. */
export interface NodeConfiguration {
  /** Name of the runtime. */
  readonly runtime: string;
  readonly nodeName: string;
  /** By which the other hosts reach this one. */
  readonly nodeAddress: string;
  /** `https://192.0.2.1:6443` */
  readonly server: string;
  /** PEM of the runtime's authority. */
  readonly ca: string;
  /** `system:node:<name>`: client of the API server, and server of the node's own port. */
  readonly kubelet: KeyPair;
  /** `twelve:node-services:<name>`: proxy, DNS and what else runs on a node. */
  readonly services: KeyPair;
  readonly podRange: string;
  readonly serviceCidr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly leaseSeconds: number;
}

export const NODE_CONFIGURATION = '/etc/twelve/node.json';
/** On the host and in the container alike: Docker is told these paths when it mounts volumes into pods. */
export const NODE_DATA = '/var/lib/twelve';
/** The host's own files in the container. */
export const HOST_ROOT = '/host';
/** Of the Docker daemon, in the container. */
export const NODE_SOCKET = '/var/run/docker.sock';

/** Where one node keeps its files: several nodes of one machine (tests) do not meet. */
export const nodeDirectory = ({ runtime, nodeName }: Pick<NodeConfiguration, 'runtime' | 'nodeName'>) => `${NODE_DATA}/${runtime}/${nodeName}/node`;

/** Where its local volumes are: they outlive the node part. */
export const nodeVolumes = ({ runtime, nodeName }: Pick<NodeConfiguration, 'runtime' | 'nodeName'>) => `${NODE_DATA}/${runtime}/${nodeName}/volumes`;

/** Where log collectors look for the pods' logs: the usual place for the runtime of the usual name. */
export const nodeLogDirectory = ({ runtime, nodeName }: Pick<NodeConfiguration, 'runtime' | 'nodeName'>) => (runtime === 'twelve' ? '/var/log' : `${NODE_DATA}/${runtime}/${nodeName}/log`);
