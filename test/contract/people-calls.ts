import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Call, row, text } from './call.ts';
import { anEmail, fullWorld, invitation, signedIn, someone } from './people.ts';
import { type Asked, newWorld, type World } from './world.ts';

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
const invalid = [422, 'VALIDATION_ERROR'] as const;
const failing = (type: string, loc: readonly string[], msg: unknown = text) => ({
  body: { detail: [{ type, loc, msg }] },
});
const needs = (scope: string) => ({ body: { details: { required_scope: scope } } });
const noUser = { body: { details: { resource: 'user' } } };
const full = { body: { details: { resource: 'users', limit: 3, used: 3 } } };

/** A body of an admin, and the error in it. */
const refused = (title: string, body: object, type: string, ...path: string[]) =>
  row(title, { as: 'admin', body }, invalid, failing(type, ['body', ...path]));
const badQuery = (title: string, query: string, type: string, field: string) =>
  row(title, { query }, invalid, failing(type, ['query', field]));

const worker = { email: 'worker@org.com', password: 'Pass123!', role: 'field_worker' };
const user = (more: object = {}) => ({
  id: uuid,
  email: text,
  name: text,
  role: text,
  status: 'active',
  email_verified: true,
  workspace_id: uuid,
  created_at: instant,
  last_login_at: null,
  ...more,
});

const readUser = {
  id: randomUUID(),
  name: 'Ana',
  role: 'viewer',
  status: 'disabled',
  email_verified: false,
  workspace_id: randomUUID(),
  created_at: '2026-03-17T10:00:00Z',
  last_login_at: null,
};

const member = async (world: World, role: Parameters<typeof someone>[1] = 'editor') => ({
  params: { user_id: (await someone(world, role)).id },
});
const removed = async (world: World): Promise<Asked> => {
  const gone = await member(world);
  await world.call('users/delete', { as: 'admin', ...gone });
  return gone;
};
const idOf = async (world: World, role: 'owner' | 'admin') =>
  (await world.call('auth/me', { as: role })).body.id as string;

/** The rows of both routes that remove members. */
const removals: Call[] = [
  row('a member', async (world) => ({ as: 'admin', ...(await member(world)) }), 204),
  row(
    'a member who is disabled',
    async (world) => {
      const { id } = await someone(world, 'viewer', { status: 'disabled' });
      return { as: 'admin', params: { user_id: id } };
    },
    204,
  ),
  row('oneself', async (world) => ({ as: 'owner', params: { user_id: await idOf(world, 'owner') } }), [
    409,
    'SELF_DELETE',
  ]),
  row('an owner, by an admin', async (world) => ({ as: 'admin', ...(await member(world, 'owner')) }), [
    403,
    'FORBIDDEN',
  ]),
  row('an owner, by an owner', async (world) => ({ as: 'owner', ...(await member(world, 'owner')) }), 204),
  row('nobody', { as: 'admin', params: { user_id: randomUUID() } }, [404, 'NOT_FOUND'], noUser),
  row('a text that is not an id', { as: 'admin', params: { user_id: 'é'.repeat(4000) } }, [404, 'NOT_FOUND']),
  row('a member who was removed', async (world) => ({ as: 'admin', ...(await removed(world)) }), [404, 'NOT_FOUND']),
  row(
    'by a manager',
    { as: 'manager', params: { user_id: randomUUID() } },
    [403, 'SCOPE_MISSING'],
    needs('users:delete'),
  ),
  row('by a key', { params: { user_id: randomUUID() } }, [403, 'SCOPE_MISSING']),
];

const account = {
  locale: 'en',
  timezone: 'UTC',
  notification_preferences: {
    email: { alerts: true, quota: true, webhooks: true, exports: false },
    in_app: { alerts: true, quota: true, webhooks: true, exports: true },
  },
  version: 1,
};

