import { cidrSize, formatAddress, formatCidr, parseCidr } from '../base/cidr';

const NODE_PREFIX = 24;

/** The part of the pod range that this host uses: the first /24, or all of a smaller range. Pure. */
export function nodeSubnet(podCidr: string): string {
  const { base, prefix } = parseCidr(podCidr);
  return formatCidr({ base, prefix: Math.max(prefix, NODE_PREFIX) });
}

/** The address of the pods' gateway on this host. Pure. */
export const gatewayOf = (podCidr: string) => formatAddress(parseCidr(podCidr).base + 1);

/** The address of the Service `kubernetes`. Pure. */
export function firstServiceAddress(serviceCidr: string): string {
  const cidr = parseCidr(serviceCidr);
  if (cidrSize(cidr) < 16) throw new Error(`the range ${serviceCidr} is too small for Services; use a prefix of 28 or less, 10.96.0.0/16 for example`);
  return formatAddress(cidr.base + 1);
}
