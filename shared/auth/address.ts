import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { canonicalNetwork } from './network.ts';

/** IPv4 addresses that arrive as `::ffff:203.0.113.9` are IPv4. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address;
}

/**
 * The network under which an address is counted: an IPv4 address itself, or the first 64 bits of an IPv6 address, which
 * is the smallest block that a provider gives to one customer.
 */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  return isIPv6(plain) ? (canonicalNetwork(`${plain}/64`) ?? plain) : plain;
}

/** Whether a text is an IPv4 or IPv6 network in CIDR notation. */
export const isCidr = (text: string): boolean => canonicalNetwork(text) !== undefined;

/** Whether an address lies in one of the networks; an empty list allows any. */
export function isAddressAllowed(address: string, cidrs: readonly string[]): boolean {
  if (cidrs.length === 0) return true;
  const plain = plainAddress(address);
  if (isIP(plain) === 0) return false;
  const allowed = new BlockList();
  for (const cidr of cidrs.filter(isCidr)) {
    const [network = '', bits = ''] = cidr.split('/');
    allowed.addSubnet(network, Number(bits), isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return allowed.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
}
