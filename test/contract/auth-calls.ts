import { expect } from 'vitest';
import { signTokens } from '../../shared/auth/token-signer.ts';
import { verifyToken } from '../../shared/auth/tokens.ts';
import { endpoint } from '../support/endpoints.ts';
import { invoke } from '../support/invoke.ts';
import { signIn } from '../support/persons.ts';
import { newWorkspace } from '../support/stack.ts';
import { type Call, row, text } from './call.ts';
import { anEmail, fullWorld, invitation, mailed, signedIn, someone } from './people.ts';
import { type Asked, newWorld, type World } from './world.ts';

const tokens = {
  access_token: expect.stringMatching(/^eyJ/),
  refresh_token: expect.stringMatching(/^eyJ/),
  token_type: 'bearer',
  expires_in: expect.any(Number),
};
const failing = (type: string, field: string, msg: unknown = text) => ({
  body: { detail: [{ type, loc: ['body', field], msg }] },
});
const missing = (field: string) => failing('missing', field, 'Field required');
/** A request with a body and without a credential. */
const anyone = (body: unknown): Asked => ({ key: undefined, body });
const invalid = [422, 'VALIDATION_ERROR'] as const;

/** A refused request, whose body is correct except for `change`. */
const refused = (title: string, body: object, type: string, field: string, more: Asked = anyone({})) =>
  row(title, { ...more, body }, invalid, failing(type, field));

async function loginOf(world: World, more: Parameters<typeof someone>[2] = {}) {
  const { email, password, workspace } = await someone(world, 'editor', more);
  return { email, password, workspace };
}

/** A user with the same password in two workspaces. */
async function inTwo(world: World) {
  const [email, other] = [anEmail(), await newWorkspace()];
  await someone(world, 'editor', { email });
  const { password } = await someone({ ...world, workspace: other }, 'viewer', { email });
  return { body: { email, password }, other };
}

const refreshing = (token: string) => invoke(endpoint('auth/refresh'), anyone({ refresh_token: token }));

/** A refresh token that is correct except for these claims. */
async function refreshTokenWith(world: World, claims: Record<string, unknown>): Promise<string> {
  const { refresh_token } = await signedIn(world);
  const right = await verifyToken(refresh_token, 'rt+jwt');
  return await signTokens.open().sign({ typ: 'rt+jwt' }, { ...right, ...claims });
}

/** The rules for every new password. */
const weakPasswords = (field: string, rest: object, more?: Asked): Call[] => [
  refused('a password of seven characters', { ...rest, [field]: 'Pass12!' }, 'too_short', field, more),
  refused('a password of 129 characters', { ...rest, [field]: `a1${'x'.repeat(127)}` }, 'too_long', field, more),
  refused('a password without a digit', { ...rest, [field]: 'Password!!' }, 'custom', field, more),
  refused('a password without a letter', { ...rest, [field]: '12345678!' }, 'custom', field, more),
  refused('a password that everybody guesses', { ...rest, [field]: 'password1' }, 'custom', field, more),
  refused('a number in place of a password', { ...rest, [field]: 12_345_678 }, 'type_error', field, more),
];

const askingForMail: Call[] = [
  row('an address', async (world) => anyone({ email: (await someone(world)).email }), 200, { body: { status: 'ok' } }),
  row('an unknown address', anyone({ email: anEmail() }), 200, { body: { status: 'ok' } }),
  row('a workspace', anyone({ email: anEmail(), workspace: 'acme' }), 200, { body: { status: 'ok' } }),
  row('no address', anyone({}), invalid, missing('email')),
  refused('a word in place of an address', { email: 'ana' }, 'format', 'email'),
  refused('an address of 255 characters', { email: `${'a'.repeat(243)}@example.com` }, 'too_long', 'email'),
  refused(
    'a workspace of 64 characters',
    { email: 'a@example.com', workspace: 'w'.repeat(64) },
    'too_long',
    'workspace',
  ),
  refused('an unknown field', { email: 'a@example.com', work_space: 'acme' }, 'unknown_field', 'work_space'),
];

/** A reset, a verification and an acceptance refuse the same tokens. */
const voidTokens = (rest: object): Call[] => [
  row('no token', anyone(rest), invalid, missing('token')),
  refused('an empty token', { ...rest, token: '' }, 'too_short', 'token'),
  refused('a token of 257 characters', { ...rest, token: 't'.repeat(257) }, 'too_long', 'token'),
  row('a word in place of a token', anyone({ ...rest, token: 'abc123' }), [400, 'ONE_TIME_TOKEN_INVALID']),
  row('an unknown token', anyone({ ...rest, token: 'x'.repeat(43) }), [400, 'ONE_TIME_TOKEN_INVALID']),
];
const voidToken = (title: string, rest: object, token: (world: World) => Promise<string>) =>
  row(title, async (world) => anyone({ ...rest, token: await token(world) }), [400, 'ONE_TIME_TOKEN_INVALID']);

