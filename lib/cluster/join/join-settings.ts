import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DataDirectory } from '../data-directory';

/** On the Node: which data directory it was made from. */
export const JOINED_ANNOTATION = 'twelve.dev/joined';

/** What is kept of a joined node: a later start, and `leave`, go by it. */
export interface JoinSettings {
  /** Tells this node from another of the same name. */
  readonly id: string;
  readonly nodeName: string;
  readonly nodeAddress: string;
  readonly server: string;
  readonly podCidr: string;
  readonly podRange: string;
  readonly serviceCidr: string;
  /** The file and context that were used, for `leave`. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly socketPath: string;
  /** Of the local volumes; undefined for none. */
  readonly storageClass?: string;
  /** Services of type LoadBalancer get the node's address. */
  readonly loadBalancer: boolean;
}

export const newNodeId = () => randomUUID();

const fileOf = (directory: DataDirectory) => path.join(directory.path, 'join.json');

/** The folder of the node's certificates. */
export const joinKeys = (directory: DataDirectory) => path.join(directory.path, 'pki');

export function tryReadJoinSettings(directory: DataDirectory): JoinSettings | undefined {
  const file = fileOf(directory);
  if (!fs.existsSync(file)) return undefined;
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as JoinSettings;
  } catch (error) {
    throw new Error(`${file} is not readable; remove it to join anew`, { cause: error });
  }
}

export function writeJoinSettings(directory: DataDirectory, settings: JoinSettings): void {
  directory.ensure();
  directory.write(fileOf(directory), `${JSON.stringify(settings, null, 2)}\n`);
}

export function forgetJoinSettings(directory: DataDirectory): void {
  fs.rmSync(fileOf(directory), { force: true });
}
