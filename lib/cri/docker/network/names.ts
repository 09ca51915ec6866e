import { createHash } from 'node:crypto';

/** Interface names have at most 15 characters. */
const INTERFACE_NAME_LIMIT = 15;

/** What this runtime's network is called on the host, so that several runtimes live beside each other. Runtime names are DNS labels. */
export function bridgeName(runtime: string): string {
  const plain = `tw-${runtime}`;
  return plain.length <= INTERFACE_NAME_LIMIT ? plain : `tw-${hash(runtime, 10)}`;
}

export function tunnelName(runtime: string): string {
  const plain = `tx-${runtime}`;
  return plain.length <= INTERFACE_NAME_LIMIT ? plain : `tx-${hash(runtime, 10)}`;
}

export const vethName = (runtime: string, sandboxKey: string) => `tv${hash(`${runtime}/${sandboxKey}`, 12)}`;
export const networkTable = (runtime: string) => `twelve_${runtime.replaceAll('-', '_')}_net`;

const hash = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);
