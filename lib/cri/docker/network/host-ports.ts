import { runCommand } from '../../../base/run-command';
import type { HostPort } from '../../pod-network';

/** An entry of one of the two host port maps, as the kernel holds it. */
export interface HostPortElement {
  readonly map: 'hostports' | 'hostports_at';
  /** In nft's notation: `tcp . 80`, `192.0.2.2 . tcp . 80`. */
  readonly key: string;
  readonly address: string;
  readonly port: number;
}

/** What the maps should hold for one pod. Pure. */
export function hostPortElements(address: string, ports: readonly HostPort[]): readonly HostPortElement[] {
  return ports.map(({ protocol, hostIp, hostPort, containerPort }) => {
    const key = `${protocol.toLowerCase()} . ${hostPort}`;
    return !hostIp || hostIp === '0.0.0.0'
      ? { map: 'hostports', key, address, port: containerPort }
      : { map: 'hostports_at', key: `${hostIp} . ${key}`, address, port: containerPort };
  });
}

/** One transaction that replaces elements; empty text when nothing changes. Pure. */
export function hostPortScript(table: string, old: readonly HostPortElement[], wanted: readonly HostPortElement[]): string {
  const text = ({ key, address, port }: HostPortElement) => `${key} : ${address} . ${port}`;
  const without = (from: readonly HostPortElement[], other: readonly HostPortElement[]) =>
    from.filter((element) => !other.some((candidate) => candidate.map === element.map && text(candidate) === text(element)));
  return [
    ...without(old, wanted).map((element) => `delete element ip ${table} ${element.map} { ${text(element)} }\n`),
    ...without(wanted, old).map((element) => `add element ip ${table} ${element.map} { ${text(element)} }\n`),
  ].join('');
}

interface Concatenation { readonly concat: readonly (string | number)[] }
interface MapListing { readonly nftables: readonly { readonly map?: { readonly elem?: readonly (readonly [Concatenation, Concatenation])[] } }[] }

/** Both maps as the kernel holds them. */
export async function readHostPorts(table: string): Promise<readonly HostPortElement[]> {
  const lists = await Promise.all((['hostports', 'hostports_at'] as const).map(async (map) => {
    const { nftables } = JSON.parse(await runCommand('nft', ['-j', '-n', 'list', 'map', 'ip', table, map])) as MapListing;
    return nftables.flatMap((entry) => entry.map?.elem ?? []).map(([key, value]): HostPortElement => ({
      map, key: key.concat.map(protocolName).join(' . '), address: String(value.concat[0]), port: Number(value.concat[1]),
    }));
  }));
  return lists.flat();
}

/** With `-n` protocols are numbers. */
const PROTOCOLS: Readonly<Record<string, string>> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

/** The protocol is followed by the port, so it is the last but one. */
function protocolName(part: string | number, index: number, all: readonly (string | number)[]): string {
  return index === all.length - 2 ? PROTOCOLS[String(part)] ?? String(part) : String(part);
}
