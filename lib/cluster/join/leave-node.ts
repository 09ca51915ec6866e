import * as fs from 'node:fs';
import type { Client } from '../../client/client';
import type { DataDirectory } from '../data-directory';
import { Attempts } from '../nodes/attempts';
import { type DrainConfig, drainNode } from '../nodes/drain-node';
import { forgetNode } from '../nodes/remove-docker-node';
import { removeNode } from '../remove-node';
import { forgetJoinSettings, JOINED_ANNOTATION, type JoinSettings, joinKeys } from './join-settings';
import { KeyFiles } from './key-files';
import { nodeBindings } from './node-rights';

export interface LeaveConfig extends DrainConfig {
  /** As `twelve node join` was given. */
  readonly name: string;
  readonly directory: DataDirectory;
  readonly settings: JoinSettings;
  /** Ends the process of the node; false when there was none. */
  readonly stop: () => Promise<boolean>;
  readonly isRunning: boolean;
  /** Volumes go, too. */
  readonly purge: boolean;
}

/** Drains the node, deletes it in the cluster, and removes what it made on this host. Resolves with what could not be done (only with `force`). */
export async function leaveNode(config: LeaveConfig, signal: AbortSignal): Promise<readonly string[]> {
  const { name, directory, settings, purge, stop, onProgress } = config;
  const attempts = new Attempts(config);
  await attempts.attempt(`moving the pods of ${settings.nodeName}`, () => drainOwn(config, signal));
  await stop();
  await attempts.attempt(`deleting node ${settings.nodeName}`, () => forgetOwn(config));
  onProgress(`removing the containers of ${settings.nodeName}`);
  const { nodeName, podCidr, socketPath } = settings;
  await removeNode({ name, nodeName, podCidr, directory: directory.node, logDirectory: directory.logLinks(name), socketPath });
  new KeyFiles(joinKeys(directory)).clear();
  forgetJoinSettings(directory);
  if (purge || !fs.existsSync(directory.volumes) || fs.readdirSync(directory.volumes).length === 0) fs.rmSync(directory.path, { recursive: true, force: true });
  return attempts.left;
}

/** Nobody ends the pods of a node that does not run. */
async function drainOwn({ settings: { id, nodeName }, isRunning, ...config }: LeaveConfig, signal: AbortSignal): Promise<void> {
  if (isRunning && await isOwn(nodeName, id, config.client)) await drainNode(nodeName, config, signal);
}

async function forgetOwn({ settings: { id, nodeName }, client }: LeaveConfig): Promise<void> {
  if (await isOwn(nodeName, id, client)) await forgetNode(nodeName, client);
  for (const binding of nodeBindings(nodeName)) await client.tryDelete('ClusterRoleBinding', { name: binding });
}

/** A node of the same name that somebody else has made since is left alone. */
async function isOwn(name: string, id: string, client: Client): Promise<boolean> {
  return (await client.tryGet('Node', { name }))?.metadata.annotations?.[JOINED_ANNOTATION] === id;
}
