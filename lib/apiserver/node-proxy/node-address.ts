import type { DeepReadonly } from '../../base/deep-readonly';
import type { Node } from '../../api/types';
import { newStatus, StatusError } from '../../api/status-error';

/** Where a node's own port is; upstream's default order of address types, without those only a name server knows. */
const PREFERRED = ['InternalIP', 'ExternalIP', 'Hostname', 'InternalDNS', 'ExternalDNS'];
const DEFAULT_PORT = 10250;

export function kubeletAddress(node: DeepReadonly<Node>): { readonly host: string; readonly port: number } {
  const addresses = node.status?.addresses ?? [];
  const found = PREFERRED.flatMap((type) => addresses.filter((address) => address.type === type))[0];
  if (!found) throw new StatusError(newStatus(500, 'InternalError', `Internal error occurred: no preferred addresses found; known addresses: [${addresses.map(({ address }) => address).join(' ')}]`));
  return { host: found.address, port: node.status?.daemonEndpoints?.kubeletEndpoint?.Port || DEFAULT_PORT };
}
