import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  consumeOneTimeToken,
  findOneTimeToken,
  mintOneTimeToken,
  oneTimeTokenInvalid,
  type TokenPurpose,
  tokenLifeSeconds,
} from '../../../shared/auth/one-time-token.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

let database: DynamoDbFake;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-17T10:00:00.250Z') });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

const { reference } = tenant();
const about = { tenant: reference, subject: 'user-1', serial: 3 };
const purposes: readonly TokenPurpose[] = ['password_reset', 'verify_email', 'invitation'];

async function minted(purpose: TokenPurpose = 'password_reset', expiresAt?: number): Promise<string> {
  const transaction = new Transaction();
  const token = mintOneTimeToken(transaction, purpose, about, expiresAt);
  await transaction.commit();
  return token;
}

async function consumed(token: string): Promise<unknown> {
  const transaction = new Transaction();
  consumeOneTimeToken(transaction, token, oneTimeTokenInvalid);
  return await transaction.commit().then(
    () => 'consumed',
    (error: { code?: string }) => error.code ?? error,
  );
}

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const reads = () => database.calls.filter(({ operation }) => operation === 'GetCommand').length;

describe('a token of a mail', () => {
  test('is 256 random bits, and only its hash is stored', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => minted()));
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const stored = JSON.stringify(database.rows('access'));
    expect(tokens.filter((token) => stored.includes(token))).toEqual([]);
  });

  test.each(purposes)('for %s is found until its end, and for nothing else', async (purpose) => {
    const token = await minted(purpose);
    const expiresAt = Date.now() + tokenLifeSeconds[purpose] * 1000;
    expect(await findOneTimeToken(token, purpose)).toMatchObject({ ...about, purpose, expiresAt });
    for (const other of purposes.filter((one) => one !== purpose)) {
      expect(await findOneTimeToken(token, other)).toBeUndefined();
    }
    vi.setSystemTime(expiresAt - 1);
    expect(await findOneTimeToken(token, purpose)).toBeDefined();
    vi.setSystemTime(expiresAt);
    expect(await findOneTimeToken(token, purpose)).toBeUndefined();
  });

  test('lives as long as the contract says, and its row is swept no sooner', async () => {
    expect(tokenLifeSeconds).toEqual({
      password_reset: 60 * 60,
      verify_email: 48 * 3600,
      invitation: 7 * 86_400,
      pairing: 10 * 60,
    });
    await minted();
    const [row] = database.rows('access') as { ttl: number; expiresAt: number }[];
    expect(row!.ttl * 1000).toBeGreaterThanOrEqual(row!.expiresAt);
    expect(row!.ttl * 1000 - row!.expiresAt).toBeLessThan(1000);
  });

  test('is invalid once its subject is deleted, if it names one', async () => {
    const token = await minted('invitation', Date.now() + 5000);
    later(4.9);
    expect(await findOneTimeToken(token, 'invitation')).toBeDefined();
    later(0.1);
    expect(await findOneTimeToken(token, 'invitation')).toBeUndefined();
  });

  test('is not looked up where it cannot be one', async () => {
    const token = await minted();
    const texts = [
      '',
      'x',
      token.slice(1),
      `${token}A`,
      `${token}\n`,
      ` ${token}`,
      `${token.slice(1)}=`,
      'a'.repeat(1e6),
    ];
    for (const text of texts) expect(await findOneTimeToken(text, 'password_reset')).toBeUndefined();
    expect(reads()).toBe(0);
  });

  test('with any one character changed is unknown', async () => {
    const token = await minted();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    await fc.assert(
      fc.asyncProperty(fc.nat(42), fc.constantFrom(...alphabet), async (at, character) => {
        fc.pre(token[at] !== character);
        const other = token.slice(0, at) + character + token.slice(at + 1);
        expect(await findOneTimeToken(other, 'password_reset')).toBeUndefined();
      }),
    );
  });
});

describe('using a token up', () => {
  test('works once', async () => {
    const token = await minted();
    expect(await consumed(token)).toBe('consumed');
    expect(await consumed(token)).toBe('ONE_TIME_TOKEN_INVALID');
    expect(await findOneTimeToken(token, 'password_reset')).toBeUndefined();
  });

  test('works for one of many attempts at once', async () => {
    const token = await minted();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => consumed(token)));
    expect(outcomes.filter((outcome) => outcome === 'consumed')).toHaveLength(1);
  });

  test('is too late at its end, though its row is still there', async () => {
    const token = await minted();
    later(3600);
    expect(await consumed(token)).toBe('ONE_TIME_TOKEN_INVALID');
    expect(database.rows('access')).toHaveLength(1);
  });

  test('leaves other tokens about the same alone', async () => {
    const [first, second] = [await minted(), await minted()];
    expect(await consumed(second)).toBe('consumed');
    expect(await findOneTimeToken(first, 'password_reset')).toBeDefined();
  });

  test('of an unknown token is refused', async () => {
    expect(await consumed('A'.repeat(43))).toBe('ONE_TIME_TOKEN_INVALID');
  });
});
