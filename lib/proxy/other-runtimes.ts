import { runCommand, tryRunCommand } from '../base/run-command';
import { proxyTable } from './table-frame';

interface Listing {
  readonly nftables: readonly {
    readonly table?: { readonly family: string; readonly name: string };
    readonly set?: { readonly elem?: readonly { readonly concat: readonly [string | number, number] }[] };
  }[];
}

/** Ports of this host that other runtimes lead to their Services, as `tcp/80`: the older rules would win without a word. */
export async function portsOfOtherRuntimes(runtime: string): Promise<ReadonlySet<string>> {
  const { nftables } = JSON.parse(await runCommand('nft', ['-j', 'list', 'tables', 'ip'])) as Listing;
  const others = nftables.flatMap(({ table }) => (table && isProxyTable(table.name) && table.name !== proxyTable(runtime) ? table.name : []));
  const sets = await Promise.all(others.map((table) => tryRunCommand('nft', ['-j', 'list', 'set', 'ip', table, 'nodeport_ours'])));
  return new Set(sets.flatMap((text) => (text ? parsePorts(text) : [])));
}

/** Pure. */
export function parsePorts(text: string): readonly string[] {
  return (JSON.parse(text) as Listing).nftables.flatMap(({ set }) => set?.elem ?? []).map(({ concat: [protocol, port] }) => `${protocol}/${port}`);
}

/** Those of the pod network and of network policies have a suffix and are asked in vain, which does no harm. */
const isProxyTable = (name: string) => /^twelve_/.test(name);
