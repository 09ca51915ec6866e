import { cidrSize, formatAddress, parseAddress, parseCidr } from '../../../base/cidr';

/** Which sandbox has which address of the node's pod subnet. The first address is the gateway's. */
export class AddressPool {
  readonly gateway: string;
  readonly prefix: number;
  private readonly first: number;
  private readonly count: number;
  private readonly byKey = new Map<string, number>();
  private readonly used = new Set<number>();
  /** An address that was just given back is the last to be given out again: what still holds the old owner's connections gets time to forget. */
  private next = 0;

  constructor(readonly podCidr: string) {
    const cidr = parseCidr(podCidr);
    if (cidr.prefix > 29) throw new Error(`the pod subnet ${podCidr} is too small; use a prefix of 29 or less`);
    this.prefix = cidr.prefix;
    this.gateway = formatAddress(cidr.base + 1);
    this.first = cidr.base + 2;
    this.count = cidrSize(cidr) - 3; // without the network's, the gateway's and the broadcast address
  }

  /** Notes an address that is in use already. What is outside of the subnet is not ours to give away. */
  adopt(key: string, address: string): void {
    const number = parseAddress(address);
    this.byKey.set(key, number);
    this.used.add(number);
  }

  reserve(key: string): string {
    const known = this.byKey.get(key);
    if (known !== undefined) return formatAddress(known);
    for (let tries = 0; tries < this.count; tries += 1) {
      const address = this.first + ((this.next + tries) % this.count);
      if (this.used.has(address)) continue;
      this.next = (this.next + tries + 1) % this.count;
      this.byKey.set(key, address);
      this.used.add(address);
      return formatAddress(address);
    }
    throw new Error(`no address is left in the pod subnet ${this.podCidr}: ${this.used.size} sandboxes have one`);
  }

  tryGet(key: string): string | undefined {
    const address = this.byKey.get(key);
    return address === undefined ? undefined : formatAddress(address);
  }

  release(key: string): void {
    const address = this.byKey.get(key);
    if (address === undefined) return;
    this.byKey.delete(key);
    this.used.delete(address);
  }
}

/** Fixed by the address, so that a reused address never meets a stale neighbour entry. `0a:58` as the reference bridge plugin of CNI. */
export function macOf(address: string): string {
  return ['0a', '58', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');
}
