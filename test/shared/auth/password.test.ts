import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../../shared/auth/password.ts';

/** From the tests of the argon2 reference implementation (src/test.c, version 0x13): the salt is "somesalt". */
const vectors: readonly (readonly [password: string, hash: string])[] = [
  ['password', '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'],
  ['password', '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'],
  ['password', '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc'],
  ['password', '$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg'],
  ['password', '$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw'],
  ['differentpassword', '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94'],
  ['password', '$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw'],
];

const no = { matches: false, rehash: false };

describe('the reference implementation agrees', () => {
  test.each(vectors)('on %s and %s', async (password, hash) => {
    expect(await verifyPassword(hash, password)).toEqual({ matches: true, rehash: true });
    expect(await verifyPassword(hash, `${password}.`)).toEqual(no);
  });
});

describe('a hash', () => {
  test("is a PHC string at today's cost, with a salt of its own each time", async () => {
    const [one, other] = await Promise.all([hashPassword('Pass123!'), hashPassword('Pass123!')]);
    const form = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;
    expect(one).toMatch(form);
    expect(other).toMatch(form);
    expect(one).not.toBe(other);
    expect(one.split('$')[4]).not.toBe(other.split('$')[4]);
  });

  test('matches the password it was made of, and no other', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 140 });
    await fc.assert(
      fc.asyncProperty(text, text, async (password, other) => {
        const hash = await hashPassword(password);
        expect(await verifyPassword(hash, password)).toEqual({ matches: true, rehash: false });
        expect((await verifyPassword(hash, other)).matches).toBe(password.normalize('NFC') === other.normalize('NFC'));
      }),
      { numRuns: 12 },
    );
  });

  test('does not depend on how a keyboard spells an accent, and does on letter case and on look-alikes', async () => {
    const hash = await hashPassword('caf\u00e9-2026');
    expect((await verifyPassword(hash, 'cafe\u0301-2026')).matches).toBe(true);
    expect(await verifyPassword(hash, 'CAF\u00c9-2026')).toEqual(no);
    expect(await verifyPassword(await hashPassword('file2026x'), '\ufb01le2026x')).toEqual(no);
  });
});

const today = await hashPassword('Pass123!');
const [, , , , salt = '', tag = ''] = today.split('$');
const made = (m: number, t: number, p: number) => `$argon2id$v=19$m=${m},t=${t},p=${p}$${salt}$${tag}`;

describe('what is no argon2id hash matches nothing', () => {
  const broken: readonly string[] = [
    '',
    '$',
    'Pass123!',
    '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
    today.replace('argon2id', 'argon2i'),
    today.replace('v=19', 'v=16'),
    today.replace('v=19$', ''),
    today.replace('m=19456,t=2,p=1', 't=2,m=19456,p=1'),
    today.replace('p=1', 'p=1,keyid=Hj5+dsK0'),
    today.replace('m=19456', 'm=019456'),
    `${today} `,
    `${today}\n`,
    `${today}=`,
    today.slice(0, -1),
    today.slice(0, -22),
    today.replace(salt, 'c29t'),
    made(19456, 0, 1),
    made(19456, 2, 0),
    made(7, 2, 1),
    made(31, 2, 4),
    made(9_999_999, 2, 1),
    made(19456, 100, 1),
  ];

  test.each(broken)('%j', async (hash) => {
    expect(await verifyPassword(hash, 'Pass123!')).toEqual(no);
  });

  test('nor does a person who does not exist, whatever is presented', async () => {
    for (const password of ['', 'Pass123!', 'x'.repeat(1024), '\ud800']) {
      expect(await verifyPassword(undefined, password)).toEqual(no);
    }
  });

  test('cut short or with a character changed, a hash never matches and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(today.length - 1), fc.constantFrom(...'$,=A9+ '), async (at, character) => {
        fc.pre(today[at] !== character);
        const changed = today.slice(0, at) + character + today.slice(at + 1);
        expect(await verifyPassword(changed, 'Pass123!')).toEqual(no);
        expect(await verifyPassword(today.slice(0, at), 'Pass123!')).toEqual(no);
      }),
      { numRuns: 20 },
    );
  });
});

test('only a right password asks for a new hash, and only where the cost is another', async () => {
  const old = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
  expect((await verifyPassword(old, 'password')).rehash).toBe(true);
  expect((await verifyPassword(old, 'other')).rehash).toBe(false);
  expect((await verifyPassword(await hashPassword('password'), 'password')).rehash).toBe(false);
});

test('an unknown person and an unreadable hash take the time of a known person', async () => {
  const kinds = { known: today, unknown: undefined, unreadable: '$2b$12$R9h' };
  const least = { known: Infinity, unknown: Infinity, unreadable: Infinity };
  for (let round = 0; round < 8; round++) {
    for (const kind of ['known', 'unknown', 'unreadable'] as const) {
      const from = performance.now();
      await verifyPassword(kinds[kind], 'not the password');
      least[kind] = Math.min(least[kind], performance.now() - from);
    }
  }
  for (const kind of ['unknown', 'unreadable'] as const) {
    expect(least[kind] / least.known).toBeGreaterThan(0.5);
    expect(least[kind] / least.known).toBeLessThan(2);
  }
});
