import type { Client } from '../../client/client';
import type { DataDirectory } from '../data-directory';
import { dockerNodes } from './docker-node';

export interface NodeLine {
  readonly name: string;
  /** As kubectl prints it: `Ready`, `NotReady,SchedulingDisabled`. */
  readonly status: string;
  readonly address: string;
  /** Its Docker daemon. */
  readonly host: string;
  readonly pods: number;
  readonly version: string;
}

/** The nodes by name, with the Docker hosts they are. */
export async function describeNodes(client: Client, directory: DataDirectory): Promise<readonly NodeLine[]> {
  const [{ items: nodes }, { items: pods }] = await Promise.all([client.list('Node'), client.list('Pod')]);
  const added = dockerNodes(directory);
  return nodes.map(({ metadata: { name = '' }, spec, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
    return {
      name,
      status: `${ready ? 'Ready' : 'NotReady'}${spec?.unschedulable ? ',SchedulingDisabled' : ''}`,
      address: status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
      host: added.find((node) => node.name === name)?.dockerHost ?? 'this host',
      pods: pods.filter((pod) => pod.spec.nodeName === name && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed').length,
      version: status?.nodeInfo?.kubeletVersion ?? '',
    };
  }).sort((a, b) => a.name.localeCompare(b.name));
}
