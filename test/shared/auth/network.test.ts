import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAddressAllowed, isCidr } from '../../../shared/auth/address.ts';
import { canonicalNetwork } from '../../../shared/auth/network.ts';

const v4 = fc.ipV4();
const v6 = fc.ipV6();
const network = fc.oneof(
  fc.tuple(v4, fc.nat({ max: 32 })).map(([address, bits]) => `${address}/${bits}`),
  fc.tuple(v6, fc.nat({ max: 128 })).map(([address, bits]) => `${address}/${bits}`),
  fc.tuple(v4, fc.integer({ min: 96, max: 128 })).map(([address, bits]) => `::ffff:${address}/${bits}`),
);

describe('the one spelling of a network', () => {
  test.each([
    ['203.0.113.9/24', '203.0.113.0/24'],
    ['203.0.113.9/32', '203.0.113.9/32'],
    ['203.0.113.9/08', '203.0.0.0/8'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['2001:DB8:0:0:0::1/32', '2001:db8::/32'],
    ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
    ['1:2:3:4:5:6:7:8/128', '1:2:3:4:5:6:7:8/128'],
    ['::/0', '::/0'],
    ['::1/128', '::1/128'],
    ['1:2:3:4:5:6:1.2.3.4/128', '1:2:3:4:5:6:102:304/128'],
    ['::ffff:203.0.113.9/120', '203.0.113.0/24'],
    ['::FFFF:cb00:7109/128', '203.0.113.9/32'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::ffff:203.0.113.9/95', '::fffe:0:0/95'], // more than IPv4, so not IPv4
    ['::fffe:203.0.113.9/120', '::fffe:cb00:7100/120'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalNetwork(text)).toBe(canonical);
  });

  test.each([
    '',
    '/8',
    '203.0.113.9',
    '203.0.113.9/',
    '203.0.113.9/33',
    '203.0.113.9/1/2',
    '203.0.113.9/-1',
    '203.0.113.9/1000',
    ' 203.0.113.9/8',
    '203.0.113.9/8\n',
    '203.0.113/8',
    '2001:db8::/129',
    '2001:db8:::/32',
    'fe80::1%eth0/64',
    'example.com/8',
    '[::1]/8',
  ])('%j has none', (text) => {
    expect(canonicalNetwork(text)).toBeUndefined();
  });

  test('is its own, and a network that the resolver takes', () => {
    fc.assert(
      fc.property(network, (text) => {
        const canonical = canonicalNetwork(text)!;
        expect(canonicalNetwork(canonical)).toBe(canonical);
        expect(isCidr(canonical)).toBe(true);
        expect(canonical).toBe(canonical.toLowerCase());
      }),
      { numRuns: 500 },
    );
  });

  test('allows the addresses that the network holds, and no other', () => {
    const addresses = fc.oneof(v4, v6);
    fc.assert(
      fc.property(network, addresses, (text, other) => {
        const canonical = canonicalNetwork(text)!;
        const [inside = ''] = text.split('/');
        expect(isAddressAllowed(inside, [canonical])).toBe(true);
        // Mapped networks did not contain plain IPv4 addresses before they were converted to IPv4.
        fc.pre(!text.startsWith('::ffff:'));
        expect(isAddressAllowed(other, [canonical])).toBe(isAddressAllowed(other, [text]));
      }),
      { numRuns: 1000 },
    );
  });

  test('never crashes, whatever the text is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => canonicalNetwork(text) === undefined));
  });
});
