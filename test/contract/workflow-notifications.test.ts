import { SESv2Client } from '@aws-sdk/client-sesv2';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { platform } from '../platform/in-process.ts';
import { faults, injectFaults } from '../shared/support/injected-faults.ts';
import { aChannel, aHookChannel } from './channel-makers.ts';
import { aWorkflow } from './workflow-makers.ts';
import { runsOf } from './workflow-runs.ts';
import { newWorld, type World } from './world.ts';

/** Steps of workflows that send through notification channels. */

let world: World;
let sent: MockInstance;
const { begun, started, rowOf, deliver, shown, outcomeOf } = runsOf(() => world);
beforeAll(async () => {
  world = await newWorld();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  sent = vi.spyOn(SESv2Client.prototype, 'send');
});
afterEach(() => {
  vi.useRealTimers();
  sent.mockRestore();
  [platform.database.before, platform.database.after] = [() => undefined, () => undefined];
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const notify = (channel_ids: readonly string[], more: object = {}) => ({
  id: 'n',
  type: 'notification',
  config: { channel_ids, subject: 'Van {{event.data.x}}', text: 'At {{event.data.place}}\nNow' },
  ...more,
});
const delay = (id: string, seconds: number) => ({ id, type: 'delay', config: { seconds } });
const mails = () => sent.mock.calls.map(([command]) => (command as { input: object }).input);
const deliveriesOf = async (id: string) => (await world.call('webhooks/list-deliveries', { params: { id } })).body.data;
const outputOf = async (one: { readonly id: string; readonly execution_id: string }) =>
  (await shown(one)).steps.find(({ id }: { id: string }) => id === 'n').output.channels;

describe('a notification', () => {
  test('is a mail to the addresses of a channel, and a delivery of the webhook of another', async () => {
    const mail = await aChannel(world, { config: { to: ['a@example.com', 'b@example.com'] } });
    const hook = await aHookChannel(world, { events: ['export.ready'] });
    const [a, b] = [mail.params.id, hook.params.id];
    const one = await started([notify([a, b, a])], { x: 5, place: 'the depot', deviceId: 'd1' });
    expect(await outcomeOf(one)).toEqual(['succeeded', null, 'n succeeded']);
    expect(await outputOf(one)).toEqual([
      { channel_id: a, status: 'sent', error: null },
      { channel_id: b, status: 'sent', error: null },
    ]);
    expect(mails()).toMatchObject([
      {
        Destination: { ToAddresses: ['a@example.com', 'b@example.com'] },
        Content: { Simple: { Subject: { Data: 'Van 5' }, Body: { Text: { Data: 'At the depot\nNow' } } } },
      },
    ]);
    const [delivery] = await deliveriesOf(hook.webhookId);
    const params = { id: hook.webhookId, delivery_id: delivery.id };
    const { body } = await world.call('webhooks/get-delivery', { params });
    expect(body).toMatchObject({
      status: 'success',
      event_type: 'custom.event',
      payload: {
        type: 'custom.event',
        data: {
          type: 'custom.notification',
          source: 'SYSTEM',
          deviceId: 'd1',
          data: { subject: 'Van 5', text: 'At the depot\nNow' },
        },
      },
    });
  });

  test('is not sent through a channel that is disabled, or was deleted since', async () => {
    const [off, gone, on] = [await aChannel(world, { enabled: false }), await aChannel(world), await aChannel(world)];
    const ids = [off, gone, on].map(({ params }) => params.id);
    const one = await started([delay('a', 60), notify(ids)]);
    await world.call('workflows/patch', { params: { id: one.id }, body: { steps: [delay('a', 1)] } });
    expect((await world.call('notification-channels/delete', gone)).status).toBe(204);
    later(61);
    await deliver(one);
    expect(await outcomeOf(one)).toEqual(['failed', 'n: unknown_reference', 'a succeeded', 'n failed']);
    expect(await outputOf(one)).toEqual([
      { channel_id: ids[0], status: 'disabled', error: null },
      { channel_id: ids[1], status: 'failed', error: 'unknown_reference' },
      { channel_id: ids[2], status: 'sent', error: null },
    ]);
    const restoring = { params: { id: one.id, version_num: '1' } };
    expect((await world.call('workflows/restore', restoring)).body.error_code).toBe('VALIDATION_ERROR');
  });

  test('that could not be sent through one channel is tried again through that one only', async () => {
    const [bad, good] = [
      await aChannel(world, { config: { to: ['bad@example.com'] } }),
      await aChannel(world, { config: { to: ['good@example.com'] } }),
    ];
    let broken = true;
    sent.mockImplementation(async (command: { input: { Destination: { ToAddresses: string[] } } }) => {
      if (broken && command.input.Destination.ToAddresses[0] === 'bad@example.com') {
        throw Object.assign(new Error('Slow down'), { name: 'Throttling', $metadata: { httpStatusCode: 429 } });
      }
      return { MessageId: 'sent' };
    });
    const one = await started([notify([bad.params.id, good.params.id])]);
    expect(await outcomeOf(one)).toEqual(['waiting', null, 'n waiting']);
    broken = false;
    later(11);
    await deliver(one);
    expect(await outcomeOf(one)).toEqual(['succeeded', null, 'n succeeded']);
    const toGood = mails().filter((mail) => JSON.stringify(mail).includes('good@'));
    expect(toGood).toHaveLength(1);
  });

  test('after a wait of thirty days is a delivery of that day, which is kept', async () => {
    const hook = await aHookChannel(world);
    const one = await started([delay('a', 2_592_000), notify([hook.params.id])]);
    later(2_592_001);
    const now = Date.now();
    await deliver(one);
    const [delivery] = await deliveriesOf(hook.webhookId);
    expect(Date.parse(delivery.created_at)).toBeGreaterThan(now - 60_000);
  });

  test('in a test of the workflow is only shown', async () => {
    const hook = await aHookChannel(world);
    const { params } = await aWorkflow(world, { steps: [notify([hook.params.id])] });
    const { body } = await world.call('workflows/test', { params, body: { event: { data: { x: 5 } } } });
    expect(body.steps[0].input).toMatchObject({ subject: 'Van 5', text: 'At \nNow' });
    expect(await deliveriesOf(hook.webhookId)).toEqual([]);
  });
});

test('a workflow may name 16 channels, and change all of them at once', async () => {
  const sixteen = async () => {
    const ids: string[] = [];
    for (let i = 0; i < 16; i++) ids.push((await aChannel(world)).params.id);
    return [notify(ids.slice(0, 8)), notify(ids.slice(8), { id: 'o' })];
  };
  const trigger = { type: 'schedule', cron: '*/5 * * * *' };
  const one = await aWorkflow(world, { trigger, steps: await sixteen() });
  expect((await world.call('workflows/activate', one)).status).toBe(200);
  expect((await world.call('workflows/patch', { ...one, body: { steps: await sixteen() } })).status).toBe(200);
  const restore = { params: { ...one.params, version_num: '1' }, headers: { 'Idempotency-Key': 'back' } };
  expect((await world.call('workflows/restore', restore)).status).toBe(200);
  expect((await world.call('workflows/delete', one)).status).toBe(204);
});

test('wherever a worker crashes and however often a message is delivered, a webhook gets a notification once', async () => {
  await fc.assert(
    fc.asyncProperty(faults(3), fc.array(fc.nat(1), { maxLength: 3 }), async (deaths, repeats) => {
      const hook = await aHookChannel(world);
      const one = await begun([delay('a', 60), notify([hook.params.id])]);
      const revive = injectFaults(platform.database, deaths);
      for (let tries = 0; tries < 30 && ['running', 'waiting'].includes(rowOf(one)!.status); tries++) {
        await deliver(one);
        for (const turn of repeats) await deliver(one, turn);
        later(61);
      }
      revive();
      expect((await shown(one)).status).toBe('succeeded');
      expect(await deliveriesOf(hook.webhookId)).toHaveLength(1);
    }),
    { numRuns: 12 },
  );
});
