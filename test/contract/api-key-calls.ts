import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { type Call, row, text } from './call.ts';
import type { Asked, World } from './world.ts';

/** The two families of routes for API keys, called by an admin. */

const as = 'admin';
const unknown = { key_id: randomUUID() };
const past = '2020-01-01T00:00:00Z';
const future = '2999-12-31T23:59:59Z';
const wholeKey = expect.stringMatching(/^hx_live_[0-9A-Za-z]{24}_[0-9A-Za-z]{38}$/);
const refused = (type: string, ...loc: (string | number)[]) => ({
  body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
});

/** A key that is created for the row, and its parameters in paths. */
async function made(
  world: World,
  body: object = {},
): Promise<{ key: Record<string, unknown>; params: { key_id: string } }> {
  const { status, body: key } = await world.call('account/create-api-key', { as, body: { name: 'K', ...body } });
  if (status !== 201) throw new Error(`No key: ${JSON.stringify(key)}`);
  return { key, params: { key_id: key.id } };
}
const at = async (world: World, draft: object = {}, more: Partial<Asked> = {}): Promise<Asked> => {
  const { params } = await made(world, draft);
  return { as, params, ...more };
};
const revoked = async (world: World, more: Partial<Asked> = {}): Promise<Asked> => {
  const { params } = await made(world);
  await world.call('account/delete-api-key', { as, params });
  return { as, params, ...more };
};

/** Calls that both families refuse in the same words. */
const drafts = (): Call[] => [
  row('no name', { as, body: {} }, [422, 'VALIDATION_ERROR'], refused('missing', 'name')),
  row('an empty name', { as, body: { name: '' } }, [422, 'VALIDATION_ERROR'], refused('too_short', 'name')),
  row(
    'a name of 121 characters',
    { as, body: { name: 'n'.repeat(121) } },
    [422, 'VALIDATION_ERROR'],
    refused('too_long', 'name'),
  ),
  row(
    'an unknown scope',
    { as, body: { name: 'K', scopes: ['geofences:read', 'geofences:own'] } },
    [422, 'VALIDATION_ERROR'],
    refused('enum', 'scopes', 1),
  ),
  row('a misspelt scope', { as, body: { name: 'K', scopes: ['geofence:read'] } }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ msg: 'Should be one of the documented values; did you mean "geofences:read"?' }] },
  }),
  row(
    'scopes that are for people only',
    { as, body: { name: 'K', scopes: ['geofences:read', 'api_keys:write', 'account:read'] } },
    [422, 'SCOPE_NOT_GRANTABLE'],
    { body: { details: { scopes: ['api_keys:write', 'account:read'] } } },
  ),
  row('scopes as a single word', { as, body: { name: 'K', scopes: 'geofences:read' } }, [422, 'VALIDATION_ERROR']),
  row(
    'an expiry in the past',
    { as, body: { name: 'K', expires_at: past } },
    [422, 'VALIDATION_ERROR'],
    refused('too_small', 'expires_at'),
  ),
  row(
    'an expiry that is only a day',
    { as, body: { name: 'K', expires_at: '2999-12-31' } },
    [422, 'VALIDATION_ERROR'],
    refused('format', 'expires_at'),
  ),
  row(
    'a 30th of February',
    { as, body: { name: 'K', expires_at: '2999-02-30T00:00:00Z' } },
    [422, 'VALIDATION_ERROR'],
    refused('format', 'expires_at'),
  ),
  row(
    'an address in place of a network',
    { as, body: { name: 'K', allowed_cidrs: ['10.0.0.0/8', '203.0.113.9'] } },
    [422, 'VALIDATION_ERROR'],
    refused('format', 'allowed_cidrs', 1),
  ),
  row(
    '21 networks',
    { as, body: { name: 'K', allowed_cidrs: Array.from({ length: 21 }, (_, i) => `10.0.${i}.0/24`) } },
    [422, 'VALIDATION_ERROR'],
    refused('too_long', 'allowed_cidrs'),
  ),
  row(
    'a key, an id and a version that the caller chose',
    { as, body: { name: 'K', key: 'hx_live_mine', id: 'mine', version: 7 } },
    201,
    {
      body: { key: wholeKey, id: expect.not.stringMatching('mine') },
    },
  ),
  row('by a manager', { as: 'manager', body: { name: 'K' } }, [403, 'SCOPE_MISSING'], {
    body: { details: { required_scope: 'api_keys:write' } },
  }),
  row('by a key with all scopes that keys can have', { body: { name: 'K' } }, [403, 'SCOPE_MISSING']),
];

