import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { answerTargetsWith, type OutboundRequest } from '../../shared/outbound/connector.ts';
import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { entityKeys } from '../../shared/table/keys/entities.ts';
import { submissionKeys } from '../../shared/table/keys/submissions.ts';
import { Table } from '../../shared/table/table.ts';
import { answerTargets, platform } from '../platform/in-process.ts';
import { entitiesOf } from '../platform/rows.ts';
import { relayEvents } from '../platform/stream.ts';
import { injectFaults } from '../shared/support/injected-faults.ts';
import type { EndpointName } from '../support/endpoints.ts';
import { aPublished, schema } from './field-calls.ts';
import { aPhone } from './phones.ts';
import { aFormWebhook, aWebhook } from './webhook-calls.ts';
import { type Asked, newWorld, type World } from './world.ts';

/** Every new submission of a form reaches the webhooks of the form, whichever route stored it. */

const main = new Table('main');
let world: World;
let calls: OutboundRequest[] = [];
beforeAll(async () => {
  world = await newWorld();
});
beforeEach(() => {
  calls = [];
  answerTargetsWith(async (_target, _addresses, request) => {
    calls.push(request);
    return { status: 200, body: 'ok', retryAfter: undefined };
  });
});
afterEach(() => {
  vi.useRealTimers();
  answerTargets();
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
});

