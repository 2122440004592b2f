import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyIdOf, looksLikeApiKey, mintApiKey, parseApiKey } from '../../../shared/auth/api-key.ts';
import { base62, randomBase62 } from '../../../shared/tenancy/base62.ts';
import { asTenantReference, tenantReference } from '../../../shared/tenancy/tenant.ts';

const brand = fc.stringMatching(/^[a-z][a-z0-9]{1,7}$/);
const environment = fc.constantFrom('live' as const, 'test' as const);
const reference = fc.uuid().map(tenantReference);
const minted = fc.tuple(reference, environment, brand).map(([of, where, name]) => mintApiKey(of, where, name));
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-';

describe('an API key', () => {
  test('has the form of the contract: brand, environment, 24 characters, 32 and a checksum of 6', () => {
    fc.assert(
      fc.property(reference, environment, brand, (of, where, name) => {
        const { key, prefix, keyId } = mintApiKey(of, where, name);
        expect(key).toMatch(new RegExp(`^${name}_${where}_${of}[0-9A-Za-z]{16}_[0-9A-Za-z]{38}$`));
        expect(keyId).toHaveLength(24);
        expect(key.startsWith(`${prefix}_`)).toBe(true);
        expect(prefix).toBe(`${name}_${where}_${keyId}`);
      }),
    );
    expect(mintApiKey(asTenantReference('abcdefgh'), 'live').key).toMatch(/^hx_live_abcdefgh/);
  });

  test('is read back to what it was made as, and its hash shows nothing of it', () => {
    fc.assert(
      fc.property(minted, ({ key, prefix: _, id, ...made }) => {
        expect(parseApiKey(key)).toEqual(made);
        expect(keyIdOf(made.tenant, id)).toBe(made.keyId);
        expect(looksLikeApiKey(key)).toBe(true);
        expect(key).not.toContain(made.secretHash);
      }),
    );
  });

  test('with any one character changed is refused, or is no key at all', () => {
    fc.assert(
      fc.property(minted, fc.nat(), fc.constantFrom(...alphabet), ({ key }, at, character) => {
        const place = at % key.length;
        fc.pre(key[place] !== character);
        expect(parseApiKey(key.slice(0, place) + character + key.slice(place + 1))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('with two neighbours exchanged is refused', () => {
    fc.assert(
      fc.property(minted, fc.nat(), ({ key }, at) => {
        const place = at % (key.length - 1);
        const [a = '', b = ''] = [key[place], key[place + 1]];
        fc.pre(a !== b);
        expect(parseApiKey(key.slice(0, place) + b + a + key.slice(place + 2))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test('cut, padded, or of another brand or environment is refused', () => {
    const { key } = mintApiKey(tenantReference('x'), 'live');
    const wrong = [
      key.slice(0, -1),
      `${key}0`,
      ` ${key}`,
      `${key}\n`,
      key.replace('hx_', 'qb_'),
      key.replace('live', 'test'),
      '',
    ];
    for (const other of wrong) expect(parseApiKey(other), other).toBeUndefined();
  });

  test('no text makes the parser throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => parseApiKey(text) === undefined));
  });

  test('differs each time', () => {
    const keys = Array.from({ length: 500 }, () => mintApiKey(tenantReference('x'), 'live'));
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(500);
    expect(new Set(keys.map(({ secretHash }) => secretHash)).size).toBe(500);
  });

  test.each(['hx_live_', 'sk_test_x', 'qb9_live_whatever'])('is meant by %s', (text) => {
    expect(looksLikeApiKey(text)).toBe(true);
  });
  test.each(['', 'eyJhbGciOi', 'HX_live_x', '9x_live_', 'h_live_', 'hx_prod_', ' hx_live_', 'toolongbrand_live_'])(
    'is not meant by %j',
    (text) => {
      expect(looksLikeApiKey(text)).toBe(false);
    },
  );
});

describe('base62', () => {
  test('is the number in base 62, its last digits first dropped last', () => {
    expect(base62(Buffer.from([0]), 3)).toBe('000');
    expect(base62(Buffer.from([61]), 2)).toBe('0z');
    expect(base62(Buffer.from([62]), 2)).toBe('10');
    expect(base62(Buffer.from('ffffffff', 'hex'), 6)).toBe('4gfFC3');
  });

  test('of six digits distinguishes all checksums', () => {
    const number = fc.integer({ min: 0, max: 0xffffffff });
    const digits = (n: number) => base62(Buffer.from(n.toString(16).padStart(8, '0'), 'hex'), 6);
    const value = (text: string) => [...text].reduce((sum, c) => sum * 62 + alphabet.indexOf(c), 0);
    fc.assert(
      fc.property(number, (n) => {
        expect(value(digits(n))).toBe(n);
      }),
    );
  });

  test('of random bytes uses every digit equally often', () => {
    const counts = new Map<string, number>();
    for (const digit of randomBase62(62 * 400)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    expect(counts.size).toBe(62);
    for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(160); // 8 standard deviations
  });
});

test('a tenant reference is eight base62 digits that follow from the workspace id', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (a, b) => {
      expect(tenantReference(a)).toMatch(/^[0-9A-Za-z]{8}$/);
      expect(tenantReference(a)).toBe(tenantReference(a));
      fc.pre(a !== b);
      expect(tenantReference(a)).not.toBe(tenantReference(b));
    }),
  );
  for (const wrong of ['', 'abcdefg', 'abcdefghi', 'abcd#fgh', '--------']) {
    expect(() => asTenantReference(wrong)).toThrow();
  }
});
