import type * as os from 'node:os';
import type { HostRoute } from '../cri/docker/network/host-routes';

/** The address by which others reach this host: the one of the default route, else the first that is not the loopback. Pure. */
export function primaryAddress(routes: readonly HostRoute[], interfaces: NodeJS.Dict<os.NetworkInterfaceInfo[]>): string {
  const device = routes.find(({ dst }) => dst === 'default')?.dev;
  const addresses = Object.entries(interfaces).flatMap(([name, list]) => (list ?? []).map((info) => ({ name, ...info }))).filter(({ family, internal }) => family === 'IPv4' && !internal);
  return (addresses.find(({ name }) => name === device) ?? addresses.find(({ name }) => !/^(docker|br-|tw-|veth)/.test(name)) ?? addresses[0])?.address ?? '127.0.0.1';
}

/** As a node is called: the host's name in lower case. */
export function nodeNameOf(hostname: string): string {
  return hostname.toLowerCase().replace(/[^a-z0-9.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'node';
}
