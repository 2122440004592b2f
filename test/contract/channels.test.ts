import { randomUUID } from 'node:crypto';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, beforeAll, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { platform } from '../platform/in-process.ts';
import { injectFaults } from '../shared/support/injected-faults.ts';
import { aChannel, aHookChannel } from './channel-makers.ts';
import { newWorld, type World } from './world.ts';

/** Notification channels: the results of test messages, and the limits. */

let world: World;
let sent: MockInstance;
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
const mails = () => sent.mock.calls.map(([command]) => (command as { input: Record<string, never> }).input);
const trying = async (one: { readonly params: { readonly id: string } }, headers = {}) =>
  (await world.call('notification-channels/test', { params: one.params, headers })).body;
const deliveriesOf = async (id: string) => (await world.call('webhooks/list-deliveries', { params: { id } })).body.data;

describe('a test message', () => {
  test('is one mail to all addresses of the channel', async () => {
    const one = await aChannel(world, { name: 'Night\u200bshift', config: { to: ['a@example.com', 'b@example.com'] } });
    expect(await trying(one)).toEqual({ sent: true, error: null });
    expect(mails()).toMatchObject([{ Destination: { ToAddresses: ['a@example.com', 'b@example.com'] } }]);
    expect(JSON.stringify(mails())).toContain(world.workspace.name);
  });

  test('is a delivery of the webhook, whatever its events are', async () => {
    const one = await aHookChannel(world, { events: ['export.ready'] });
    expect(await trying(one)).toEqual({ sent: true, error: null });
    await platform.queues.idle();
    expect(await deliveriesOf(one.webhookId)).toMatchObject([{ event_type: 'webhook.test', status: 'success' }]);
    expect(mails()).toEqual([]);
  });

  test('is sent once under one key, also if the function dies in between', async () => {
    const one = await aHookChannel(world);
    const headers = { 'Idempotency-Key': randomUUID() };
    for (let at = 2; at < 14; at += 1) {
      const revive = injectFaults(platform.database, [{ in: at, when: 'after' }]);
      await trying(one, headers).catch(() => undefined);
      revive();
      later(60);
    }
    expect(await trying(one, headers)).toEqual({ sent: true, error: null });
    expect(await deliveriesOf(one.webhookId)).toHaveLength(1);
  });

  test('that the mail server refuses is reported, and does not count', async () => {
    const one = await aChannel(world);
    sent.mockImplementation(async () => {
      throw Object.assign(new Error('Email address is not verified: x@y.example'), {
        name: 'MessageRejected',
        $metadata: { httpStatusCode: 400 },
      });
    });
    for (let i = 0; i < 61; i++) expect(await trying(one)).toEqual({ sent: false, error: 'email_not_sent' });
  });

  test('cannot be a mail where the deployment sends none', async () => {
    const one = await aChannel(world);
    vi.stubEnv('MAIL_FROM', '');
    expect(await trying(one)).toEqual({ sent: false, error: 'email_not_configured' });
    vi.unstubAllEnvs();
  });
});

describe('limits', () => {
  test('a channel takes 60 messages an hour, and another one takes more', async () => {
    const one = await aHookChannel(world);
    for (let i = 0; i < 60; i++) expect((await trying(one)).sent).toBe(true);
    expect(await trying(one)).toEqual({ sent: false, error: 'channel_limit' });
    expect((await trying(await aHookChannel(world))).sent).toBe(true);
    later(3600);
    expect((await trying(one)).sent).toBe(true);
  });

  test('a workspace has a thousand addressees a day, through all of its channels', async () => {
    world = await newWorld();
    const to = Array.from({ length: 20 }, (_, i) => `a${i}@example.com`);
    const one = await aChannel(world, { config: { to } });
    for (let i = 0; i < 50; i++) expect((await trying(one)).sent).toBe(true);
    const other = await aChannel(world);
    expect(await trying(other)).toEqual({ sent: false, error: 'email_limit' });
    later(86_400);
    expect((await trying(other)).sent).toBe(true);
  });
});
