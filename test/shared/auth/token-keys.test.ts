import { createPublicKey, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { publicKeysOf } from '../../../shared/auth/public-keys.ts';
import { publishedKeys, tokenIssuer, tokenKeySet } from '../../../shared/auth/token-keys.ts';
import { TokenSigner } from '../../../shared/auth/token-signer.ts';
import { ServiceFault, timedOut } from '../../../shared/aws/faults.ts';
import { answerFor } from '../../support/aws-fake.ts';
import { KmsFake } from '../../support/kms-fake.ts';

/** From the key in KMS to a verified token, with a fake KMS that really signs. */

let kms: KmsFake;
beforeEach(() => {
  kms = new KmsFake();
  vi.stubEnv('TOKEN_ISSUER', 'urn:hexfence:000000000000:us-east-1:local');
});
afterEach(() => {
  kms.restore();
  vi.unstubAllEnvs();
});

const one = { kid: 't1', arn: 'arn:aws:kms:us-east-1:000000000000:key/one' };
const two = { kid: 't2', arn: 'arn:aws:kms:us-east-1:000000000000:key/two' };

async function publish(...keys: (typeof one)[]): Promise<void> {
  for (const { arn } of keys) kms.create(arn);
  vi.stubEnv('TOKEN_KEYS', JSON.stringify(await publicKeysOf(keys)));
}

function signWith({ kid, arn }: typeof one, claims: Record<string, unknown> = { sub: 'u1' }): Promise<string> {
  vi.stubEnv('TOKEN_SIGNER', JSON.stringify({ kid, key: arn }));
  return new TokenSigner().sign({ typ: 'at+jwt' }, claims);
}

const check = (token: string) =>
  jwtVerify(token, tokenKeySet(), { algorithms: ['ES256'], typ: 'at+jwt', issuer: tokenIssuer() });

describe('a signed token', () => {
  test('is verified with the public key, and names its issuer and its audience', async () => {
    await publish(one);
    const token = await signWith(one, { sub: 'u1', role: 'admin', name: 'Zoë 🦊', iss: 'somebody else' });
    const { payload, protectedHeader } = await check(token);
    expect(payload).toEqual({ sub: 'u1', role: 'admin', name: 'Zoë 🦊', iss: tokenIssuer() });
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: 't1', typ: 'at+jwt' });
  });

  test('is refused if one letter of it is changed', async () => {
    await publish(one);
    const [header, , signature] = (await signWith(one, { sub: 'u1' })).split('.');
    const other = Buffer.from(JSON.stringify({ sub: 'u2', iss: tokenIssuer() })).toString('base64url');
    await expect(check([header, other, signature].join('.'))).rejects.toThrow('signature verification failed');
  });

  test('is one call to KMS, by the ARN of the key', async () => {
    await publish(one);
    const [header, claims] = (await signWith(one)).split('.');
    expect(kms.signed).toEqual([
      {
        KeyId: one.arn,
        Message: Buffer.from(`${header}.${claims}`).toString('base64'),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      },
    ]);
  });
});

describe('while keys are rotated', () => {
  test('tokens of both keys are verified, each with its own key', async () => {
    await publish(one, two);
    const tokens = [await signWith(one), await signWith(two)];
    for (const token of tokens) expect((await check(token)).payload.sub).toBe('u1');
    expect(tokens.map((token) => decodeProtectedHeader(token).kid)).toEqual(['t1', 't2']);
  });

  test('a token of the old key is refused once that is no longer published, one of the new is not', async () => {
    await publish(one, two);
    const [old, fresh] = [await signWith(one), await signWith(two)];
    vi.stubEnv('TOKEN_KEYS', JSON.stringify(await publicKeysOf([two])));
    await expect(check(old)).rejects.toThrow('no applicable key found');
    expect((await check(fresh)).payload.sub).toBe('u1');
  });

  test('a key that signs with the id of another key is detected', async () => {
    await publish(one, two);
    await expect(check(await signWith({ ...two, kid: 't1' }))).rejects.toThrow('signature verification failed');
  });
});

describe('the published set', () => {
  test('is the public key of KMS, without anything of the private key', async () => {
    await publish(one, two);
    const { keys } = publishedKeys();
    expect(keys).toEqual(
      [one, two].map(({ kid, arn }) => ({ ...halfOf(kms.publicKey(arn)), kid, alg: 'ES256', use: 'sig' })),
    );
    expect(JSON.stringify(keys)).not.toContain('"d"');
    for (const key of keys) expect(createPublicKey({ key: { ...key }, format: 'jwk' }).type).toBe('public');
  });

  test('is parsed once, and again after it has changed', async () => {
    await publish(one);
    const [set, finder] = [publishedKeys(), tokenKeySet()];
    expect(publishedKeys()).toBe(set);
    expect(tokenKeySet()).toBe(finder);
    await publish(two);
    expect(publishedKeys().keys.map(({ kid }) => kid)).toEqual(['t2']);
  });

  test('is missed by name where a route was not given it', () => {
    vi.stubEnv('TOKEN_KEYS', '');
    expect(publishedKeys).toThrow('TOKEN_KEYS');
    vi.stubEnv('TOKEN_ISSUER', '');
    expect(tokenIssuer).toThrow('TOKEN_ISSUER');
  });

  test('refuses a key of another curve', async () => {
    kms.create(one.arn, 'P-384');
    await expect(publicKeysOf([one])).rejects.toThrow(`${one.arn} is a key of P-384, and tokens need P-256.`);
  });
});

const halfOf = (key: KeyObject) => key.export({ format: 'jwk' });

describe('when KMS fails', () => {
  const failWith = (error: Error) => answerFor('kms', () => Promise.reject(error));
  const outages = ['KMSInternalException', 'DependencyTimeoutException', 'KeyUnavailableException'];

  test.each([
    ...outages.map((name) => new ServiceFault(name, name, 500)),
    new ServiceFault('ThrottlingException', 'Rate exceeded', 400),
    timedOut('late'),
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
  ])('%s is a temporary outage, and the error names the service', async (error) => {
    failWith(error);
    await expect(signWith(one)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      details: { dependency: 'kms' },
      retryAfterSeconds: 1,
      cause: error,
    });
  });

  test.each(['AccessDeniedException', 'DisabledException', 'NotFoundException'])(
    '%s is a mistake of ours',
    async (name) => {
      failWith(new ServiceFault(name, name, 400));
      await expect(signWith(one)).rejects.toThrow(name);
      await expect(signWith(one)).rejects.not.toHaveProperty('code', 'SERVICE_UNAVAILABLE');
    },
  );

  test('public keys are not published where one could not be read', async () => {
    failWith(new ServiceFault('AccessDeniedException', 'AccessDeniedException', 400));
    await expect(publicKeysOf([one, two])).rejects.toThrow('AccessDeniedException');
  });
});