const newPassword = { new_password: 'NewPass123!' };
const acceptance = { password: 'Pass123!', name: 'Ana Ruiz' };
const signUp = { email: 'ana@example.com', password: 'Pass123!', name: 'Ana', workspace_name: 'Globex' };

export const authCalls: Readonly<Record<string, readonly Call[]>> = {
  'auth/login': [
    row(
      'address and password',
      async (world) => {
        const { email, password } = await loginOf(world);
        return anyone({ email, password });
      },
      200,
      { body: tokens, headers: { 'Cache-Control': 'private, no-store' } },
    ),
    row(
      'the address in another case, and the workspace by its slug',
      async (world) => {
        const { email, password, workspace } = await loginOf(world);
        return anyone({ email: ` ${email.toUpperCase()} `, password, workspace: workspace.slug });
      },
      200,
      { body: tokens },
    ),
    row(
      'a wrong password',
      async (world) => anyone({ email: (await loginOf(world)).email, password: 'wrong' }),
      [401, 'INVALID_CREDENTIALS'],
      { headers: { 'WWW-Authenticate': 'Bearer' } },
    ),
    row('an unknown address', anyone({ email: anEmail(), password: 'Pass123!' }), [401, 'INVALID_CREDENTIALS']),
    row('another workspace', async (world) => anyone({ ...(await loginOf(world)), workspace: 'nowhere' }), [
      401,
      'INVALID_CREDENTIALS',
    ]),
    row(
      'somebody disabled',
      async (world) => {
        const { email, password } = await loginOf(world, { status: 'disabled' });
        return anyone({ email, password });
      },
      [403, 'USER_DISABLED'],
    ),
    row('an unverified user, if verification is required', async () => {
      const strict = await newWorld();
      await strict.call('workspaces/update', { as: 'owner', body: { require_email_verification: true } });
      const { email, password } = await loginOf(strict, { emailVerified: false });
      return anyone({ email, password });
    }, [403, 'EMAIL_NOT_VERIFIED']),
    row(
      'one password in two workspaces',
      async (world) => anyone((await inTwo(world)).body),
      [409, 'WORKSPACE_REQUIRED'],
      {
        body: { details: { workspaces: [1, 2].map(() => ({ id: text, slug: text, name: text })) } },
      },
    ),
    row(
      'one password in two workspaces, and which',
      async (world) => {
        const { body, other } = await inTwo(world);
        return anyone({ ...body, workspace: other.id });
      },
      200,
      { body: tokens },
    ),
    row('no address', anyone({ password: 'x' }), invalid, missing('email')),
    row('no password', anyone({ email: 'a@example.com' }), invalid, missing('password')),
    refused('a word in place of an address', { email: 'admin', password: 'x' }, 'format', 'email'),
    refused('an empty password', { email: 'a@example.com', password: '' }, 'too_short', 'password'),
    refused('a list in place of a password', { email: 'a@example.com', password: ['x'] }, 'type_error', 'password'),
    row(
      'the password under another name',
      anyone({ email: 'a@example.com', password: 'x', pasword: 'x' }),
      invalid,
      failing('unknown_field', 'pasword', 'Unknown field "pasword"; did you mean "password"?'),
    ),
  ],
  'auth/refresh': [
    row('a refresh token', async (world) => anyone({ refresh_token: (await signedIn(world)).refresh_token }), 200, {
      headers: { 'Cache-Control': 'private, no-store' },
      body: tokens,
    }),
    row(
      'the previous token, at once',
      async (world) => {
        const { refresh_token } = await signedIn(world);
        await refreshing(refresh_token);
        return anyone({ refresh_token });
      },
      200,
      { body: tokens },
    ),
    row(
      'the token before the previous one',
      async (world) => {
        const { refresh_token } = await signedIn(world);
        await refreshing((await refreshing(refresh_token)).body.refresh_token);
        return anyone({ refresh_token });
      },
      [401, 'REFRESH_TOKEN_REUSED'],
    ),
    row(
      'the token of a session that was signed out',
      async (world) => {
        const { access_token, refresh_token } = await signedIn(world);
        await world.call('auth/logout', { key: access_token });
        return anyone({ refresh_token });
      },
      [401, 'TOKEN_REVOKED'],
    ),
    row(
      'an expired token',
      async (world) => anyone({ refresh_token: await refreshTokenWith(world, { exp: 1_000_000_000 }) }),
      [401, 'TOKEN_EXPIRED'],
    ),
    row(
      'a generation that never existed',
      async (world) => anyone({ refresh_token: await refreshTokenWith(world, { gen: 7 }) }),
      [401, 'TOKEN_INVALID'],
    ),
    row('an access token', async (world) => anyone({ refresh_token: (await signedIn(world)).access_token }), [
      401,
      'TOKEN_INVALID',
    ]),
    row('an API key', async ({ key }) => anyone({ refresh_token: key }), [401, 'TOKEN_INVALID']),
    row('a word', anyone({ refresh_token: 'eyJ...' }), [401, 'TOKEN_INVALID']),
    row('no token', anyone({}), invalid, missing('refresh_token')),
    refused('an empty token', { refresh_token: '' }, 'too_short', 'refresh_token'),
    refused('a token of 4097 characters', { refresh_token: 'x'.repeat(4097) }, 'too_long', 'refresh_token'),
    row('another name for the field', anyone({ refreshToken: 'x' }), invalid, {
      body: { detail: expect.arrayContaining([expect.objectContaining({ type: 'unknown_field' })]) },
    }),
  ],
  'auth/logout': [
    row('somebody signed in', async (world) => ({ key: (await signedIn(world)).access_token }), 200, {
      body: { status: 'logged_out' },
    }),
    row(
      'somebody signed out',
      async (world) => {
        const { access_token } = await signedIn(world);
        await world.call('auth/logout', { key: access_token });
        return { key: access_token };
      },
      [401, 'TOKEN_REVOKED'],
    ),
    row('a key', {}, [403, 'FORBIDDEN']),
    row('nobody', { key: undefined }, [401, 'UNAUTHENTICATED']),
  ],
  'auth/change-password': [
    row(
      'the right password',
      async (world) => {
        const { access_token: key, password } = await signedIn(world);
        return { key, body: { current_password: password, ...newPassword } };
      },
      200,
      { body: { status: 'changed' } },
    ),
    row('a wrong password', { as: 'viewer', body: { current_password: 'old', ...newPassword } }, [
      400,
      'PASSWORD_INCORRECT',
    ]),
    row(
      'another session, after it',
      async (world) => {
        const person = await signedIn(world);
        const { access_token: key } = await signIn(person);
        const body = { current_password: person.password, ...newPassword };
        await world.call('auth/change-password', { key: person.access_token, body });
        return { key, body };
      },
      [401, 'TOKEN_REVOKED'],
    ),
    row('a key', { body: { current_password: 'old', ...newPassword } }, [403, 'FORBIDDEN']),
    row('no current one', { as: 'viewer', body: newPassword }, invalid, missing('current_password')),
    row('no new one', { as: 'viewer', body: { current_password: 'x' } }, invalid, missing('new_password')),
    ...weakPasswords('new_password', { current_password: 'x' }, { as: 'viewer' }),
  ],
  'auth/me': [
    row('a key', {}, 200, {
      body: {
        principal: 'api_key',
        email: null,
        role: null,
        email_verified: null,
        last_login_at: null,
        name: 'Test key',
        status: 'active',
        scopes: expect.arrayContaining(['geofences:read', 'audit:read']),
      },
    }),
    row('a headless key', async (world) => ({ key: await world.anotherKey({ scopes: [] }) }), 200, {
      body: { scopes: ['headless:read', 'headless:submit'] },
    }),
    row('an owner', { as: 'owner' }, 200, {
      body: {
        principal: 'user',
        role: 'owner',
        name: 'A owner',
        status: 'active',
        email_verified: true,
        scopes: expect.arrayContaining(['workspace:owner', 'account:read']),
        last_login_at: text,
      },
    }),
    row('a field worker', { as: 'field_worker' }, 200, {
      body: { role: 'field_worker', scopes: expect.not.arrayContaining(['users:read']) },
    }),
    row('nobody', { key: undefined }, [401, 'UNAUTHENTICATED']),
  ],
  'auth/password-reset': askingForMail,
  'auth/resend-verification': askingForMail,
  'auth/confirm-password-reset': [
    row(
      'a token',
      async (world) =>
        anyone({ ...newPassword, token: await mailed(world, 'password_reset', (await someone(world)).id) }),
      200,
      { body: { status: 'changed' } },
    ),
    voidToken('a token that was used', newPassword, async (world) => {
      const token = await mailed(world, 'password_reset', (await someone(world)).id);
      await world.call('auth/confirm-password-reset', anyone({ ...newPassword, token }));
      return token;
    }),
    voidToken('a token from before the last password', newPassword, async (world) =>
      mailed(world, 'password_reset', (await someone(world)).id, { serial: 0 }),
    ),
    voidToken('a token that expired after an hour', newPassword, async (world) =>
      mailed(world, 'password_reset', (await someone(world)).id, { expiresAt: Date.now() }),
    ),
    voidToken('a token for something else', newPassword, async (world) =>
      mailed(world, 'verify_email', (await someone(world)).id),
    ),
    voidToken('a token of somebody disabled', newPassword, async (world) =>
      mailed(world, 'password_reset', (await someone(world, 'viewer', { status: 'disabled' })).id),
    ),
    ...voidTokens(newPassword),
    row('no password', anyone({ token: 'x' }), invalid, missing('new_password')),
    ...weakPasswords('new_password', { token: 'x' }),
  ],
  'auth/verify-email': [
    row(
      'a token',
      async (world) => {
        const { id } = await someone(world, 'viewer', { emailVerified: false });
        return anyone({ token: await mailed(world, 'verify_email', id) });
      },
      200,
      { body: { status: 'verified', email: expect.stringContaining('@example.com') } },
    ),
    voidToken('a token that was used', {}, async (world) => {
      const token = await mailed(world, 'verify_email', (await someone(world)).id);
      await world.call('auth/verify-email', anyone({ token }));
      return token;
    }),
    voidToken('a token for something else', {}, async (world) =>
      mailed(world, 'password_reset', (await someone(world)).id),
    ),
    voidToken('a token of an unknown user', {}, (world) => mailed(world, 'verify_email', 'nobody')),
    ...voidTokens({}),
    refused('an unknown field', { token: 'x', code: 'x' }, 'unknown_field', 'code'),
  ],
  'auth/sign-up': [
    row('a person and a workspace', async () => anyone({ ...signUp, email: anEmail(), name: ' Ana ' }), 201, {
      body: {
        user: { role: 'owner', name: 'Ana', status: 'active', email_verified: false, last_login_at: null },
        workspace: {
          name: 'Globex',
          slug: expect.stringMatching(/^globex/),
          plan: 'free',
          environment: 'live',
          version: 1,
        },
      },
    }),
    row('no name', async () => anyone({ ...signUp, email: anEmail(), name: undefined }), 201, {
      body: { user: { name: '' } },
    }),
    ...(['email', 'password', 'workspace_name'] as const).map((field) =>
      row(`no ${field}`, anyone({ ...signUp, [field]: undefined }), invalid, missing(field)),
    ),
    refused('an empty workspace', { ...signUp, workspace_name: ' ' }, 'too_short', 'workspace_name'),
    refused(
      'a workspace of 121 characters',
      { ...signUp, workspace_name: 'w'.repeat(121) },
      'too_long',
      'workspace_name',
    ),
    refused('a name of 121 characters', { ...signUp, name: 'n'.repeat(121) }, 'too_long', 'name'),
    refused('a plan', { ...signUp, plan: 'enterprise' }, 'unknown_field', 'plan'),
    ...weakPasswords('password', { email: 'ana@example.com', workspace_name: 'Globex' }),
  ],
  'auth/accept-invitation': [
    row(
      'a token',
      async (world) =>
        anyone({ ...acceptance, token: await mailed(world, 'invitation', (await invitation(world)).id) }),
      200,
      { body: tokens },
    ),
    row(
      'a token, and no name',
      async (world) =>
        anyone({ password: 'Pass123!', token: await mailed(world, 'invitation', (await invitation(world)).id) }),
      200,
      { body: tokens },
    ),
    voidToken('a token that was used', acceptance, async (world) => {
      const token = await mailed(world, 'invitation', (await invitation(world)).id);
      await world.call('auth/accept-invitation', anyone({ ...acceptance, token }));
      return token;
    }),
    voidToken('a token of an invitation that was renewed', acceptance, async (world) => {
      const { id, email } = await invitation(world);
      const token = await mailed(world, 'invitation', id);
      await invitation(world, email);
      return token;
    }),
    voidToken('a token of an invitation that was withdrawn', acceptance, async (world) => {
      const { id } = await invitation(world);
      await world.call('workspaces/withdraw-invitation', { as: 'admin', params: { id } });
      return await mailed(world, 'invitation', id);
    }),
    voidToken('a token for something else', acceptance, async (world) =>
      mailed(world, 'verify_email', (await someone(world)).id),
    ),
    row(
      'a workspace whose plan allows no more users',
      async () => anyone({ ...acceptance, token: (await fullWorld()).invited }),
      [403, 'QUOTA_EXCEEDED'],
      { body: { details: { resource: 'users', limit: 3, used: 3 } } },
    ),
    ...voidTokens(acceptance),
    row('no password', anyone({ token: 'x' }), invalid, missing('password')),
    ...weakPasswords('password', { token: 'x' }),
    refused(
      'a name of 121 characters',
      { token: 'x', password: 'Pass123!', name: 'n'.repeat(121) },
      'too_long',
      'name',
    ),
    refused('a role', { ...acceptance, token: 'x', role: 'owner' }, 'unknown_field', 'role'),
  ],
};
