import { readFile, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { silentLogger } from '../base/logger';
import { tryRunCommand } from '../base/run-command';
import type { PodNetwork } from '../cri/pod-network';
import { nodeNameOf } from './host-address';
import { nodeServices } from './node-services';
import { nodeSubnet } from './node-subnet';

export interface RemoveNodeConfig {
  readonly name: string;
  /** @default that of this host */
  readonly nodeName?: string;
  readonly podCidr: string;
  /** Of the node's files. */
  readonly directory: string;
  /** Where the links to logs are. */
  readonly logDirectory: string;
  /** Of the Docker daemon; left out when there is none: containers may then be left. */
  readonly socketPath?: string;
}

/** Removes the pods, network and rules of a runtime from this host, and the files of its pods. It must not be running. Idempotent, correct after any crash. */
export async function removeNode({ name, nodeName = nodeNameOf(os.hostname()), podCidr, directory, logDirectory, socketPath }: RemoveNodeConfig): Promise<void> {
  const [{ BridgeNetwork }, { Proxier }] = await Promise.all([import('../cri/docker/network/bridge-network.js'), import('../proxy/proxier.js')]);
  const network = new BridgeNetwork({ runtime: name, podCidr: nodeSubnet(podCidr) });
  try {
    if (socketPath) await removeContainers(name, network, socketPath, logDirectory);
  } finally {
    await network.remove();
    await Proxier.remove(name);
    for (const service of nodeServices) await service.remove?.(name, nodeName);
    await removePodFiles(directory);
  }
}

async function removeContainers(runtime: string, network: PodNetwork, socketPath: string, logDirectory: string): Promise<void> {
  const [{ DockerRuntime }, { removeLogLinks }] = await Promise.all([import('../cri/docker/docker-runtime.js'), import('../kubelet/log-links.js')]);
  const cri = await DockerRuntime.open({ runtime, network, socketPath, logger: silentLogger });
  const sandboxes = await cri.listPodSandboxes();
  await cri.removeAll();
  for (const { pod } of sandboxes) await removeLogLinks({ logDirectory }, pod);
}

/** Volumes in memory are mounts: they must go before their folders. */
async function removePodFiles(nodeDirectory: string): Promise<void> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  const below = mounts.split('\n').map((line) => line.split(' ')[4] ?? '').filter((point) => point.startsWith(`${nodeDirectory}/`));
  for (const point of below.reverse()) await tryRunCommand('umount', ['-l', point]);
  await rm(path.join(nodeDirectory, 'pods'), { recursive: true, force: true });
}
