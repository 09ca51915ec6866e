/** A range of IPv4 addresses, as numbers. */
export interface Cidr {
  /** First address of the range. */
  readonly base: number;
  readonly prefix: number;
}

export function parseAddress(text: string): number {
  const address = tryParseAddress(text);
  if (address === undefined) throw new Error(`"${text}" is not an IPv4 address`);
  return address;
}

export function tryParseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** `10.240.0.0/16`; an address without a prefix is a range of one. Bits after the prefix are dropped. */
export function parseCidr(text: string): Cidr {
  const [address, prefixText = '32', ...rest] = text.split('/');
  const prefix = Number(prefixText);
  if (rest.length > 0 || !/^\d{1,2}$/.test(prefixText) || prefix > 32) throw new Error(`"${text}" is not an IPv4 range; write it as 10.240.0.0/16`);
  const size = 2 ** (32 - prefix);
  return { base: Math.floor(parseAddress(address) / size) * size, prefix };
}

export const formatCidr = ({ base, prefix }: Cidr) => `${formatAddress(base)}/${prefix}`;
export const cidrSize = ({ prefix }: Cidr) => 2 ** (32 - prefix);
export const cidrContains = (cidr: Cidr, address: number) => address >= cidr.base && address < cidr.base + cidrSize(cidr);
export const cidrsOverlap = (a: Cidr, b: Cidr) => a.base < b.base + cidrSize(b) && b.base < a.base + cidrSize(a);