async function ok(name: EndpointName, asked: Asked = {}, of = world) {
  const answer = await of.call(name, asked);
  expect(answer.status, `${name} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}
const targetOf = () => `https://${randomUUID()}.example.com/hook`;
const callsTo = (url: string) => calls.filter((call) => call.url === url);
const item = (form_id: string, more: object = {}) => ({
  form_id,
  local_uuid: randomUUID(),
  data: { full_name: 'Maria Lopez', has_water: 'yes' },
  ...more,
});
const submit = (form_id: string, more: object = {}, of = world) =>
  ok('submissions/create', { body: item(form_id, more) }, of);
const idsIn = (all: readonly OutboundRequest[]) => all.map(({ body }) => JSON.parse(String(body)).id).sort();
const isLeft = async (webhookId: string, of = world) =>
  Object.keys(await entitiesOf(of.workspace)).some((key) => key.includes(webhookId) && !key.includes('#outbox'));

describe('a new submission', () => {
  test('reaches a webhook of its form by every door, once, as the whole submission and nothing else', async () => {
    const url = targetOf();
    const { params } = await aFormWebhook(world, undefined, { url });
    const { form_id } = params;
    const { device_token: key } = await aPhone(world);
    const first = item(form_id);
    const single = await ok('submissions/create', { body: first });
    await ok('submissions/create', { body: first });
    const bulk = await ok('submissions/create-bulk', { body: [item(form_id), item(form_id), first] });
    const headless = await ok('headless/submit', { body: { form_id, data_json: { full_name: 'A' } } });
    const mobile = await ok('submissions/create', { key, body: item(form_id) });
    await submit(await aPublished(world));
    await relayEvents();
    await relayEvents();
    const ids = [single, ...bulk.accepted, headless, mobile].map(({ id }) => id);
    expect(idsIn(callsTo(url))).toEqual(ids.sort());
    for (const { body } of callsTo(url)) {
      const sent = JSON.parse(String(body));
      expect(sent).toEqual(await ok('submissions/get', { params: { submission_id: sent.id } }));
    }
  });

  test('is signed exactly if the webhook has a secret', async () => {
    const secret = 'optional_signing_secret';
    const form_id = await aPublished(world);
    const [open, signed] = [targetOf(), targetOf()];
    await aFormWebhook(world, form_id, { url: open });
    await aFormWebhook(world, form_id, { url: signed, secret });
    await submit(form_id);
    await relayEvents();
    const [[plain], [proved]] = [callsTo(open), callsTo(signed)];
    expect(plain!.headers).toMatchObject({
      'webhook-id': expect.stringMatching(/^evt_/),
      'X-Hexfence-Event': 'submission.created',
      'X-Hexfence-Attempt': '1',
    });
    expect(plain!.headers).not.toHaveProperty('webhook-signature');
    const verifier = new Webhook(Buffer.from(secret).toString('base64'));
    expect(verifier.verify(String(proved!.body), proved!.headers as Record<string, string>)).toMatchObject({ form_id });
    expect(String(proved!.body)).toBe(String(plain!.body));
  });

  test('keeps every digit and key, also if it has a megabyte', async () => {
    const url = targetOf();
    const fields = [
      { id: 'n', type: 'number', label: 'N' },
      { id: 't', type: 'textarea', label: 'T' },
    ];
    const { params } = await aFormWebhook(world, await aPublished(world, { ...schema, fields }), { url });
    // Random digits, which cannot be compressed into one row.
    const digits = Array.from({ length: 60_000 }, () => Math.random().toString(36).slice(2, 12)).join('');
    const data = `{"n":1234567890.12345678900,"t":"${digits}"}`;
    const body = `{"form_id":"${params.form_id}","local_uuid":"${randomUUID()}","data":${data}}`;
    await ok('submissions/create', { body });
    await relayEvents();
    expect(String(callsTo(url)[0]!.body)).toContain(`"data":${data}`);
  });

  test('reaches no webhook that is younger than it, inactive, or of a form that was deleted since', async () => {
    const url = targetOf();
    const form_id = await aPublished(world);
    await submit(form_id);
    // In another millisecond.
    await setTimeout(2);
    const { params } = await aFormWebhook(world, form_id, { url });
    await relayEvents();
    const id = params.webhook_id;
    await ok('webhooks/patch', { params: { id }, body: { is_active: false } });
    await submit(form_id);
    await relayEvents();
    expect(callsTo(url)).toEqual([]);
    expect((await ok('webhooks/list-deliveries', { params: { id } })).data).toMatchObject([{ status: 'skipped' }]);
    const other = await aFormWebhook(world, undefined, { url });
    await submit(other.params.form_id);
    await ok('forms/delete', { params: { form_id: other.params.form_id } });
    await relayEvents();
    expect(callsTo(url)).toEqual([]);
  });

  test('is sent as the same bytes whatever becomes of it between two deliveries of its event', async () => {
    const url = targetOf();
    const { params } = await aFormWebhook(world, undefined, { url });
    const { id } = await submit(params.form_id);
    await relayEvents();
    const [delivery] = (await ok('webhooks/list-deliveries', { params: { id: params.webhook_id } })).data;
    // A file that is linked later replaces a value of the data.
    const key = submissionKeys.body(world.workspace.reference, id);
    const other = await submit(params.form_id, { data: { full_name: 'Other' } });
    const changed = await main.get(submissionKeys.body(world.workspace.reference, other.id));
    const row = await main.get(key);
    await main.put(key, { ...row, data: changed!.data });
    await relayEvents();
    const asked = { params: { id: params.webhook_id, delivery_id: delivery.id } };
    await ok('webhooks/retry-delivery', asked);
    await relayEvents();
    const sent = callsTo(url).filter(({ body }) => JSON.parse(String(body)).id === id);
    expect(sent.length).toBe(2);
    expect(new Set(sent.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
  });

  test.each(Array.from({ length: 24 }, (_, i) => i))('is delivered once if workers die at call %i', async (at) => {
    const url = targetOf();
    const { params } = await aFormWebhook(world, undefined, { url });
    const { id } = await submit(params.form_id);
    const revive = injectFaults(platform.database, [
      { in: at, when: 'before' },
      { in: at, when: 'after' },
    ]);
    await relayEvents().catch(() => undefined);
    revive();
    await relayEvents();
    // A worker that crashes while it holds the lease is noticed when the lease expires.
    vi.useFakeTimers({ now: Date.now() + 10 * 60_000, toFake: ['Date'] });
    await dueSweeper.open().sweep();
    await platform.queues.idle();
    expect(new Set(idsIn(callsTo(url)))).toEqual(new Set([id]));
    expect((await ok('webhooks/list-deliveries', { params: { id: params.webhook_id } })).data).toHaveLength(1);
  });
});

describe('other subscribers', () => {
  test('get a new submission in an envelope, with its data, by the filter of its form', async () => {
    const [mine, others] = [targetOf(), targetOf()];
    const form_id = await aPublished(world);
    const hook = { name: 'All', events: ['submission.*'] };
    await ok('webhooks/create', { body: { ...hook, url: mine, filter: { form_ids: [form_id] } } });
    await ok('webhooks/create', { body: { ...hook, url: others, filter: { form_ids: [await aPublished(world)] } } });
    const { id } = await submit(form_id);
    await relayEvents();
    expect(callsTo(others)).toEqual([]);
    expect(JSON.parse(String(callsTo(mine)[0]!.body))).toMatchObject({
      type: 'submission.created',
      data: { id, form_id, data: { full_name: 'Maria Lopez' } },
    });
  });

  test('include workflows, whose steps see the data', async () => {
    const url = targetOf();
    const form_id = await aPublished(world);
    const trigger = { type: 'submission_created', form_ids: [form_id] };
    const steps = [
      { id: 'tell', type: 'webhook', config: { url, method: 'POST', body: { name: '{{event.data.data.full_name}}' } } },
    ];
    const { id } = await ok('workflows/create', { body: { name: 'Tell', trigger, steps } });
    await ok('workflows/activate', { params: { id } });
    await submit(form_id);
    await relayEvents();
    expect(JSON.parse(String(callsTo(url)[0]!.body))).toEqual({ name: 'Maria Lopez' });
  });
});

describe('a webhook of a form', () => {
  test('is a webhook like others, whose events, filter and name are fixed', async () => {
    const url = targetOf();
    const { params } = await aFormWebhook(world, undefined, { url });
    const of = { params: { id: params.webhook_id } };
    const shown = await ok('webhooks/get', of);
    expect(shown).toMatchObject({
      kind: 'form',
      form_id: params.form_id,
      name: new URL(url).host,
      events: ['submission.created'],
      filter: { form_ids: [params.form_id] },
      secret_hint: '',
    });
    const body = { name: 'Mine', events: ['*'], filter: {}, max_attempts: 3 };
    const patched = await ok('webhooks/patch', { ...of, body });
    expect(patched).toMatchObject({ name: shown.name, events: shown.events, filter: shown.filter, max_attempts: 3 });
    expect(await ok('webhooks/patch', { ...of, body: patched })).toMatchObject({ version: 2 });
    const moved = 'https://moved.example.com:8443/hook';
    expect(await ok('webhooks/patch', { ...of, body: { url: moved } })).toMatchObject({
      name: 'moved.example.com:8443',
    });
    const list = async () => await ok('forms/list-webhooks', { params: { form_id: params.form_id } });
    expect(await list()).toMatchObject([{ id: params.webhook_id, url: moved, has_secret: false, is_active: true }]);
    await ok('webhooks/rotate-secret', { ...of, body: {} });
    expect(await list()).toMatchObject([{ has_secret: true }]);
  });

  const naming: [string, EndpointName, (webhookId: string) => object, (string | number)[]][] = [
    [
      'a notification channel',
      'notification-channels/create',
      (webhookId) => ({ name: 'N', type: 'WEBHOOK', config: { webhookId } }),
      ['config', 'webhookId'],
    ],
    [
      'the action of a geofence',
      'geofences/create',
      (webhookId) => ({
        name: 'N',
        latitude: 48,
        longitude: 11,
        radiusMeters: 50,
        action: { run: [{ type: 'webhook', webhookId }] },
      }),
      ['action', 'run', 0, 'webhookId'],
    ],
    [
      'a step of a workflow',
      'workflows/create',
      (webhook_id) => ({
        name: 'N',
        trigger: { type: 'manual' },
        steps: [{ id: 's', type: 'webhook', config: { webhook_id } }],
      }),
      ['steps', 0, 'config', 'webhook_id'],
    ],
  ];

  test.each(naming)('cannot be named by %s, since it gets submissions alone', async (_, endpoint, bodyOf, place) => {
    const { params } = await aFormWebhook(world);
    const refused = await world.call(endpoint, { body: bodyOf(params.webhook_id) });
    const failure = { type: 'unknown_reference', loc: ['body', ...place], msg: 'No webhook has this id' };
    expect(refused.body).toMatchObject({ error_code: 'VALIDATION_ERROR', detail: [failure] });
    await ok(endpoint, { body: bodyOf((await aWebhook(world)).params.id) });
  });

  test('can be tested with the example of a submission', async () => {
    const url = targetOf();
    const { params } = await aFormWebhook(world, undefined, { url });
    const body = { event_type: 'submission.created' };
    const { delivered, payload } = await ok('webhooks/test', { params: { id: params.webhook_id }, body });
    expect([delivered, payload]).toEqual([true, JSON.parse(String(callsTo(url)[0]!.body))]);
    expect(payload).toMatchObject({ form_id: expect.any(String), local_uuid: expect.any(String) });
  });

  test('is listed with its form, newest first, and nowhere else', async () => {
    const form_id = await aPublished(world);
    const ids = [];
    for (let i = 0; i < 3; i++) ids.unshift((await aFormWebhook(world, form_id)).params.webhook_id);
    await aFormWebhook(world);
    const listed = await ok('forms/list-webhooks', { params: { form_id } });
    expect(listed.map(({ id }: { id: string }) => id)).toEqual(ids);
    await ok('forms/delete-webhook', { params: { form_id, webhook_id: ids[1]! } });
    expect(await ok('forms/list-webhooks', { params: { form_id } })).toHaveLength(2);
    expect((await world.call('webhooks/get', { params: { id: ids[1]! } })).status).toBe(404);
  });

  test('counts toward the plan together with the others', async () => {
    const free = await newWorld('free');
    const form_id = await aPublished(free);
    const hook = { name: 'One', url: 'https://example.com/', events: ['*'] };
    const made = [];
    for (;;) {
      const answer = await free.call('webhooks/create', { body: hook });
      if (answer.status !== 201) break;
      made.push(answer.body.id);
    }
    const create = () => free.call('forms/create-webhook', { params: { form_id }, body: { url: hook.url } });
    expect((await create()).body).toMatchObject({
      error_code: 'QUOTA_EXCEEDED',
      details: { resource: 'webhooks', limit: made.length, used: made.length },
    });
    await ok('webhooks/delete', { params: { id: made[0] } }, free);
    expect((await create()).status).toBe(201);
    await ok('forms/delete', { params: { form_id } }, free);
    expect((await free.call('webhooks/create', { body: hook })).status).toBe(201);
  });
});

describe('deleting a form', () => {
  test('takes its webhooks and their deliveries with it, for every read at once', async () => {
    const { params } = await aFormWebhook(world);
    const { form_id, webhook_id } = params;
    await submit(form_id);
    await relayEvents();
    await ok('forms/delete', { params: { form_id } });
    expect((await world.call('webhooks/get', { params: { id: webhook_id } })).status).toBe(404);
    const { data } = await ok('webhooks/list', { query: 'kind=form&limit=200' });
    expect(data.map(({ id }: { id: string }) => id)).not.toContain(webhook_id);
    await relayEvents();
    expect(await isLeft(webhook_id)).toBe(false);
  });

  test('leaves none, even if one is created at the same time, or the request dies', async () => {
    for (let at = 0; at < 10; at++) {
      const form_id = await aPublished(world);
      await aFormWebhook(world, form_id);
      const url = targetOf();
      const create = () => world.call('forms/create-webhook', { params: { form_id }, body: { url } });
      const [made] = await Promise.all([create(), world.call('forms/delete', { params: { form_id } }), create()]);
      expect([201, 404]).toContain(made.status);
      const dying = await aFormWebhook(world);
      const revive = injectFaults(platform.database, [{ in: at, when: 'after' }]);
      await world.call('forms/delete', { params: { form_id: dying.params.form_id } });
      revive();
      await world.call('forms/delete', { params: { form_id: dying.params.form_id } });
      await relayEvents();
      const { data } = await ok('webhooks/list', { query: 'kind=form&limit=200' });
      const forms = data.map((one: { form_id: string }) => one.form_id);
      expect(forms).not.toContain(form_id);
      expect(forms).not.toContain(dying.params.form_id);
      const references = entityKeys.references(world.workspace.reference, 'form', form_id);
      expect(await main.queryAll(references)).toEqual([]);
    }
  });
});
