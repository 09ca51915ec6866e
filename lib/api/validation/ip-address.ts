import * as net from 'node:net';
import type { FieldErrors } from './field-errors';
import { isIp } from './names';

/** Addresses that other hosts cannot reach are no endpoints. */
export function validateNonSpecialIp(errors: FieldErrors, field: string, address: string): void {
  if (isIp(address).length > 0) return errors.invalid(field, address, 'must be a valid IP address');
  const within = (network: string, bits: number) => inNetwork(address, network, bits);
  if (within('0.0.0.0', 32) || within('::', 128)) errors.invalid(field, address, `may not be unspecified (${address})`);
  if (within('127.0.0.0', 8) || within('::1', 128)) errors.invalid(field, address, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (within('169.254.0.0', 16) || within('fe80::', 10)) errors.invalid(field, address, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (within('224.0.0.0', 24) || within('ff02::', 16)) errors.invalid(field, address, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
}

export function inNetwork(address: string, network: string, bits: number): boolean {
  const family = net.isIP(network) === 4 ? 'ipv4' : 'ipv6';
  if (net.isIP(address) !== net.isIP(network)) return false;
  const list = new net.BlockList();
  list.addSubnet(network, bits, family);
  return list.check(address, family);
}
