import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mintApiKey } from '../../../shared/auth/api-key.ts';
import { hidden, isSecretName, withoutSecrets } from '../../../shared/outbox/secrets.ts';
import { tenant } from '../support/people.ts';

const { key, prefix } = mintApiKey(tenant().reference, 'live', 'brand');
const token = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(40)}.${'c-_'.repeat(20)}`;
const phc = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA';
const pem = `-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----`;

describe('the name of a secret', () => {
  test.each([
    ...[
      'password',
      'Password',
      'passwordHash',
      'password_hash',
      'new_password',
      'secret',
      'secretHash',
      'webhookSecret',
    ],
    ...['key', 'apiKey', 'api_key', 'token', 'refreshToken', 'access_token', 'tokens', 'tokenHash', 'token2', 'salt'],
    ...['Authorization', 'x-api-key', 'set-cookie', 'client.secret', 'privateKey', 'credentials'],
  ])('%s', (name) => expect(isSecretName(name)).toBe(true));

  test.each([
    ...['name', 'key_prefix', 'keyPrefix', 'apiKeyBrand', 'api_key_brand', 'key_max_lifetime_days', 'monkey', 'turkey'],
    ...['access_token_ttl_seconds', 'passwordSerial', 'tokenCount', 'keyId', 'secretary', 'hashtag', 'status', ''],
  ])('but not %j', (name) => expect(isSecretName(name)).toBe(false));
});

describe('the recorded values of a change', () => {
  test('show that a secret was set, changed or removed, and nothing else about it', () => {
    const changes = {
      password: ['hunter1', 'hunter2'],
      secretHash: [null, 'f00'],
      token: ['t0k', undefined],
      name: ['a', 'b'],
      settings: [{ apiKey: 'k1' }, { apiKey: { deep: 'k2' }, headers: [{ authorization: 'Bearer x' }], brand: 'hx' }],
    };
    expect(withoutSecrets(changes)).toEqual({
      password: [hidden, hidden],
      secretHash: [null, hidden],
      token: [hidden, null],
      name: ['a', 'b'],
      settings: [{ apiKey: hidden }, { apiKey: hidden, headers: [{ authorization: hidden }], brand: 'hx' }],
    });
  });

  test.each([
    ['an API key', key],
    ['a token', token],
    ['a hash of a password', phc],
    ['a private key', pem],
  ])('hides %s in any text, whatever its field is called', (_, secret) => {
    const changes = { description: [null, `use ${secret} for it`], tags: [[], ['x', secret]] };
    expect(withoutSecrets(changes)).toEqual({
      description: [null, `use ${hidden} for it`],
      tags: [[], ['x', hidden]],
    });
  });

  test.each([
    ['beside other words', `x-${token}, ${token}.more.${token}`, `x-${hidden}, ${hidden}.more.${hidden}`],
    ['without a signature', 'eyJa.eyJb.', 'eyJa.eyJb.'],
    ['that is none', 'a.eyJb.c eyJ.eyJ.c eyJa.b.c', 'a.eyJb.c eyJ.eyJ.c eyJa.b.c'],
  ])('a token %s', (_, text, shown) => expect(withoutSecrets(text)).toBe(shown));

  test.each([
    'eyJ-',
    '-eyJ',
    'eyJ.',
    'eyJa.eyJb.',
    '.eyJ',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY',
    '-----BEGIN PRIVATE KEY-----',
    'PRIVATE KEY ',
    '$argon2id$',
    'ab_live_',
    `${key.slice(0, -1)}_`,
    'key1',
    'a',
  ])('reads 16 kB of %j in the time of their length', (unit) => {
    const text = unit.repeat(Math.ceil(16_384 / unit.length));
    const from = performance.now();
    withoutSecrets({ [text]: text });
    expect(performance.now() - from).toBeLessThan(250);
  });

  test('leaves public parts of credentials', () => {
    expect(withoutSecrets({ a: [prefix, 'eyJ'] })).toEqual({ a: [prefix, 'eyJ'] });
  });

  test('holds no secret at any depth, and all else as it was', () => {
    const plainName = fc.stringMatching(/^[a-z]{1,8}$/).filter((name) => !isSecretName(name));
    const secretName = fc.constantFrom('password', 'clientSecret', 'token_hash', 'key');
    const leaf = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.integer().filter((n) => !String(n).includes('4242')),
      fc.boolean(),
      fc.constant(null),
    );
    const withSecrets = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 3 }),
      object: fc
        .tuple(
          fc.dictionary(plainName, tie('value'), { maxKeys: 3 }),
          fc.dictionary(secretName, fc.constantFrom('SECRET-1', { a: 'SECRET-2' }, ['SECRET-3'], 4242), { maxKeys: 2 }),
        )
        .map(([plain, secret]) => ({ ...plain, ...secret })),
    })).value;
    const bare = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(bare);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .filter(([name]) => !isSecretName(name))
          .map(([name, inner]) => [name, bare(inner)]),
      );
    };
    fc.assert(
      fc.property(withSecrets, (value) => {
        const shown = withoutSecrets(value);
        expect(JSON.stringify(shown)).not.toMatch(/SECRET|4242/);
        expect(bare(shown)).toEqual(bare(value));
      }),
    );
  });
});
