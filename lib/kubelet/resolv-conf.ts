import type { PodSandboxConfig } from '../cri/cri';
import { namespaceOf, type KubeletContext, type ReadonlyPod } from './kubelet-context';

type Dns = NonNullable<PodSandboxConfig['dns']>;

/** resolv.conf of the pod by dnsPolicy and dnsConfig; undefined leaves the host's. Pure. Follows pkg/kubelet/network/dns. */
export function podDns({ clusterDns, clusterDomain }: Pick<KubeletContext, 'clusterDns' | 'clusterDomain'>, pod: ReadonlyPod, host: Dns): Dns | undefined {
  const { dnsPolicy = 'ClusterFirst', hostNetwork, dnsConfig } = pod.spec;
  const fromCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  if (!fromCluster && dnsPolicy !== 'None' && !dnsConfig) return undefined;

  const base: Dns = dnsPolicy === 'None' ? NOTHING : fromCluster ? {
    servers: [clusterDns],
    searches: [`${namespaceOf(pod)}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain, ...host.searches],
    options: ['ndots:5'],
  } : host;
  return {
    servers: unique([...base.servers, ...(dnsConfig?.nameservers ?? [])]).slice(0, 3),
    searches: unique([...base.searches, ...(dnsConfig?.searches ?? [])]).slice(0, 32),
    options: mergeOptions(base.options, (dnsConfig?.options ?? []).map(({ name = '', value }) => (value === undefined ? name : `${name}:${value}`))),
  };
}

const NOTHING: Dns = { servers: [], searches: [], options: [] };
const unique = (values: readonly string[]) => [...new Set(values)];

function mergeOptions(base: readonly string[], more: readonly string[]): string[] {
  return [...new Map([...base, ...more].map((option) => [option.split(':')[0], option])).values()];
}

/** Pure. */
export function parseResolvConf(text: string): Dns {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const all = (keyword: string) => lines.filter(([first]) => first === keyword);
  return {
    servers: all('nameserver').map(([, address]) => address),
    searches: all('search').at(-1)?.slice(1).filter((domain) => domain !== '.') ?? [],
    options: all('options').flatMap(([, ...options]) => options),
  };
}