/** The responses of both families to the deletion of a key. */
const ends = (): Call[] => [
  row('a key', at, 204),
  row('a revoked key, again', revoked, 204),
  row('an unknown key', { as, params: unknown }, [404, 'NOT_FOUND'], { body: { details: { resource: 'api_key' } } }),
  row('a text that is not an id', { as, params: { key_id: 'é'.repeat(300) } }, [404, 'NOT_FOUND']),
  row('another version', (world) => at(world, {}, { headers: { 'If-Match': '"v9"' } }), [412, 'PRECONDITION_FAILED'], {
    body: { details: { current_version: 1 } },
  }),
  row('the present version', (world) => at(world, {}, { headers: { 'If-Match': '"v1"' } }), 204),
  row('by an editor', (world) => at(world, {}, { as: 'editor' }), [403, 'SCOPE_MISSING']),
  row('by a key with all scopes that keys can have', async (world) => ({ params: (await made(world)).params }), [
    403,
    'SCOPE_MISSING',
  ]),
];

export const apiKeyCalls: Readonly<Record<string, readonly Call[]>> = {
  'api-keys/create': [
    row('a name', { as, body: { name: 'Sensor Lab 3' } }, 201, {
      body: { key: wholeKey, scopes: [] },
      headers: { Location: expect.stringMatching(/\/api\/v1\/account\/api-keys\/[0-9a-f-]{36}$/) },
    }),
    row(
      'scopes, in the order asked for, each once',
      { as, body: { name: 'K', scopes: ['users:read', 'audit:read', 'users:read'] } },
      201,
      {
        body: { scopes: ['users:read', 'audit:read'] },
      },
    ),
    row('an expiry and networks', { as, body: { name: 'K', expires_at: future, allowed_cidrs: ['::1/128'] } }, 201),
    row(
      'fields of the other family of routes',
      { as, body: { name: 'K', role: 'editor' } },
      [422, 'VALIDATION_ERROR'],
      {
        body: { detail: [{ type: 'unknown_field', loc: ['body', 'role'], msg: 'Unknown field "role"' }] },
      },
    ),
    ...drafts(),
  ],
  'api-keys/list': [
    row('all keys, for a key', {}, 200),
    row('a page with skip', { as, query: 'skip=0&limit=1' }, 200),
    row('by an editor', { as: 'editor' }, [403, 'SCOPE_MISSING']),
    row('a skip that differs from offset', { query: 'skip=1&offset=2' }, [422, 'VALIDATION_ERROR']),
  ],
  'api-keys/delete': ends(),
  'account/list-api-keys': [
    row('all keys', {}, 200),
    row('active keys', { query: 'status=active' }, 200),
    row('another status', { query: 'status=dead' }, [422, 'VALIDATION_ERROR']),
    row('keys that expire within 0 days', { query: 'expiring_within_days=0' }, [422, 'VALIDATION_ERROR']),
    row('keys that expire within 365 days', { query: 'expiring_within_days=365' }, 200),
    row('by a manager', { as: 'manager' }, [403, 'SCOPE_MISSING']),
  ],
  'account/create-api-key': [
    row('a name: the scopes of an editor', { as, body: { name: 'CRM sync' } }, 201, {
      headers: {
        'Cache-Control': 'private, no-store',
        Location: expect.stringMatching(/\/api\/v1\/account\/api-keys\/[0-9a-f-]{36}$/),
      },
      body: {
        name: 'CRM sync',
        description: '',
        key: wholeKey,
        key_prefix: expect.stringMatching(/^hx_live_[0-9A-Za-z]{24}$/),
        environment: 'live',
        scopes: expect.arrayContaining(['geofences:read', 'geofences:write', 'headless:submit']),
        allowed_cidrs: [],
        rate_limit_per_hour: null,
        status: 'active',
        expires_at: null,
        last_used_at: null,
        last_used_ip: null,
        rotated_from: null,
        created_by: expect.stringMatching(/^user_/),
        revoked_at: null,
        version: 1,
      },
    }),
    row('every scope that keys can have', { as, body: { name: 'K', scopes: grantableScopes } }, 201, {
      body: { scopes: grantableScopes, effective_scopes: grantableScopes },
    }),
    row('no scope: a headless key', { as, body: { name: 'K', scopes: [] } }, 201, {
      body: { scopes: [], effective_scopes: ['headless:read', 'headless:submit'] },
    }),
    row('a role', { as, body: { name: 'K', role: 'field_worker' } }, 201, {
      body: { scopes: ['workspace:read', 'projects:read', 'submissions:create', 'media:write', 'settings:read'] },
    }),
    row('a role that no key has', { as, body: { name: 'K', role: 'admin' } }, [422, 'VALIDATION_ERROR']),
    row(
      'a role and scopes',
      { as, body: { name: 'K', role: 'viewer', scopes: [] } },
      [422, 'VALIDATION_ERROR'],
      refused('conflict', 'role'),
    ),
    row(
      'networks in any spelling',
      {
        as,
        body: {
          name: 'K',
          allowed_cidrs: ['203.0.113.9/24', '203.0.113.0/24', '::ffff:10.1.2.3/104', '2001:DB8::1/32'],
        },
      },
      201,
      { body: { allowed_cidrs: ['203.0.113.0/24', '10.0.0.0/8', '2001:db8::/32'] } },
    ),
    row('an expiry with an offset', { as, body: { name: 'K', expires_at: '2999-01-01T00:30:00.250+01:30' } }, 201, {
      body: { expires_at: '2998-12-31T23:00:00.250Z' },
    }),
    row(
      'null where it is allowed',
      { as, body: { name: 'K', expires_at: null, rate_limit_per_hour: null, description: null, allowed_cidrs: null } },
      201,
      {
        body: { expires_at: null, rate_limit_per_hour: null, description: '', allowed_cidrs: [] },
      },
    ),
    row('a separate rate limit', { as, body: { name: 'K', rate_limit_per_hour: 1 } }, 201, {
      body: { rate_limit_per_hour: 1 },
    }),
    row(
      'a rate limit of 0',
      { as, body: { name: 'K', rate_limit_per_hour: 0 } },
      [422, 'VALIDATION_ERROR'],
      refused('too_small', 'rate_limit_per_hour'),
    ),
    row(
      'a rate limit above that of the plan',
      { as, body: { name: 'K', rate_limit_per_hour: 1_000_001 } },
      [422, 'VALIDATION_ERROR'],
      refused('too_large', 'rate_limit_per_hour'),
    ),
    row(
      'a description of 501 characters',
      { as, body: { name: 'K', description: 'd'.repeat(501) } },
      [422, 'VALIDATION_ERROR'],
      refused('too_long', 'description'),
    ),
    ...drafts(),
  ],
  'account/get-api-key': [
    row('a key, without its secret', at, 200, { body: { name: 'K', version: 1 } }),
    row('a key, for a key', async (world) => ({ params: (await made(world)).params }), 200),
    row('an unknown key', { params: unknown }, [404, 'NOT_FOUND'], { body: { details: { resource: 'api_key' } } }),
    row('a text that is not an id', { params: { key_id: 'not-a-uuid' } }, [404, 'NOT_FOUND']),
    row('by a viewer', { as: 'viewer', params: unknown }, [403, 'SCOPE_MISSING']),
  ],
  'account/patch-api-key': [
    row('one field', (world) => at(world, { description: 'kept' }, { body: { name: 'New' } }), 200, {
      body: { name: 'New', description: 'kept', version: 2 },
    }),
    row(
      'what was read',
      async (world) => {
        const { key, params } = await made(world, { scopes: ['geofences:read'], expires_at: future });
        return { as, params, body: key };
      },
      200,
      { body: { version: 1 } },
    ),
    row('nothing', (world) => at(world, {}, { body: {} }), 200, { body: { version: 1 } }),
    row(
      'null for fields that may be empty',
      (world) =>
        at(
          world,
          { description: 'd', allowed_cidrs: ['::/0'], expires_at: future, rate_limit_per_hour: 9 },
          { body: { description: null, allowed_cidrs: null, expires_at: null, rate_limit_per_hour: null } },
        ),
      200,
      { body: { description: '', allowed_cidrs: [], expires_at: null, rate_limit_per_hour: null, version: 2 } },
    ),
    row(
      'null for scopes',
      (world) => at(world, {}, { body: { scopes: null } }),
      [422, 'VALIDATION_ERROR'],
      refused('type_error', 'scopes'),
    ),
    row(
      'a role',
      (world) => at(world, {}, { body: { role: 'viewer' } }),
      [422, 'VALIDATION_ERROR'],
      refused('unknown_field', 'role'),
    ),
    row(
      'a scope for people',
      (world) => at(world, {}, { body: { scopes: ['users:write'] } }),
      [422, 'SCOPE_NOT_GRANTABLE'],
      {
        body: { details: { scopes: ['users:write'] } },
      },
    ),
    row(
      'an expiry in the past',
      (world) => at(world, {}, { body: { expires_at: past } }),
      [422, 'VALIDATION_ERROR'],
      refused('too_small', 'expires_at'),
    ),
    row('an unknown key', { as, params: unknown, body: { name: 'New' } }, [404, 'NOT_FOUND']),
    row('another version', (world) => at(world, {}, { body: { name: 'N' }, headers: { 'If-Match': '"v9"' } }), [
      412,
      'PRECONDITION_FAILED',
    ]),
    row('by an editor', (world) => at(world, {}, { as: 'editor', body: { name: 'N' } }), [403, 'SCOPE_MISSING']),
  ],
  'account/delete-api-key': ends(),
  'account/rotate-api-key': [
    row(
      'a key',
      (world) =>
        at(
          world,
          {
            name: 'Old',
            scopes: ['geofences:read'],
            allowed_cidrs: ['10.0.0.0/8'],
            rate_limit_per_hour: 7,
            description: 'd',
          },
          { body: {} },
        ),
      201,
      {
        body: {
          name: 'Old',
          description: 'd',
          scopes: ['geofences:read'],
          allowed_cidrs: ['10.0.0.0/8'],
          rate_limit_per_hour: 7,
          key: wholeKey,
          rotated_from: expect.stringMatching(/^[0-9a-f-]{36}$/),
          previous_expires_at: expect.stringMatching(/Z$/),
          version: 1,
        },
        headers: { Location: expect.stringMatching(/\/api\/v1\/account\/api-keys\/[0-9a-f-]{36}$/) },
      },
    ),
    row(
      'a key with an expiry, which stays',
      (world) => at(world, { expires_at: '2999-01-01T00:00:00Z' }, { body: { grace_period_hours: 1 } }),
      201,
      { body: { expires_at: '2999-01-01T00:00:00Z' } },
    ),
    row('without grace', (world) => at(world, {}, { body: { grace_period_hours: 0 } }), 201),
    row('a grace period of 720 hours', (world) => at(world, {}, { body: { grace_period_hours: 720 } }), 201),
    row(
      'a grace period of 721 hours',
      (world) => at(world, {}, { body: { grace_period_hours: 721 } }),
      [422, 'VALIDATION_ERROR'],
      refused('too_large', 'grace_period_hours'),
    ),
    row(
      'a grace period of half an hour',
      (world) => at(world, {}, { body: { grace_period_hours: 0.5 } }),
      [422, 'VALIDATION_ERROR'],
      refused('type_error', 'grace_period_hours'),
    ),
    row('a revoked key', (world) => revoked(world, { body: {} }), [409, 'INVALID_TRANSITION'], {
      body: { details: { from: 'revoked', to: 'rotated' } },
    }),
    row(
      'a key that was rotated already',
      async (world) => {
        const { params } = await made(world);
        await world.call('account/rotate-api-key', { as, params, body: {} });
        return { as, params, body: {} };
      },
      [409, 'INVALID_TRANSITION'],
      { body: { details: { from: 'rotated', to: 'rotated' } } },
    ),
    row(
      'a key that has expired',
      async (world) => {
        const { params } = await made(world);
        await world.call('account/rotate-api-key', { as, params, body: { grace_period_hours: 0 } });
        return { as, params, body: {} };
      },
      [409, 'INVALID_TRANSITION'],
      { body: { details: { from: 'expired', to: 'rotated' } } },
    ),
    row('an unknown key', { as, params: unknown, body: {} }, [404, 'NOT_FOUND']),
    row('by an editor', (world) => at(world, {}, { as: 'editor', body: {} }), [403, 'SCOPE_MISSING']),
  ],
};
