import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { newWorkspace } from '../support/stack.ts';
import { type Call, row, text } from './call.ts';
import type { World } from './world.ts';

const ETag = { headers: { ETag: text } };
const fails = (title: string, body: object, type: string, field: string) =>
  row(title, { as: 'owner', body }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', field], msg: text }] },
  });
/** The workspace as a user with this role reads it. */
const read = async (world: World) => (await world.call('workspaces/get', { as: 'owner' })).body;

export const workspaceCalls: Readonly<Record<string, readonly Call[]>> = {
  'workspaces/get': [
    row('a key', {}, 200, {
      ...ETag,
      body: {
        plan: 'enterprise',
        environment: 'live',
        features: ['BULK_IMPORT'],
        timezone: 'UTC',
        unit_system: 'metric',
        api_key_brand: 'hx',
        late_window_hours: 72,
        certificate_lifetime_days: 365,
        location_retention_days: 3650,
        media_max_bytes: 104_857_600,
        geocoding: { bias: null, countries: [], language: null, min_precision: 'street', min_confidence: 0.7 },
        version: expect.any(Number),
      },
    }),
    row('anyone signed in', { as: 'field_worker' }, 200, ETag),
    row('a key without the scope', async (world) => ({ key: await world.anotherKey({ scopes: ['audit:read'] }) }), [
      403,
      'SCOPE_MISSING',
    ]),
    row(
      'one that has it already',
      async (world) => ({ headers: { 'if-none-match': `"v${(await read(world)).version}"` } }),
      304,
    ),
  ],
  'workspaces/update': [
    row('a key', { body: { name: 'No' } }, [403, 'SCOPE_MISSING'], {
      body: { details: { required_scope: 'workspace:write' } },
    }),
    row('a manager', { as: 'manager', body: { name: 'No' } }, [403, 'SCOPE_MISSING']),
    row('an admin: a name', { as: 'admin', body: { name: 'Acme' } }, 200, { ...ETag, body: { name: 'Acme' } }),
    row('the lifetime of tokens', { as: 'admin', body: { access_token_ttl_seconds: 900 } }, 200, {
      body: { access_token_ttl_seconds: 900 },
    }),
    row(
      'several settings',
      {
        as: 'admin',
        body: {
          logo_url: 'https://example.com/logo.png',
          website: 'https://example.com',
          billing_email: 'money@example.com',
          timezone: 'Europe/Madrid',
          unit_system: 'imperial',
          api_key_brand: 'acme',
          require_email_verification: false,
        },
      },
      200,
      { body: { website: 'https://example.com', billing_email: 'money@example.com', timezone: 'Europe/Madrid' } },
    ),
    row('null for fields that may be empty', { as: 'admin', body: { logo_url: null, description: null } }, 200, {
      body: { logo_url: null, description: '' },
    }),
    row('the geocoding settings', { as: 'admin', body: { geocoding: { countries: ['USA'], language: 'EN' } } }, 200, {
      body: { geocoding: { bias: null, countries: ['USA'], language: 'en', min_precision: 'street' } },
    }),
    row(
      'null, for the defaults',
      { as: 'admin', body: { timezone: null, access_token_ttl_seconds: null, location_retention_days: null } },
      200,
      { body: { timezone: 'UTC', access_token_ttl_seconds: 86_400 } },
    ),
    row('null for how addresses are understood', { as: 'admin', body: { geocoding: null } }, 200, {
      body: { geocoding: { countries: [], language: null } },
    }),
    row('a manager: how addresses are understood', { as: 'manager', body: { geocoding: null } }, [
      403,
      'SCOPE_MISSING',
    ]),
    row('an unknown country', { as: 'admin', body: { geocoding: { countries: ['US'] } } }, [422, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'format', loc: ['body', 'geocoding', 'countries', 0], msg: text }] },
    }),
    row('an unknown field of it', { as: 'admin', body: { geocoding: { country: 'USA' } } }, [422, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'unknown_field', loc: ['body', 'geocoding', 'country'] }] },
    }),
    row('what was read', async (world) => ({ as: 'admin', body: await read(world) }), 200),
    row(
      'the version that was read',
      async (world) => ({
        as: 'admin',
        body: { description: randomUUID() },
        headers: { 'if-match': `"v${(await read(world)).version}"` },
      }),
      200,
    ),
    row(
      'another version',
      { as: 'admin', body: { name: 'Late' }, headers: { 'if-match': '"v999999"' } },
      [412, 'PRECONDITION_FAILED'],
      { body: { details: { current_version: expect.any(Number) } } },
    ),
    row('an owner: the size of bulk requests', { as: 'owner', body: { bulk_create_max_batch_size: 1000 } }, 200, {
      body: { bulk_create_max_batch_size: 1000 },
    }),
    row('an admin: the size of bulk requests', { as: 'admin', body: { bulk_create_max_batch_size: 7 } }, [
      403,
      'FORBIDDEN',
    ]),
    fails('more than the API can set', { bulk_create_max_batch_size: 1001 }, 'too_large', 'bulk_create_max_batch_size'),
    row('a new slug', async () => ({ as: 'owner', body: { slug: `s-${randomUUID()}` } }), 200),
    row('a taken slug', async () => ({ as: 'owner', body: { slug: (await newWorkspace()).slug } }), [409, 'CONFLICT'], {
      body: { details: { field: 'slug' } },
    }),
    fails('a slug in capitals', { slug: 'Acme' }, 'pattern', 'slug'),
    fails('an empty name', { name: '' }, 'too_short', 'name'),
    fails('null for a name', { name: null }, 'type_error', 'name'),
    fails('an unknown time zone', { timezone: 'Mars/Olympus' }, 'format', 'timezone'),
    fails('a plain http address', { server_url: 'http://example.com' }, 'format', 'server_url'),
    fails('an address with a password', { website: 'https://a:b@example.com' }, 'format', 'website'),
    fails('a text that is not an e-mail address', { support_email: 'nobody' }, 'format', 'support_email'),
    fails('tokens of a minute', { access_token_ttl_seconds: 60 }, 'too_small', 'access_token_ttl_seconds'),
    fails('a brand of one letter', { api_key_brand: 'h' }, 'pattern', 'api_key_brand'),
    fails('more days than the plan allows', { location_retention_days: 3651 }, 'too_large', 'location_retention_days'),
    row('a field in another letter case', { as: 'admin', body: { logoUrl: null } }, [422, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'unknown_field', msg: 'Unknown field "logoUrl"; did you mean "logo_url"?' }] },
    }),
  ],
};
