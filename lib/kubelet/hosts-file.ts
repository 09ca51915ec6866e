import { mkdir, writeFile } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { fullyQualifiedName, hostnameOf } from './hostname';
import type { ReadonlyPod } from './kubelet-context';

/** Written once per pod address, so that a container that restarts finds what it wrote itself. */
export async function ensureHostsFile(file: string, pod: ReadonlyPod, podIp: string, clusterDomain: string): Promise<void> {
  const existing = await readFile(file, 'utf8').catch(() => undefined);
  if (existing?.includes(pod.spec.hostNetwork ? HEADER : `${podIp}\t`)) return;
  const text = pod.spec.hostNetwork ? await hostNetworkHosts(pod) : podHosts(pod, podIp, clusterDomain);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text, { mode: 0o644 });
}

const HEADER = '# Kubernetes-managed hosts file';

/** As upstream's managedHostsFileContent. Pure. */
export function podHosts(pod: ReadonlyPod, podIp: string, clusterDomain: string): string {
  const hostname = hostnameOf(pod);
  const full = fullyQualifiedName(pod, clusterDomain);
  const names = full ? `${full}\t${hostname}` : hostname;
  return [
    `${HEADER}.`,
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${podIp}\t${names}`,
    '',
  ].join('\n') + aliases(pod);
}

async function hostNetworkHosts(pod: ReadonlyPod): Promise<string> {
  return `${HEADER} (host network).\n${await readFile('/etc/hosts', 'utf8')}${aliases(pod)}`;
}

function aliases({ spec }: ReadonlyPod): string {
  if (!spec.hostAliases?.length) return '';
  return `\n# Entries added by HostAliases.\n${spec.hostAliases.map(({ ip, hostnames }) => `${ip}\t${(hostnames ?? []).join('\t')}\n`).join('')}`;
}
