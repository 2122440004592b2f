import { randomUUID } from 'node:crypto';
import { isDeployed } from '../support/stack.ts';
import { type Call, row, text } from './call.ts';
import { aDraft, aPublished } from './field-calls.ts';
import { newWorld, type World } from './world.ts';

/** Webhooks and their deliveries. */

/** A deployed stack gets a local address, since the machine may have no internet; no program listens at this port. */
export const url = isDeployed() ? 'http://localhost:9/hook' : 'https://example.com/hook';

export const hook = { name: 'Dispatch', url, events: ['geofence.*'] };

const made = async (world: World, more: object = {}): Promise<string> => {
  const answer = await world.call('webhooks/create', { body: { ...hook, ...more } });
  if (answer.status !== 201) throw new Error(`No webhook: ${JSON.stringify(answer.body)}`);
  return answer.body.id;
};

export const aWebhook = async (world: World, more: object = {}) => ({ params: { id: await made(world, more) } });

/** A delivery of an event that happened in the workspace, to a webhook of its own or to a given one. */
export async function aDelivery(world: World, of?: string) {
  const id = of ?? (await made(world));
  if (of) await world.call('webhooks/patch', { params: { id }, body: { events: ['geofence.*'] } });
  await world.fence({});
  // Its import replaces AWS in this process, which tests on a stack do not want.
  const { relayEvents } = await import('../platform/stream.ts');
  await relayEvents();
  const { body } = await world.call('webhooks/list-deliveries', { params: { id } });
  return { params: { id, delivery_id: body.data[0].id as string } };
}

/** A delivery that its target has finally refused. */
export async function aDeadLetter(world: World): Promise<void> {
  const id = await made(world, { url: 'https://refusing.example.com/' });
  await aDelivery(world, id);
}

const inactive = async (world: World, of: { readonly params: { readonly id: string } }) => {
  await world.call('webhooks/patch', { params: { id: of.params.id }, body: { is_active: false } });
  return of;
};

const refused = (title: string, body: object, type: string, ...loc: (string | number)[]): Call =>
  row(title, { body: { ...hook, ...body } }, [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
  });

const forbidden = (url: string, reason: string): Call =>
  row(`${url} (${reason})`, { body: { ...hook, url } }, [422, 'URL_FORBIDDEN'], { body: { details: { reason } } });

const manyHeaders = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`X-${i}`, '']));

const unknown = { params: { id: randomUUID() } };
const otherVersion = { headers: { 'If-Match': '"v9"' } };
const unknownDelivery = async (world: World) => ({
  params: { ...(await aWebhook(world)).params, delivery_id: randomUUID() },
});

const today = new Date().toISOString().slice(0, 10);
const day = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };

const bearer = { type: 'bearer', token: 'hunter2hunter2' };

