/** An IPv4 range, `10.96.0.0/16`, as numbers. */
export class AddressRange {
  readonly first: number;
  readonly size: number;

  /** Throws for what is no IPv4 range of at least eight addresses. */
  constructor(readonly text: string) {
    const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text);
    const bits = Number(match?.[2]);
    const base = match ? tryToNumber(match[1]) : undefined;
    if (base === undefined || !(bits >= 8 && bits <= 29)) throw new Error(`"${text}" is not an IPv4 range like 10.96.0.0/16 with 8 to 29 bits`);
    this.size = 2 ** (32 - bits);
    this.first = base - (base % this.size);
  }

  /** Address number `offset` of the range. */
  at(offset: number): string {
    return toText(this.first + offset);
  }

  /** Without the network's own address and the broadcast address. */
  includes(address: string): boolean {
    const value = tryToNumber(address);
    return value !== undefined && value > this.first && value < this.first + this.size - 1;
  }
}

function tryToNumber(address: string): number | undefined {
  const parts = address.split('.').map(Number);
  return parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255) ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
}

function toText(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}
