import { expect, test } from 'vitest';
import { mintApiKey } from '../../shared/auth/api-key.ts';
import { hashPassword } from '../../shared/auth/password.ts';
import { asTenantReference } from '../../shared/tenancy/tenant.ts';
import { secretsIn } from './secrets.ts';
import { forge, newTokenKey } from './token-keys.ts';

test('the search of logs recognises every kind of secret, and shows none', async () => {
  const { key, prefix } = mintApiKey(asTenantReference('AAAAAAAA'), 'live');
  const token = forge(newTokenKey('t1'), { sub: 'x' });
  const mailed = 'F8fVS-Q8jwKKvsv58qtDShqUKUarh4cpiZyJ81LKKD0';
  for (const secret of [
    key,
    token,
    await hashPassword('x'),
    'Pass123!',
    `{"token":"${mailed}"}`,
    `https://app.example.com/reset-password?token=${mailed}`,
    '{"headers":{"authorization":"Bearer x"}}',
    '{"password":"x"}',
    JSON.stringify({ body: JSON.stringify({ token: mailed }) }),
  ]) {
    const found = secretsIn([`{"message":"request","x":${secret}}`]);
    expect(found.length, secret.slice(0, 10)).toBeGreaterThan(0);
    expect(found.join()).not.toContain(secret);
  }
  expect(secretsIn([`{"principal":"key_${prefix.split('_')[2]}","error_code":"TOKEN_INVALID"}`, prefix])).toEqual([]);
});
