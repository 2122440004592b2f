import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAddressAllowed, isCidr, plainAddress } from '../../../shared/auth/address.ts';

describe('a network', () => {
  test.each([
    '0.0.0.0/0',
    '203.0.113.0/24',
    '203.0.113.9/32',
    '::/0',
    '2001:db8::/32',
    '::1/128',
    '::ffff:10.0.0.0/104',
  ])('%s is one', (text) => {
    expect(isCidr(text)).toBe(true);
  });

  test.each([
    '',
    '/',
    '/8',
    '203.0.113.0',
    '203.0.113.0/',
    '203.0.113.0/33',
    '203.0.113.0/-1',
    '203.0.113.0/08/8',
    '203.0.113/24',
    '256.0.0.0/8',
    '01.2.3.4/8',
    '2001:db8::/129',
    '2001:db8:::/32',
    'example.com/8',
    '203.0.113.0/8 ',
    '203.0.113.0/1e1',
    '203.0.113.0/٨',
  ])('%j is none', (text) => {
    expect(isCidr(text)).toBe(false);
  });

  test('never crashes, whatever the text is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => typeof isCidr(text) === 'boolean'));
  });
});

describe('an address', () => {
  test.each([
    ['203.0.113.9', '203.0.113.0/24', true],
    ['203.0.114.9', '203.0.113.0/24', false],
    ['203.0.113.9', '203.0.113.9/32', true],
    ['203.0.113.8', '203.0.113.9/32', false],
    ['203.0.113.9', '203.0.113.200/24', true], // host bits of the network do not count
    ['255.255.255.255', '0.0.0.0/0', true],
    ['::ffff:203.0.113.9', '203.0.113.0/24', true],
    ['::FFFF:203.0.113.9', '203.0.113.0/24', true],
    ['::ffff:cb00:7109', '203.0.113.0/24', true],
    ['::ffff:203.0.114.9', '203.0.113.0/24', false],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:DB8:0:0::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['2001:db8::1', '0.0.0.0/0', false],
    ['203.0.113.9', '2001:db8::/32', false],
    ['', '0.0.0.0/0', false],
    ['unknown', '0.0.0.0/0', false],
    ['203.0.113.9, 10.0.0.1', '0.0.0.0/0', false],
    ['203.0.113.9:443', '0.0.0.0/0', false],
  ])('%s in %s: %s', (address, cidr, allowed) => {
    expect(isAddressAllowed(address, [cidr])).toBe(allowed);
  });

  test('is allowed by an empty list, by any of several, and never by a list of garbage', () => {
    expect(isAddressAllowed('203.0.113.9', [])).toBe(true);
    expect(isAddressAllowed('203.0.113.9', ['10.0.0.0/8', '203.0.113.0/24'])).toBe(true);
    expect(isAddressAllowed('203.0.113.9', ['garbage'])).toBe(false);
    expect(isAddressAllowed('203.0.113.9', ['garbage', '203.0.113.0/24'])).toBe(true);
  });

  test('is in a network exactly when its leading bits are', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 32 }), fc.boolean(), (a, b, bits, near) => {
        const network = near ? (a ^ (b & 255)) >>> 0 : b;
        const same = bits === 0 || a >>> (32 - bits) === network >>> (32 - bits);
        expect(isAddressAllowed(dotted(a), [`${dotted(network)}/${bits}`])).toBe(same);
        expect(isAddressAllowed(`::ffff:${dotted(a)}`, [`${dotted(network)}/${bits}`])).toBe(same);
      }),
    );
  });

  test('mapped into IPv6 is written as IPv4', () => {
    expect(plainAddress('::ffff:203.0.113.9')).toBe('203.0.113.9');
    expect(plainAddress('2001:db8::1')).toBe('2001:db8::1');
  });
});
