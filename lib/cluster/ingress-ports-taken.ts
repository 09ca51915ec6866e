import type { DeepReadonly } from '../base/deep-readonly';
import { runCommand } from '../base/run-command';
import { keyOf } from '../api/object-key';
import type { Service } from '../api/types';
import { readHostPorts } from '../cri/docker/network/host-ports';
import { networkTable } from '../cri/docker/network/names';
import { portsOfOtherRuntimes } from '../proxy/other-runtimes';
import { isPortFree, tryPortOwner } from './ports';

export interface PortSurroundings {
  readonly runtime: string;
  readonly nodeAddress: string;
  readonly services: readonly DeepReadonly<Service>[];
}

const FIX = 'choose other ports: twelve up --ingress-http-port <port> --ingress-https-port <port>';

/** Who has one of these ports of the host, and what to do; undefined when they are free. Who came first keeps it. */
export async function portsTaken(ports: readonly number[], { runtime, nodeAddress, services }: PortSurroundings): Promise<string | undefined> {
  const others = await portsOfOthers(runtime);
  for (const port of ports) {
    const service = services.find((candidate) => balances(candidate, nodeAddress, port));
    if (service) return `port ${port} of this host is that of the LoadBalancer Service ${keyOf(service)}; give it another port, or ${FIX}`;
    if (others.has(`tcp/${port}`)) return `port ${port} of this host is in use by another runtime; end it, or ${FIX}`;
    if (!await isPortFree(port, '0.0.0.0')) return `port ${port} of this host is in use by ${tryPortOwner(port) ?? 'another program'}; end that program, or ${FIX}`;
  }
  return undefined;
}

function balances({ spec, status }: DeepReadonly<Service>, address: string, wanted: number): boolean {
  return Boolean(status?.loadBalancer?.ingress?.some(({ ip }) => ip === address)) && (spec.ports ?? []).some(({ port, protocol = 'TCP' }) => protocol === 'TCP' && port === wanted);
}

interface Tables {
  readonly nftables: readonly { readonly table?: { readonly name: string } }[];
}

/** Of other runtimes' Services and pods, as `tcp/80`. */
async function portsOfOthers(runtime: string): Promise<ReadonlySet<string>> {
  const { nftables } = JSON.parse(await runCommand('nft', ['-j', 'list', 'tables', 'ip'])) as Tables;
  const networks = nftables.flatMap(({ table }) => (table && /^twelve_.*_net$/.test(table.name) && table.name !== networkTable(runtime) ? [table.name] : []));
  const elements = await Promise.all(networks.map((table) => readHostPorts(table).catch(() => []))); // a runtime that ends right now
  return new Set([...await portsOfOtherRuntimes(runtime), ...elements.flat().map(({ key }) => key.split(' . ').slice(-2).join('/'))]);
}
