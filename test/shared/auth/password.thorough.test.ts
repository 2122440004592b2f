import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  hashPassword,
  isOutdated,
  shareParameters,
  verifyPassword,
  verifyPasswords,
} from '../../../shared/auth/password.ts';
import { runs } from '../../support/thorough.ts';

/** The number of computed hashes, which determines the time. */
const computed = vi.hoisted(() => ({ hashes: 0 }));
vi.mock(import('node:crypto'), async (original) => {
  const real = await original();
  const argon2: typeof real.argon2 = (...given) => {
    computed.hashes += 1;
    real.argon2(...given);
  };
  return { ...real, argon2 };
});
beforeEach(() => {
  computed.hashes = 0;
});

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

describe('the reference implementation agrees', () => {
  test.each(vectors)('on %s and %s', async (password, hash) => {
    expect(await verifyPassword(hash, password)).toBe(true);
    expect(await verifyPassword(hash, `${password}.`)).toBe(false);
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
        expect(await verifyPassword(hash, password)).toBe(true);
        expect(await verifyPassword(hash, other)).toBe(password.normalize('NFC') === other.normalize('NFC'));
      }),
      { numRuns: runs(12) },
    );
  });

  test('does not depend on how a keyboard spells an accent, and does on letter case and on look-alikes', async () => {
    const hash = await hashPassword('caf\u00e9-2026');
    expect(await verifyPassword(hash, 'cafe\u0301-2026')).toBe(true);
    expect(await verifyPassword(hash, 'CAF\u00c9-2026')).toBe(false);
    expect(await verifyPassword(await hashPassword('file2026x'), '\ufb01le2026x')).toBe(false);
  });
});

const today = await hashPassword('Pass123!');
const [, , , , salt = '', tag = ''] = today.split('$');
const made = (m: number, t: number, p: number) => `$argon2id$v=19$m=${m},t=${t},p=${p}$${salt}$${tag}`;

describe('a text that is not an argon2id hash matches nothing', () => {
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
    expect(await verifyPassword(hash, 'Pass123!')).toBe(false);
  });

  test('nor does a user who does not exist, whatever the password is', async () => {
    for (const password of ['', 'Pass123!', 'x'.repeat(1024), '\ud800']) {
      expect(await verifyPassword(undefined, password)).toBe(false);
    }
  });

  test('cut short or with a character changed, a hash never matches and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(today.length - 1), fc.constantFrom(...'$,=A9+ '), async (at, character) => {
        fc.pre(today[at] !== character);
        const changed = today.slice(0, at) + character + today.slice(at + 1);
        expect(await verifyPassword(changed, 'Pass123!')).toBe(false);
        expect(await verifyPassword(today.slice(0, at), 'Pass123!')).toBe(false);
      }),
      { numRuns: runs(20) },
    );
  });
});

test('a hash is outdated where its cost is not that of today', async () => {
  for (const [, hash] of vectors) expect(isOutdated(hash)).toBe(true);
  for (const hash of ['', 'Pass123!', '$2b$12$R9h']) expect(isOutdated(hash)).toBe(true);
  expect(isOutdated(today)).toBe(false);
});

describe('hashes with the same salt and costs', () => {
  test('share salt and cost, whatever the cost, and are compared by one computation', async () => {
    for (const first of [today, vectors[1]![1]]) {
      const other = await hashPassword('Another-horse-8', first);
      expect(other.split('$').slice(0, 5)).toEqual(first.split('$').slice(0, 5));
      expect([shareParameters(first, other), shareParameters(other, first)]).toEqual([true, true]);
      computed.hashes = 0;
      expect(await verifyPasswords([first, other, other], 'Another-horse-8')).toEqual([false, true, true]);
      expect(computed.hashes).toBe(1);
    }
  });

  test('have a new salt if the existing hash is unreadable', async () => {
    for (const unreadable of [undefined, '', 'Pass123!', `${today} `]) {
      expect(await hashPassword('Pass123!', unreadable)).not.toBe(today);
      expect(shareParameters(today, unreadable ?? '')).toBe(false);
    }
  });

  test('with other salts or costs are compared too, each with a computation of its own', async () => {
    const hashes = [
      today,
      await hashPassword('Pass123!'),
      vectors[1]![1],
      'unreadable',
      await hashPassword('Other123'),
    ];
    computed.hashes = 0;
    expect(await verifyPasswords(hashes, 'Pass123!')).toEqual([true, true, false, false, false]);
    expect(computed.hashes).toBe(4);
  });
});

test('a known person, an unknown one, an unreadable hash and a hundred alike take one computation', async () => {
  for (const password of ['Pass123!', 'not the password']) {
    for (const hashes of [[today], [], ['$2b$12$R9h'], ['', 'x'], Array<string>(100).fill(today)]) {
      computed.hashes = 0;
      await verifyPasswords(hashes, password);
      expect(computed.hashes).toBe(1);
    }
  }
});
