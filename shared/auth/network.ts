import { isIP } from 'node:net';

/**
 * Networks in CIDR notation, with one spelling for each: host bits are zero, IPv6 is in its short form, and an IPv4
 * network written as IPv6 (`::ffff:203.0.113.0/120`) is IPv4; the addresses that it is compared with are normalised in
 * the same way.
 */

const bitsOf = { 4: 32, 6: 128 } as const;
/** `::ffff:0:0/96`: IPv4 addresses within IPv6. */
const mappedPrefix = 0xffffn << 32n;
const mappedBits = 96;

/** The network in its one spelling; undefined if the text is not a network. */
export function canonicalNetwork(text: string): string | undefined {
  const [, address = '', digits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address) as 0 | 4 | 6;
  const bits = Number(digits);
  if (family === 0 || bits > bitsOf[family]) return undefined;
  if (family === 4) return printed(4, masked(ipv4(address), 32, bits), bits);
  const network = masked(ipv6(address), 128, bits);
  const isMapped = bits >= mappedBits && network >> 32n === mappedPrefix >> 32n;
  return isMapped ? printed(4, network - mappedPrefix, bits - mappedBits) : printed(6, network, bits);
}

function masked(address: bigint, size: number, bits: number): bigint {
  const host = BigInt(size - bits);
  return (address >> host) << host;
}

const ipv4 = (text: string): bigint => text.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

function ipv6(text: string): bigint {
  // The URL parser spells out IPv4 tails and checks what it reads.
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean)) as [string[], string[]];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function printed(family: 4 | 6, network: bigint, bits: number): string {
  if (family === 4) return `${[24n, 16n, 8n, 0n].map((shift) => (network >> shift) & 255n).join('.')}/${bits}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((network >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return `${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}/${bits}`;
}
