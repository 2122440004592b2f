import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as takeAcks from '../../functions/commands/take-acks.ts';
import * as takePresence from '../../functions/devices/take-presence.ts';
import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { recorded } from '../platform/rows.ts';
import { relayEvents } from '../platform/stream.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** The life of commands: sent, sent again, acknowledged, timed out. */

const { broker } = platform;
let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  vi.useRealTimers();
});

const command = async ({ deviceId: id }: Certified, body: object = {}): Promise<string> =>
  (await world.call('devices/create-command', { params: { id }, body: { type: 'REBOOT', ...body } })).body.id;
const read = async ({ deviceId: id }: Certified, commandId: string) =>
  (await world.call('devices/get-command', { params: { id, commandId } })).body;
const sentTo = ({ deviceId }: Certified) =>
  broker.sent.filter(({ topic }) => topic.includes(deviceId)).map(({ payload }) => payload as { commandId: string });
/** The log is spread over partitions, so its order is that of ids. */
const actions = (id: string) =>
  recorded()
    .filter(({ resourceId }) => resourceId === id)
    .sort((a, b) => (a.sk < b.sk ? -1 : 1))
    .map(({ action }) => action);

const answer = (sender: Certified, payload: unknown, of = sender.deviceId) =>
  deliver(takeAcks, {
    topic: `hexfence/${world.workspace.id}/${of}/commands/ack`,
    principal: sender.certificateId,
    payload: base64(payload),
    at: Date.now(),
  });

const hear = (sender: Certified, eventType: string, topics: readonly string[] = []) =>
  deliver(takePresence, {
    topic: `$aws/events/subscriptions/${eventType}/${sender.deviceId}`,
    payload: base64({
      clientId: sender.deviceId,
      eventType,
      timestamp: Date.now(),
      principalIdentifier: sender.certificateId,
      topics,
    }),
    at: Date.now(),
  });

test('a command is sent at once, with every digit of its payload, and the device acknowledges it step by step', async () => {
  const device = await aCertificate(world);
  const id = await command(device, { payload: { delaySeconds: 5 } });
  await relayEvents();
  const { createdAt, status } = await read(device, id);
  expect(status).toBe('SENT');
  const expiresAt = new Date(Date.parse(createdAt) + 300_000).toISOString().replace('.000Z', 'Z');
  expect(broker.sent.at(-1)).toEqual({
    topic: `hexfence/${world.workspace.id}/${device.deviceId}/commands`,
    payload: { commandId: id, type: 'REBOOT', issuedAt: createdAt, expiresAt, payload: { delaySeconds: 5 } },
  });
  await answer(device, { commandId: id, status: 'ACKNOWLEDGED' });
  expect(await read(device, id)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedAt: expect.any(String) });
  await answer(device, { commandId: id, status: 'SUCCESS', message: 'Done', result: { uptime: 1 } });
  const done = { status: 'SUCCESS', message: 'Done', result: { uptime: 1 }, completedAt: expect.any(String) };
  expect(await read(device, id)).toMatchObject(done);
  // A late or repeated acknowledgement does not change the status back.
  await answer(device, { commandId: id, status: 'ACKNOWLEDGED' });
  await answer(device, { commandId: id, status: 'FAILED' });
  expect(await read(device, id)).toMatchObject(done);
  expect(actions(id)).toEqual(['command.create', 'command.update', 'command.update']);
});

test('pending commands are sent again, oldest first, when the device subscribes', async () => {
  const device = await aCertificate(world);
  const first = await command(device);
  const second = await command(device, { type: 'HONK' });
  const answered = await command(device);
  await relayEvents();
  await answer(device, { commandId: answered, status: 'ACKNOWLEDGED' });
  const before = sentTo(device).length;
  await hear(device, 'subscribed', [`hexfence/${world.workspace.id}/${device.deviceId}/config`]);
  await platform.queues.idle();
  expect(sentTo(device)).toHaveLength(before);
  await hear(device, 'subscribed', [`hexfence/${world.workspace.id}/${device.deviceId}/commands`]);
  await platform.queues.idle();
  expect(
    sentTo(device)
      .slice(before)
      .map(({ commandId }) => commandId),
  ).toEqual([first, second]);
});

test('a command that is not finished in time is timed out in every response, causes one event, and stays timed out', async () => {
  const device = await aCertificate(world);
  const id = await command(device, { timeoutSeconds: 5 });
  await relayEvents();
  vi.useFakeTimers({ now: Date.now() + 5001, toFake: ['Date'] });
  expect((await read(device, id)).status).toBe('TIMEOUT');
  const listed = async (status: string): Promise<number> =>
    (await world.call('devices/list-commands', { params: { id: device.deviceId }, query: `status=${status}` })).body
      .total;
  expect([await listed('TIMEOUT'), await listed('SENT')]).toEqual([1, 0]);
  await answer(device, { commandId: id, status: 'SUCCESS' });
  for (let i = 0; i < 2; i++) {
    await dueSweeper.open().sweep();
    await platform.queues.idle();
  }
  expect([(await read(device, id)).status, await listed('TIMEOUT')]).toEqual(['TIMEOUT', 1]);
  expect(actions(id).sort()).toEqual(['command.create', 'command.late_ack', 'command.timeout']);
  const before = sentTo(device).length;
  await hear(device, 'subscribed', [`x/${device.deviceId}/commands`]);
  await platform.queues.idle();
  expect(sentTo(device)).toHaveLength(before);
});

test('acknowledgements of another device, and malformed ones, change nothing', async () => {
  const [mine, theirs] = [await aCertificate(world), await aCertificate(world)];
  const id = await command(theirs);
  await answer(mine, { commandId: id, status: 'SUCCESS' });
  await answer(mine, { commandId: id, status: 'SUCCESS' }, theirs.deviceId);
  for (const payload of ['{', { commandId: id, status: 'DONE' }, { status: 'SUCCESS' }]) await answer(theirs, payload);
  expect((await read(theirs, id)).status).toBe('PENDING');
});

test('a device whose certificate has ended is sent nothing', async () => {
  const device = await aCertificate(world);
  await command(device);
  await world.call('devices/revoke-certificates', { body: { deviceIds: [device.deviceId], reason: 'Stolen' } });
  await relayEvents();
  expect(sentTo(device)).toEqual([]);
});