export const peopleCalls: Readonly<Record<string, readonly Call[]>> = {
  'account/get': [
    row('one’s own', async (world) => ({ key: (await signedIn(world, 'field_worker')).access_token }), 200, {
      body: { ...user({ role: 'field_worker', last_login_at: instant }), ...account },
    }),
    row('a key, which is not a user', {}, [403, 'SCOPE_MISSING'], needs('account:read')),
  ],
  'account/update': [
    row(
      'some fields',
      async (world) => ({
        key: (await signedIn(world)).access_token,
        body: {
          name: ' Ana Ruiz ',
          locale: 'pt-br',
          timezone: 'europe/madrid',
          notification_preferences: { email: { exports: true } },
        },
      }),
      200,
      {
        body: {
          name: 'Ana Ruiz',
          locale: 'pt-BR',
          timezone: 'Europe/Madrid',
          notification_preferences: { email: { alerts: true, exports: true }, in_app: { exports: true } },
          version: 2,
        },
      },
    ),
    row('nothing', async (world) => ({ key: (await signedIn(world)).access_token, body: {} }), 200, { body: account }),
    row(
      'what was read',
      async (world) => {
        const { access_token: key } = await signedIn(world);
        return { key, body: (await world.call('account/get', { key })).body };
      },
      200,
      { body: account },
    ),
    row(
      'null for the name and the language',
      async (world) => ({ key: (await signedIn(world)).access_token, body: { name: null, locale: null } }),
      200,
      {
        body: { name: '', locale: 'en', version: 2 },
      },
    ),
    row(
      'the present version',
      async (world) => ({
        key: (await signedIn(world)).access_token,
        body: { name: 'New' },
        headers: { 'if-match': '"v1"' },
      }),
      200,
      { body: { version: 2 } },
    ),
    row(
      'another version',
      async (world) => ({
        key: (await signedIn(world)).access_token,
        body: { name: 'New' },
        headers: { 'if-match': '"v9"' },
      }),
      [412, 'PRECONDITION_FAILED'],
      { body: { details: { current_version: 1 } } },
    ),
    refused('a name of 121 characters', { name: 'n'.repeat(121) }, 'too_long', 'name'),
    refused('a number in place of a name', { name: 5 }, 'type_error', 'name'),
    refused('an unknown language', { locale: 'en_US' }, 'format', 'locale'),
    row('null, for the defaults', { as: 'editor', body: { locale: null, timezone: null, name: null } }, 200, {
      body: { locale: 'en', timezone: 'UTC', name: '' },
    }),
    refused('an unknown time zone', { timezone: 'Mars/Base' }, 'format', 'timezone'),
    refused('an offset in place of a time zone', { timezone: '+02:00' }, 'format', 'timezone'),
    refused(
      'a word in place of a boolean',
      { notification_preferences: { email: { alerts: 'yes' } } },
      'type_error',
      'notification_preferences',
      'email',
      'alerts',
    ),
    refused(
      'an unknown category',
      { notification_preferences: { in_app: { alert: true } } },
      'unknown_field',
      'notification_preferences',
      'in_app',
      'alert',
    ),
    row(
      'a field under another name',
      { as: 'admin', body: { time_zone: 'UTC' } },
      invalid,
      failing('unknown_field', ['body', 'time_zone'], 'Unknown field "time_zone"; did you mean "timezone"?'),
    ),
    row('a key, which is not a user', { body: {} }, [403, 'SCOPE_MISSING'], needs('account:write')),
  ],
  'account/delete': [
    row('one’s own', async (world) => ({ key: (await signedIn(world)).access_token }), 204),
    row(
      'the caller’s own user, with an old version',
      async (world) => ({ key: (await signedIn(world)).access_token, headers: { 'If-Match': '"v9"' } }),
      [412, 'PRECONDITION_FAILED'],
      { body: { details: { current_version: 1 } } },
    ),
    row('the last owner', async () => ({ key: await (await newWorld()).token('owner') }), [409, 'LAST_OWNER']),
    row(
      'an owner of two',
      async () => {
        const world = await newWorld();
        await someone(world, 'owner');
        return { key: await world.token('owner') };
      },
      204,
    ),
    row(
      'once more',
      async (world) => {
        const { access_token: key } = await signedIn(world);
        await world.call('account/delete', { key });
        return { key };
      },
      [401, 'TOKEN_REVOKED'],
    ),
    row('a key, which is not a user', {}, [403, 'SCOPE_MISSING'], needs('account:write')),
  ],
  'users/list': [
    row('all, with a key', {}, 200),
    row('all, by a manager', { as: 'manager' }, 200, { headers: { 'X-Total-Count': text } }),
    row('the only one', async () => ({ key: await (await newWorld()).token('owner') }), 200, {
      headers: { 'X-Total-Count': '1' },
      body: [user({ role: 'owner', last_login_at: instant })] as never,
    }),
    row('a role and a status', { query: 'role=viewer&status=disabled' }, 200),
    row('invited people, who are not users yet', { query: 'status=invited' }, 200, {
      headers: { 'X-Total-Count': '0' },
      body: [] as never,
    }),
    row('rows to skip, with the old parameter', { query: 'skip=10000&limit=1' }, 200, { body: [] as never }),
    badQuery('an unknown role', 'role=boss', 'enum', 'role'),
    badQuery('an unknown status', 'status=deleted', 'enum', 'status'),
    badQuery('skip and offset that differ', 'skip=1&offset=2', 'conflict', 'skip'),
    row('an editor', { as: 'editor' }, [403, 'SCOPE_MISSING'], needs('users:read')),
  ],
  'users/create': [
    row('a field worker', async () => ({ as: 'admin', body: { ...worker, email: anEmail() } }), 201, {
      headers: { Location: expect.stringMatching(/^http:\/\/localhost\/api\/v1\/users\/[0-9a-f-]{36}$/) },
      body: user({ name: '', role: 'field_worker' }),
    }),
    ...['admin', 'manager', 'editor', 'viewer'].map((role) =>
      row(
        `${role}, with a name`,
        async () => ({ as: 'owner', body: { ...worker, email: anEmail(), role, name: ' Ana ' } }),
        201,
        {
          body: user({ name: 'Ana', role }),
        },
      ),
    ),
    row(
      'one that was read, under another address',
      async () => ({ as: 'admin', body: { ...readUser, email: anEmail(), password: worker.password } }),
      201,
      { body: user({ name: 'Ana', role: 'viewer' }) },
    ),
    row(
      'an existing address in another case',
      async (world) => ({ as: 'admin', body: { ...worker, email: (await someone(world)).email.toUpperCase() } }),
      [409, 'EMAIL_TAKEN'],
    ),
    row(
      'an address that exists in another workspace',
      async () => ({ as: 'admin', body: { ...worker, email: (await someone(await newWorld())).email } }),
      201,
    ),
    row(
      'one more than the plan allows',
      async () => ({ key: (await fullWorld()).key, body: { ...worker, email: anEmail() } }),
      [403, 'QUOTA_EXCEEDED'],
      full,
    ),
    ...(['email', 'password', 'role'] as const).map((field) =>
      row(`no ${field}`, { as: 'admin', body: { ...worker, [field]: undefined } }, invalid, {
        body: { detail: [{ type: 'missing', loc: ['body', field], msg: 'Field required' }] },
      }),
    ),
    refused('an owner', { ...worker, role: 'owner' }, 'enum', 'role'),
    refused('a role in another case', { ...worker, role: 'Admin' }, 'enum', 'role'),
    refused('a word in place of an address', { ...worker, email: 'worker' }, 'format', 'email'),
    refused(
      'an address of 255 characters',
      { ...worker, email: `${'a'.repeat(243)}@example.com` },
      'too_long',
      'email',
    ),
    refused('a short password', { ...worker, password: 'Pass1' }, 'too_short', 'password'),
    refused('a password that everybody guesses', { ...worker, password: 'password1' }, 'custom', 'password'),
    refused('a name of 121 characters', { ...worker, name: 'n'.repeat(121) }, 'too_long', 'name'),
    refused('a field that users do not have', { ...worker, group: 'a' }, 'unknown_field', 'group'),
    row('a manager', { as: 'manager', body: worker }, [403, 'SCOPE_MISSING'], needs('users:write')),
    row('a key', { body: worker }, [403, 'SCOPE_MISSING']),
  ],
  'users/delete': removals,
  'workspaces/remove-member': removals,
  'workspaces/list-members': [
    row('all, with a key', {}, 200, { body: { offset: 0, limit: 50 } }),
    row('the only one', async () => ({ key: await (await newWorld()).token('owner') }), 200, {
      body: {
        total: 1,
        data: [{ id: uuid, email: text, name: 'A owner', role: 'owner', status: 'active', joined_at: instant }],
      },
    }),
    row('a role that no user has', async () => ({ query: 'role=viewer', key: (await newWorld()).key }), 200, {
      body: { data: [], total: 0 },
    }),
    badQuery('an unknown role', 'role=boss', 'enum', 'role'),
    row('a viewer', { as: 'viewer' }, [403, 'SCOPE_MISSING'], needs('users:read')),
  ],
  'workspaces/update-member': [
    row('a role', async (world) => ({ as: 'admin', ...(await member(world)), body: { role: 'viewer' } }), 200, {
      body: { role: 'viewer', status: 'active' },
    }),
    row('a status', async (world) => ({ as: 'admin', ...(await member(world)), body: { status: 'disabled' } }), 200, {
      body: { role: 'editor', status: 'disabled' },
    }),
    row(
      'both',
      async (world) => ({ as: 'owner', ...(await member(world)), body: { role: 'owner', status: 'active' } }),
      200,
      {
        body: { role: 'owner', status: 'active' },
      },
    ),
    row('nothing', async (world) => ({ as: 'admin', ...(await member(world)), body: {} }), 200, {
      body: { role: 'editor' },
    }),
    row(
      'what was read',
      async (world) => {
        const { params } = await member(world);
        const { body } = await world.call('workspaces/list-members', { as: 'admin', query: 'limit=200' });
        return { as: 'admin', params, body: body.data.find(({ id }: { id: string }) => id === params.user_id) };
      },
      200,
      { body: { role: 'editor', status: 'active' } },
    ),
    row(
      'the role of owner, by an admin',
      async (world) => ({ as: 'admin', ...(await member(world)), body: { role: 'owner' } }),
      [403, 'FORBIDDEN'],
    ),
    row(
      'an owner, by an admin',
      async (world) => ({ as: 'admin', ...(await member(world, 'owner')), body: { role: 'viewer' } }),
      [403, 'FORBIDDEN'],
    ),
    row(
      'the caller, to be disabled',
      async (world) => ({ as: 'owner', params: { user_id: await idOf(world, 'owner') }, body: { status: 'disabled' } }),
      [403, 'FORBIDDEN'],
    ),
    row('the last owner', async () => {
      const world = await newWorld();
      const params = { user_id: await idOf(world, 'owner') };
      return { key: await world.token('owner'), params, body: { role: 'admin' } };
    }, [409, 'LAST_OWNER']),
    row(
      'nobody',
      { as: 'admin', params: { user_id: randomUUID() }, body: { role: 'viewer' } },
      [404, 'NOT_FOUND'],
      noUser,
    ),
    row('a member who was removed', async (world) => ({ as: 'admin', ...(await removed(world)), body: {} }), [
      404,
      'NOT_FOUND',
    ]),
    ...(
      [
        ['an unknown role', { role: 'boss' }, 'enum', 'role'],
        ['null for the role', { role: null }, 'enum', 'role'],
        ['the status of the invited', { status: 'invited' }, 'enum', 'status'],
        ['an unknown field', { rol: 'viewer' }, 'unknown_field', 'rol'],
      ] as const
    ).map(([title, body, type, field]) =>
      row(title, { as: 'admin', params: { user_id: randomUUID() }, body }, invalid, failing(type, ['body', field])),
    ),
    row(
      'by a manager',
      { as: 'manager', params: { user_id: randomUUID() }, body: {} },
      [403, 'SCOPE_MISSING'],
      needs('users:write'),
    ),
    row('by a key', { params: { user_id: randomUUID() }, body: {} }, [403, 'SCOPE_MISSING']),
  ],
  'workspaces/list-invitations': [
    row('all, with a key', {}, 200, { body: { offset: 0, limit: 50 } }),
    row(
      'the only one',
      async () => {
        const world = await newWorld();
        await invitation(world);
        return { key: world.key };
      },
      200,
      {
        body: {
          total: 1,
          data: [
            { id: uuid, email: text, role: 'editor', status: 'pending', expires_at: instant, created_at: instant },
          ],
        },
      },
    ),
    row('none', async () => ({ key: (await newWorld()).key }), 200, { body: { data: [], total: 0 } }),
    row('an editor', { as: 'editor' }, [403, 'SCOPE_MISSING'], needs('users:read')),
  ],
  'workspaces/invite': [
    row('somebody', async () => ({ as: 'admin', body: { email: anEmail(), role: 'editor' } }), 201, {
      headers: { Location: expect.stringMatching(/\/api\/v1\/workspaces\/invitations\/[0-9a-f-]{36}$/) },
      body: { id: uuid, role: 'editor', status: 'pending', expires_at: instant, created_at: instant },
    }),
    row(
      'the same person again, with another role',
      async (world) => ({
        as: 'admin',
        body: { email: (await invitation(world)).email.toUpperCase(), role: 'viewer' },
      }),
      201,
      { body: { role: 'viewer', status: 'pending' } },
    ),
    row('one that was read, again', async (world) => ({ as: 'admin', body: await invitation(world) }), 201, {
      body: { status: 'pending' },
    }),
    row('a member', async (world) => ({ as: 'admin', body: { email: (await someone(world)).email, role: 'viewer' } }), [
      409,
      'EMAIL_TAKEN',
    ]),
    row(
      'one more than the plan allows',
      async () => ({ key: (await fullWorld()).key, body: { email: anEmail(), role: 'viewer' } }),
      [403, 'QUOTA_EXCEEDED'],
      full,
    ),
    row('no address', { as: 'admin', body: { role: 'viewer' } }, invalid, failing('missing', ['body', 'email'])),
    row('no role', { as: 'admin', body: { email: 'a@example.com' } }, invalid, failing('missing', ['body', 'role'])),
    refused('an owner', { email: 'a@example.com', role: 'owner' }, 'enum', 'role'),
    row(
      'a misspelt role',
      { as: 'admin', body: { email: 'a@example.com', role: 'edtior' } },
      invalid,
      failing('enum', ['body', 'role'], expect.stringContaining('did you mean "editor"?')),
    ),
    refused('a word in place of an address', { email: 'a@', role: 'viewer' }, 'format', 'email'),
    refused('a name', { email: 'a@example.com', role: 'viewer', name: 'Ana' }, 'unknown_field', 'name'),
    row(
      'a manager',
      { as: 'manager', body: { email: 'a@example.com', role: 'viewer' } },
      [403, 'SCOPE_MISSING'],
      needs('users:write'),
    ),
    row('a key', { body: { email: 'a@example.com', role: 'viewer' } }, [403, 'SCOPE_MISSING']),
  ],
  'workspaces/withdraw-invitation': [
    row('an open one', async (world) => ({ as: 'admin', params: { id: (await invitation(world)).id } }), 204),
    row(
      'one that was withdrawn',
      async (world) => {
        const params = { id: (await invitation(world)).id };
        await world.call('workspaces/withdraw-invitation', { as: 'admin', params });
        return { as: 'admin', params };
      },
      [404, 'NOT_FOUND'],
      { body: { details: { resource: 'invitation' } } },
    ),
    row('an unknown one', { as: 'admin', params: { id: randomUUID() } }, [404, 'NOT_FOUND']),
    row('a text that is not an id', { as: 'admin', params: { id: 'é'.repeat(4000) } }, [404, 'NOT_FOUND']),
    row('by a manager', { as: 'manager', params: { id: randomUUID() } }, [403, 'SCOPE_MISSING'], needs('users:delete')),
    row('by a key', { params: { id: randomUUID() } }, [403, 'SCOPE_MISSING']),
  ],
};
