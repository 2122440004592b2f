import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Call, row, text } from './call.ts';
import { aForm, aPublished, schema } from './field-calls.ts';
import { mailed, someone } from './people.ts';
import { aPairingToken, aPhone } from './phones.ts';
import type { World } from './world.ts';

/** Calls of paired phones, and of the settings for them. */

const refused = (title: string, body: object, type: string, field: string): Call =>
  row(
    title,
    async (world) => ({ key: undefined, body: { token: await aPairingToken(world), device_label: 'A', ...body } }),
    [422, 'VALIDATION_ERROR'],
    { body: { detail: [{ type, loc: ['body', field], msg: text }] } },
  );

const withToken = async (token: string | Promise<string>) => ({
  key: undefined,
  body: { token: await token, device_label: 'A phone' },
});

/** The token of a user, made directly. */
async function tokenOf(world: World, { serial = 1, expiresAt = Date.now() + 60_000 } = {}): Promise<string> {
  const { id } = await someone(world);
  return await mailed(world, 'pairing', id, { serial, expiresAt });
}

async function usedToken(world: World): Promise<string> {
  const token = await aPairingToken(world);
  await world.call('mobile/pair', await withToken(token));
  return token;
}

const invalid = [401, 'PAIRING_TOKEN_INVALID'] as const;

const mobileCalls: Readonly<Record<string, readonly Call[]>> = {
  'mobile/pair': [
    row(
      'as printed',
      async (world) => ({
        key: undefined,
        body: { token: await aPairingToken(world), device_label: 'Samsung Galaxy A55' },
      }),
      201,
      { body: { device_token: expect.stringMatching(/^eyJ/), user_id: text, user_email: text, device_id: text } },
    ),
    row('a token of a user who may pair phones', async (world) => withToken(tokenOf(world)), 201),
    row('a token that was used', async (world) => withToken(usedToken(world)), invalid),
    row('a token that has expired', async (world) => withToken(tokenOf(world, { expiresAt: Date.now() })), invalid),
    row('a token from before the password changed', async (world) => withToken(tokenOf(world, { serial: 0 })), invalid),
    row(
      'a token of another purpose',
      async (world) => withToken(mailed(world, 'verify_email', (await someone(world)).id)),
      invalid,
    ),
    row('no token at all', () => withToken('abc123...'), invalid),
    refused('an empty label', { device_label: '' }, 'too_short', 'device_label'),
    refused('a label of 256 characters', { device_label: 'd'.repeat(256) }, 'too_long', 'device_label'),
    refused('an unknown field', { deviceLabel: 'A' }, 'unknown_field', 'deviceLabel'),
  ],
  'mobile/list-forms': [
    row(
      'a published form',
      async (world) => {
        await aPublished(world, { ...schema, title: 'For phones' });
        return { as: 'phone' };
      },
      200,
      { headers: { ETag: expect.stringMatching(/^W\/"[\w-]{22}"$/) } },
    ),
    row(
      'with the tag of the last answer',
      async (world) => {
        const { headers } = await world.call('mobile/list-forms', { as: 'phone' });
        return { as: 'phone', headers: { 'if-none-match': headers.ETag! } };
      },
      304,
    ),
    row(
      'with the tag of an earlier answer',
      async (world) => {
        const { headers } = await world.call('mobile/list-forms', { as: 'phone' });
        await aForm(world);
        return { as: 'phone', headers: { 'if-none-match': headers.ETag! } };
      },
      200,
    ),
    row('by a user', { as: 'owner' }, [403, 'SCOPE_MISSING'], {
      body: { details: { required_scope: 'mobile:sync' } },
    }),
  ],
};

const paired = async (world: World) => ({ params: { device_id: (await aPhone(world)).device_id } });

const settingCalls: Readonly<Record<string, readonly Call[]>> = {
  'settings/create-pairing-token': [
    row('as printed', { as: 'manager' }, 201, {
      body: { token: expect.stringMatching(/^[\w-]{43}$/), expires_at: text, user_id: text, user_email: text },
    }),
    row('by a phone', { as: 'phone' }, [403, 'SCOPE_MISSING']),
  ],
  'settings/list-phones': [
    row(
      'some',
      async (world) => {
        await aPhone(world);
        return { as: 'manager' };
      },
      200,
    ),
  ],
  'settings/revoke-phone': [
    row('one', async (world) => ({ as: 'owner', ...(await paired(world)) }), 204),
    row("another user's", async (world) => ({ as: 'editor', ...(await paired(world)) }), [404, 'NOT_FOUND'], {
      body: { details: { resource: 'device' } },
    }),
    row(
      'one that was revoked',
      async (world) => {
        const asked = { as: 'owner', ...(await paired(world)) } as const;
        await world.call('settings/revoke-phone', asked);
        return asked;
      },
      [404, 'NOT_FOUND'],
    ),
    row('an unknown one', { as: 'owner', params: { device_id: randomUUID() } }, [404, 'NOT_FOUND']),
  ],
  'settings/get-server-url': [
    row('the address of the API', {}, 200, { body: { server_url: expect.stringMatching(/^https?:/) } }),
    row('by a phone', { as: 'phone' }, 200),
  ],
  'settings/set-server-url': [
    row('as printed', { body: { server_url: 'https://your-domain.com' } }, 200, {
      body: { server_url: 'https://your-domain.com' },
    }),
    row('plain http', { body: { server_url: 'http://your-domain.com' } }, [422, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'format', loc: ['body', 'server_url'], msg: text }] },
    }),
    row('nothing', { body: {} }, [422, 'VALIDATION_ERROR'], {
      body: { detail: [{ type: 'missing', loc: ['body', 'server_url'], msg: text }] },
    }),
    row(
      'more than 2048 characters',
      { body: { server_url: `https://your-domain.com/${'a'.repeat(2048)}` } },
      [422, 'VALIDATION_ERROR'],
      { body: { detail: [{ type: 'too_long', loc: ['body', 'server_url'], msg: text }] } },
    ),
  ],
};

export const phoneCalls = { ...mobileCalls, ...settingCalls };