export const webhookCalls: Readonly<Record<string, readonly Call[]>> = {
  'webhooks/create': [
    row('its example', { body: hook }, 201, {
      body: {
        kind: 'workspace',
        form_id: null,
        filter: {},
        headers: {},
        auth: null,
        timeout_seconds: 10,
        max_attempts: 7,
        rate_limit_per_minute: 600,
        is_active: true,
        disabled_reason: null,
        stats: { delivered_24h: 0, failed_24h: 0, last_success_at: null },
        version: 1,
      },
    }),
    row('a secret of its own', { body: { ...hook, secret: 'a secret of 25 characters' } }, 201, {
      body: { secret: 'a secret of 25 characters', secret_hint: '…ters' },
    }),
    row('a token, which is masked', { body: { ...hook, auth: bearer } }, 201, {
      body: { auth: { type: 'bearer', token: '***' } },
    }),
    row('a filter', { body: { ...hook, events: ['*'], filter: { geofence_tags: ['depot'] } } }, 201, {
      body: { filter: { geofence_tags: ['depot'] } },
    }),
    refused('no name', { name: undefined }, 'missing', 'name'),
    refused('no events', { events: [] }, 'too_short', 'events'),
    refused('an unknown type', { events: ['geofence.enter', 'geofence.left'] }, 'enum', 'events', 1),
    refused('an unknown group', { events: ['fence.*'] }, 'enum', 'events', 0),
    refused('51 events', { events: Array.from({ length: 51 }, () => '*') }, 'too_long', 'events'),
    row(
      'a filter without some of its keys',
      { body: { ...hook, events: ['*'], filter: { geofence_tags: ['depot'], device_ids: null } } },
      201,
      { body: { filter: { geofence_tags: ['depot'] } } },
    ),
    refused('a control character in the URL', { url: `${url}\u0000` }, 'format', 'url'),
    refused('an unknown key of the filter', { filter: { colors: ['red'] } }, 'unknown_field', 'filter', 'colors'),
    refused(
      '101 values',
      { filter: { device_ids: Array.from({ length: 101 }, () => 'x') } },
      'too_long',
      'filter',
      'device_ids',
    ),
    refused('21 headers', { headers: manyHeaders }, 'too_long', 'headers'),
    refused('a header that only calls set', { headers: { 'Webhook-Id': 'x' } }, 'conflict', 'headers', 'Webhook-Id'),
    refused('a header with a line break', { headers: { 'X-A': 'a\nb' } }, 'pattern', 'headers', 'X-A'),
    refused('a mask where there is no secret', { auth: { ...bearer, token: '***' } }, 'custom', 'auth', 'token'),
    refused('a secret of 15 characters', { secret: 'x'.repeat(15) }, 'too_short', 'secret'),
    refused('a secret that is no base64', { secret: 'whsec_not base64 at all' }, 'format', 'secret'),
    refused('a text that is no URL', { url: 'example.com' }, 'format', 'url'),
    refused('31 seconds', { timeout_seconds: 31 }, 'too_large', 'timeout_seconds'),
    refused('11 attempts', { max_attempts: 11 }, 'too_large', 'max_attempts'),
    refused('1001 calls a minute', { rate_limit_per_minute: 1001 }, 'too_large', 'rate_limit_per_minute'),
    forbidden('http://example.com/', 'scheme'),
    forbidden('https://example.com:22/', 'port'),
    forbidden('https://user:secret@example.com/', 'userinfo'),
    forbidden('https://127.0.0.1/', 'private_address'),
    forbidden('https://0x7f000001/', 'private_address'),
    forbidden('https://[::ffff:169.254.169.254]/', 'private_address'),
    forbidden('https://nothing.invalid/', 'unresolvable'),
  ],
  'webhooks/list': [
    row('all', async (world) => ({ query: `limit=${(await aWebhook(world)) && 1}` }), 200),
    row(
      'those that get a type',
      async (world) => {
        await made(world, { events: ['geofence.*'], name: 'A' });
        await made(world, { events: ['device.*'], name: 'B' });
        return { query: 'event=device.offline&is_active=true&kind=workspace' };
      },
      200,
    ),
    row(
      'those of forms',
      async (world) => {
        await aFormWebhook(world);
        return { query: 'kind=form&limit=1' };
      },
      200,
      { body: { data: [{ kind: 'form', form_id: text, name: text, events: ['submission.created'] }] } },
    ),
    row('a kind that there is not', { query: 'kind=other' }, [422, 'VALIDATION_ERROR']),
  ],
  'webhooks/get': [
    row('one', (world) => aWebhook(world), 200, { body: { name: 'Dispatch', secret_hint: text } }),
    row('an unknown one', unknown, [404, 'NOT_FOUND']),
  ],
  'webhooks/patch': [
    row('another version', async (world) => ({ ...(await aWebhook(world)), ...otherVersion, body: {} }), [
      412,
      'PRECONDITION_FAILED',
    ]),
    row('one field', async (world) => ({ ...(await aWebhook(world)), body: { name: 'Other' } }), 200, {
      body: { name: 'Other', version: 2 },
    }),
    row(
      'what was read, sent back',
      async (world) => {
        const of = await aWebhook(world, { auth: bearer });
        const { body } = await world.call('webhooks/get', of);
        return { ...of, body };
      },
      200,
      { body: { version: 1, auth: { type: 'bearer', token: '***' } } },
    ),
    row('an inactive one', async (world) => ({ ...(await aWebhook(world)), body: { is_active: false } }), 200, {
      body: { is_active: false, disabled_reason: null },
    }),
    row(
      'defaults',
      async (world) => ({ ...(await aWebhook(world, { max_attempts: 3 })), body: { max_attempts: null } }),
      200,
      {
        body: { max_attempts: 7 },
      },
    ),
    row('a secret', async (world) => ({ ...(await aWebhook(world)), body: { secret: 'x'.repeat(20) } }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row(
      'a private address',
      async (world) => ({ ...(await aWebhook(world)), body: { url: 'https://10.0.0.1/' } }),
      [422, 'URL_FORBIDDEN'],
      { body: { details: { reason: 'private_address' } } },
    ),
    row(
      'a mask for another way to authenticate',
      async (world) => ({
        ...(await aWebhook(world, { auth: bearer })),
        body: { auth: { type: 'api_key', header: 'X-Key', value: '***' } },
      }),
      [422, 'VALIDATION_ERROR'],
    ),
    row('an unknown one', { ...unknown, body: { name: 'N' } }, [404, 'NOT_FOUND']),
  ],
  'webhooks/delete': [
    row('one', (world) => aWebhook(world), 204),
    row('another version', async (world) => ({ ...(await aWebhook(world)), ...otherVersion }), [
      412,
      'PRECONDITION_FAILED',
    ]),
    row('an unknown one', unknown, [404, 'NOT_FOUND']),
  ],
  'webhooks/list-event-types': [row('all', {}, 200)],
  'webhooks/test': [
    row('without a body', (world) => aWebhook(world), 200, {
      body: { delivered: true, response_status: 200, response_body: 'ok', error: null },
    }),
    row('a type', async (world) => ({ ...(await aWebhook(world)), body: { event_type: 'geofence.exit' } }), 200),
    row('an unknown type', async (world) => ({ ...(await aWebhook(world)), body: { event_type: 'a.b' } }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row('an unknown one', unknown, [404, 'NOT_FOUND']),
  ],
  'webhooks/rotate-secret': [
    row('without a body', (world) => aWebhook(world), 200, { body: { version: 2 } }),
    row(
      'a secret of its own',
      async (world) => ({ ...(await aWebhook(world)), body: { overlap_hours: 0, secret: 'y'.repeat(16) } }),
      200,
      { body: { secret: 'y'.repeat(16) } },
    ),
    row('169 hours', async (world) => ({ ...(await aWebhook(world)), body: { overlap_hours: 169 } }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row('an unknown one', unknown, [404, 'NOT_FOUND']),
  ],
  'webhooks/list-deliveries': [
    row('all', async (world) => ({ params: { id: (await aDelivery(world)).params.id } }), 200, {
      headers: { 'X-Total-Count': '1' },
    }),
    row(
      'with another status',
      async (world) => ({ params: { id: (await aDelivery(world)).params.id }, query: 'status=dead' }),
      200,
      { headers: { 'X-Total-Count': '0' } },
    ),
    ...[
      ['today', `from=${today}&to=${today}`, '1'],
      ['of another day', 'from=2020-01-01&to=2020-01-02', '0'],
    ].map(([title = '', query = '', total]) =>
      row(title, async (world) => ({ params: { id: (await aDelivery(world)).params.id }, query }), 200, {
        headers: { 'X-Total-Count': total },
      }),
    ),
    row(
      'of a type',
      async (world) => ({
        params: { id: (await aDelivery(world)).params.id },
        query: 'event_type=geofence.created&status=success',
      }),
      200,
      { headers: { 'X-Total-Count': '1' } },
    ),
    row('of an unknown one', unknown, [404, 'NOT_FOUND']),
  ],
  'webhooks/get-delivery': [
    row('one', (world) => aDelivery(world), 200, { body: { status: 'success', attempt_count: 1 } }),
    row('an unknown one', unknownDelivery, [404, 'NOT_FOUND'], { body: { details: { resource: 'delivery' } } }),
  ],
  'webhooks/retry-delivery': [
    row('one that has arrived', (world) => aDelivery(world), 202, { body: { status: 'pending', attempt_count: 1 } }),
    row('of an inactive webhook', async (world) => inactive(world, await aDelivery(world)), [
      409,
      'INVALID_TRANSITION',
    ]),
    row(
      'one that is pending',
      async (world) => {
        const of = await aDelivery(world);
        await world.call('webhooks/retry-delivery', of);
        return of;
      },
      [409, 'INVALID_TRANSITION'],
    ),
    row('an unknown one', unknownDelivery, [404, 'NOT_FOUND']),
  ],
  'webhooks/replay': [
    row('nothing', async (world) => ({ ...(await aWebhook(world)), body: day }), 202, {
      body: { queued: 0, has_more: false },
    }),
    row(
      'what has arrived',
      async (world) => {
        const { id } = (await aDelivery(world)).params;
        const now = Date.now();
        const [from, to] = [now - 3_600_000, now + 3_600_000].map((at) => new Date(at).toISOString());
        return { params: { id }, body: { from, to, status: 'all' } };
      },
      202,
      { body: { queued: 1, has_more: false } },
    ),
    row('32 days', async (world) => ({ ...(await aWebhook(world)), body: { ...day, to: '2026-02-02T00:00:00Z' } }), [
      422,
      'VALIDATION_ERROR',
    ]),
    row(
      'an end before the beginning',
      async (world) => ({ ...(await aWebhook(world)), body: { from: day.to, to: day.from } }),
      [422, 'VALIDATION_ERROR'],
    ),
    row('of an inactive webhook', async (world) => ({ ...(await inactive(world, await aWebhook(world))), body: day }), [
      409,
      'INVALID_TRANSITION',
    ]),
    row('of an unknown one', { ...unknown, body: day }, [404, 'NOT_FOUND']),
  ],
  'webhooks/list-dead-letters': [
    row('none', {}, 200),
    ...[
      ['today', `from=${today}&to=${today}`, '1'],
      ['of another day', 'from=2020-01-01&to=2020-01-02', '0'],
    ].map(([title = '', query = '', total]) =>
      row(
        title,
        async () => {
          const world = await newWorld();
          await aDeadLetter(world);
          return { key: world.key, query };
        },
        200,
        { headers: { 'X-Total-Count': total } },
      ),
    ),
    row('of a webhook', async (world) => ({ query: `webhook_id=${(await aWebhook(world)).params.id}` }), 200, {
      headers: { 'X-Total-Count': '0' },
    }),
    row('an end before the beginning', { query: 'from=2026-01-02&to=2026-01-01' }, [422, 'VALIDATION_ERROR']),
  ],
};

/** A webhook of a new form, or of the given one, and its parameters in paths. */
export async function aFormWebhook(world: World, of?: string, more: object = {}) {
  const form_id = of ?? (await aPublished(world));
  const made = await world.call('forms/create-webhook', { params: { form_id }, body: { url, ...more } });
  if (made.status !== 201) throw new Error(`No webhook: ${JSON.stringify(made.body)}`);
  return { params: { form_id, webhook_id: made.body.id as string } };
}

const secret = 'optional_signing_secret';
const ofForm = async (world: World, body: object) => ({ params: { form_id: await aPublished(world) }, body });
const refusedOfForm = (title: string, body: object, type: string, field: string): Call =>
  row(title, (world) => ofForm(world, { url, ...body }), [422, 'VALIDATION_ERROR'], {
    body: { detail: [{ type, loc: ['body', field], msg: text }] },
  });

export const formWebhookCalls: Readonly<Record<string, readonly Call[]>> = {
  'forms/create-webhook': [
    row('as printed', (world) => ofForm(world, { url, secret }), 201, {
      body: { url, has_secret: true, is_active: true, created_at: text, form_id: text },
    }),
    row('without a secret', (world) => ofForm(world, { url }), 201, { body: { has_secret: false } }),
    row(
      'of a form that was never published',
      async (world) => ({ params: { form_id: await aDraft(world) }, body: { url } }),
      201,
    ),
    row('of an unknown form', { params: { form_id: randomUUID() }, body: { url } }, [404, 'NOT_FOUND'], {
      body: { details: { resource: 'form' } },
    }),
    refusedOfForm('a secret of 15 characters', { secret: 's'.repeat(15) }, 'too_short', 'secret'),
    refusedOfForm('a secret of 257 characters', { secret: 's'.repeat(257) }, 'too_long', 'secret'),
    refusedOfForm('events of its own', { events: ['*'] }, 'unknown_field', 'events'),
    refusedOfForm('no URL', { url: 'example.com' }, 'format', 'url'),
    row('this platform', (world) => ofForm(world, { url: 'https://localhost/hook' }), [422, 'URL_FORBIDDEN']),
  ],
  'forms/list-webhooks': [
    row('one', async (world) => ({ params: { form_id: (await aFormWebhook(world)).params.form_id } }), 200),
    row('of an unknown form', { params: { form_id: randomUUID() } }, [404, 'NOT_FOUND']),
  ],
  'forms/delete-webhook': [
    row('one', (world) => aFormWebhook(world), 204),
    row(
      'one of another form',
      async (world) => ({
        params: { ...(await aFormWebhook(world)).params, form_id: await aPublished(world) },
      }),
      [404, 'NOT_FOUND'],
      { body: { details: { resource: 'webhook' } } },
    ),
    row(
      'one of the workspace',
      async (world) => ({ params: { form_id: await aPublished(world), webhook_id: await made(world) } }),
      [404, 'NOT_FOUND'],
    ),
  ],
};
