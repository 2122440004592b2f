import { randomUUID } from 'node:crypto';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import * as runner from '../../functions/geofences/run-actions.ts';
import { workerUses } from '../../shared/http/uses.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { faults, injectFaults } from '../shared/support/injected-faults.ts';
import { actingAs } from '../support/grants.ts';
import { aChannel, aHookChannel } from './channel-makers.ts';
import { aCertificate } from './registration-calls.ts';
import { aWebhook } from './webhook-calls.ts';
import { aWorkflow } from './workflow-makers.ts';
import { newWorld, type World } from './world.ts';

/** Actions of geofences that fire: each effect happens once for an event, if its target exists. */

let world: World;
let deviceId: string;
let sent: MockInstance;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  platform.startAfresh();
  world = await newWorld();
  ({ deviceId } = await aCertificate(world));
  sent = vi.spyOn(SESv2Client.prototype, 'send');
});
afterEach(() => {
  vi.useRealTimers();
  sent.mockRestore();
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const mails = () => sent.mock.calls.map(([one]) => (one as { input: { Content: object } }).input);
const fenceWith = (run: unknown, more: object = {}) => world.fence({ action: { offer: 'coffee', run }, ...more });

async function report(longitude: number): Promise<void> {
  later(60);
  const body = { latitude: 37.7749, longitude, accuracyMeters: 5, recordedAt: new Date(Date.now()).toISOString() };
  const { status } = await world.call('devices/report-locations', { params: { id: deviceId }, body });
  expect(status).toBe(200);
}

/** The device moves outside, and then into the geofence. */
async function enters(): Promise<void> {
  await report(-100);
  await report(-122.4194);
}

const deliveriesOf = async (id: string) => (await world.call('webhooks/list-deliveries', { params: { id } })).body.data;
const executionsOf = async (id: string) =>
  (await world.call('workflows/list-executions', { params: { id } })).body.data;
const commands = async () => {
  const { body } = await world.call('devices/list-commands', { params: { id: deviceId } });
  return body.data.filter(({ type }: { type: string }) => type === 'HONK');
};

const honk = { type: 'command', commandType: 'HONK', payload: { times: 2, exact: 1.5 } };

describe('a geofence that fires', () => {
  test('sends the event to the webhook that it names and to no other, once, whatever its events are', async () => {
    const named = (await aWebhook(world, { events: ['export.ready'] })).params.id;
    const both = (await aWebhook(world, { events: ['geofence.enter'] })).params.id;
    const other = (await aWebhook(world, { events: ['export.ready'] })).params.id;
    await fenceWith([
      { type: 'webhook', webhookId: named.toUpperCase() },
      { type: 'webhook', webhookId: both },
    ]);
    await enters();
    for (let i = 0; i < 3; i++) await relayEvents();
    const types = async (id: string) =>
      (await deliveriesOf(id)).map(({ event_type, status }: Record<string, string>) => `${event_type} ${status}`);
    expect(await types(named)).toEqual(['geofence.enter success']);
    expect(await types(both)).toEqual(['geofence.enter success']);
    expect(await types(other)).toEqual([]);
  });

  test('starts the workflow that it names with the event, once, if that is active', async () => {
    const [named, idle] = [await aWorkflow(world), await aWorkflow(world)];
    const fitting = await aWorkflow(world, { trigger: { type: 'geofence_enter' } });
    for (const one of [named, fitting]) await world.call('workflows/activate', one);
    await fenceWith([named, idle, fitting].map(({ params }) => ({ type: 'workflow', workflowId: params.id })));
    await enters();
    for (let i = 0; i < 3; i++) await relayEvents();
    const [execution, ...more] = await executionsOf(named.params.id);
    expect([execution.status, execution.mode, more]).toEqual(['succeeded', 'live', []]);
    expect(execution.trigger_event_id).toMatch(/^evt_/);
    expect(await executionsOf(fitting.params.id)).toHaveLength(1);
    expect(await executionsOf(idle.params.id)).toEqual([]);
  });

  test('sends a command to the device, and messages through channels', async () => {
    const mail = await aChannel(world, { config: { to: ['ops@example.com'] } });
    const hook = await aHookChannel(world, { events: ['export.ready'] });
    const channelIds = [mail.params.id, hook.params.id, mail.params.id];
    const again = { type: 'notification', channelIds: [mail.params.id.toUpperCase()] };
    await fenceWith([honk, { type: 'notification', channelIds }, again], { name: 'The depot' });
    await enters();
    for (let i = 0; i < 3; i++) await relayEvents();
    expect(await commands()).toMatchObject([{ type: 'HONK', payload: honk.payload, requestedBy: 'system' }]);
    expect(mails()).toHaveLength(1);
    expect(JSON.stringify(mails()[0])).toContain('has entered The depot');
    expect(await deliveriesOf(hook.webhookId)).toMatchObject([{ event_type: 'geofence.enter', status: 'success' }]);
  });

  test('does nothing at events that do not fire: of another type, in the cooldown, or in maintenance', async () => {
    const channel = await aChannel(world);
    await fenceWith([honk, { type: 'notification', channelIds: [channel.params.id] }]);
    await enters();
    await enters();
    await relayEvents();
    expect([(await commands()).length, mails().length]).toEqual([1, 1]);
    later(86_400);
    await world.call('devices/patch', { params: { id: deviceId }, body: { status: 'MAINTENANCE' } });
    await enters();
    await relayEvents();
    expect([(await commands()).length, mails().length]).toEqual([1, 1]);
  });

  test('leaves out what is gone, disabled or cannot take it, and does the rest', async () => {
    const [gone, off, on] = [await aChannel(world), await aChannel(world, { enabled: false }), await aChannel(world)];
    const webhookId = (await aWebhook(world)).params.id;
    const workflow = await aWorkflow(world);
    const channelIds = [gone, off, on].map(({ params }) => params.id);
    await fenceWith([
      honk,
      { type: 'webhook', webhookId },
      { type: 'workflow', workflowId: workflow.params.id },
      { type: 'notification', channelIds },
    ]);
    await world.call('notification-channels/delete', gone);
    await world.call('webhooks/delete', { params: { id: webhookId } });
    await world.call('workflows/delete', workflow);
    const certificates = await world.call('devices/list-certificates', { params: { id: deviceId } });
    for (const { id: certificateId } of certificates.body.data) {
      await world.call('devices/revoke-certificate', { params: { id: deviceId, certificateId }, body: {} });
    }
    await enters();
    await relayEvents();
    expect(platform.queues.dead).toEqual([]);
    expect([(await commands()).length, mails().length]).toEqual([0, 1]);
  });
});

describe('an action', () => {
  const saving = (run: object, as?: 'editor' | 'manager' | 'admin' | 'viewer') =>
    world.call('geofences/create', {
      body: { name: 'F', latitude: 1, longitude: 2, action: { run } },
      ...(as ? { as } : {}),
    });

  test.each([
    ['editor', 'command', 403],
    ['manager', 'command', 201],
    ['editor', 'workflow', 201],
    ['editor', 'webhook', 201],
    ['editor', 'notification', 201],
    ['viewer', 'notification', 403],
  ] as const)('of %s with a %s is answered with %i', async (as, type, status) => {
    const run = {
      command: honk,
      webhook: { type, webhookId: (await aWebhook(world)).params.id },
      workflow: { type, workflowId: (await aWorkflow(world)).params.id },
      notification: { type, channelIds: [(await aChannel(world)).params.id] },
    }[type];
    expect((await saving(run, as)).status).toBe(status);
  });

  test('with a workflow needs the scope to start one', async () => {
    const workflowId = (await aWorkflow(world)).params.id;
    const key = await world.anotherKey({ scopes: ['geofences:write', 'workflows:write'] });
    const body = { name: 'F', latitude: 1, longitude: 2, action: { run: { type: 'workflow', workflowId } } };
    const answer = await world.call('geofences/create', { key, body });
    expect([answer.status, answer.body.details.required_scope]).toEqual([403, 'workflows:execute']);
  });

  test.each([
    ['webhook', 'webhookId', aWebhook, (webhookId: string) => ({ webhookId })],
    ['workflow', 'workflowId', aWorkflow, (workflowId: string) => ({ workflowId })],
    ['notification', 'channelIds', aChannel, (id: string) => ({ channelIds: [id] })],
  ] as const)('with a %s that is unknown, or of another workspace, is refused', async (type, field, make, naming) => {
    const foreign = (await make(await newWorld())).params.id;
    for (const id of [randomUUID(), foreign, 'no-id']) {
      const { status, body } = await saving({ type, ...naming(id) });
      expect([status, body.detail]).toEqual([
        400,
        [{ type: 'unknown_reference', loc: ['body', 'action', 'run', field], msg: expect.any(String) }],
      ]);
    }
    expect((await saving({ type, ...naming((await make(world)).params.id) })).status).toBe(201);
  });
});

test('wherever the worker crashes and however often its message is delivered, a command is sent once', async () => {
  const hook = await aHookChannel(world, { events: ['export.ready'] });
  await fenceWith([honk, { type: 'notification', channelIds: [hook.params.id] }], { cooldownMs: 0 });
  let fired = 0;
  await fc.assert(
    fc.asyncProperty(faults(3), fc.nat(2), async (deaths, repeats) => {
      await enters();
      fired += 1;
      const entries = platform.database.rows('main').filter(({ action }) => action === 'geofence.enter');
      const event = entries.toSorted((a, b) => String(a.sk).localeCompare(String(b.sk))).at(-1)!;
      const message = { tenant: world.workspace.reference, pk: event.pk, sk: event.sk };
      const record = { messageId: 'm', body: JSON.stringify(message), attributes: {}, eventSourceARN: 'a:b:c:d:e:f' };
      const once = () =>
        actingAs('geofences/run-actions', workerUses(runner.worker), () =>
          runner.handler({ Records: [record] } as never, {} as never),
        );
      const revive = injectFaults(platform.database, deaths);
      while ((await once()).batchItemFailures.length > 0);
      revive();
      for (let i = 0; i < repeats; i++) await once();
      expect(await commands()).toHaveLength(fired);
      expect(await deliveriesOf(hook.webhookId)).toHaveLength(fired);
    }),
    { numRuns: 15 },
  );
});
