import { readFile, writeFile } from 'node:fs/promises';
import { tryRunCommand } from '../../../base/run-command';

const path = (name: string) => `/proc/sys/${name}`;

/** Writes only what differs: in some places the files are read-only but already right. */
export async function setSysctl(name: string, value: string): Promise<void> {
  if (await tryReadSysctl(name) === value) return;
  await writeFile(path(name), value);
}

export async function tryReadSysctl(name: string): Promise<string | undefined> {
  return (await readFile(path(name), 'utf8').catch(() => undefined))?.trim();
}

/** Whether packets between two ports of a bridge pass nft, so that translated addresses are translated back. Turns it on where the kernel can. */
export async function ensureBridgeFilter(): Promise<boolean> {
  const name = 'net/bridge/bridge-nf-call-iptables';
  if (await tryReadSysctl(name) === undefined) await tryRunCommand('modprobe', ['br_netfilter']);
  return setSysctl(name, '1').then(() => true, () => false);
}
