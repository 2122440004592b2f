import ipaddr from 'ipaddr.js';

/**
 * Whether an address belongs to the public internet. Only what is certainly public passes: addresses of this machine,
 * of private networks and of metadata services do not, nor do those that carry an IPv4 address inside (IPv4-mapped,
 * NAT64, 6to4, Teredo), since somebody else decides where they lead.
 *
 * @param address an IPv4 or IPv6 address in any form that a resolver may return
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv4') return !parsed.match(formerRelays);
  return parsed.match(globalUnicast) && !reservedParts.some((part) => parsed.match(part));
}

/** The only part of IPv6 from which public addresses are given out. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** Parts of it that lead elsewhere: tunnels, documentation, and the addresses of IETF protocols. */
const reservedParts = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].map((part) => ipaddr.parseCIDR(part));

/** The former relay of 6to4, which the library takes for a host like any other in some versions. */
const formerRelays = ipaddr.parseCIDR('192.88.99.0/24');
