import { beforeAll, expect, test, vi } from 'vitest';
import * as takeHealth from '../../functions/devices/take-health.ts';
import * as takePresence from '../../functions/devices/take-presence.ts';
import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Health and presence, as devices and the broker report them: in any order, and from any sender. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

interface Reported {
  readonly of?: string;
  readonly in?: string;
  readonly at?: number;
  readonly principal?: string | null;
}

const report = (sender: Certified, payload: unknown, more: Reported = {}) =>
  deliver(takeHealth, {
    topic: `hexfence/${more.in ?? world.workspace.id}/${more.of ?? sender.deviceId}/health`,
    principal: more.principal === undefined ? sender.certificateId : more.principal,
    payload: base64(payload),
    at: more.at ?? Date.now(),
  });

const tell = (sender: Certified, eventType: string, versionNumber: number, timestamp: number, principal = true) =>
  deliver(takePresence, {
    topic: `$aws/events/presence/${eventType}/${sender.deviceId}`,
    payload: base64({
      clientId: sender.deviceId,
      eventType,
      timestamp,
      versionNumber,
      sessionIdentifier: 's',
      ...(principal ? { principalIdentifier: sender.certificateId } : {}),
    }),
    at: timestamp,
  });

const health = async (id: string) => (await world.call('devices/get-health', { params: { id } })).body;
const device = async ({ deviceId: id }: Certified) => (await world.call('devices/get', { params: { id } })).body;

test('the newest report of a device is stored, with its firmware', async () => {
  const sender = await aCertificate(world);
  const at = Date.now();
  const full = { uptimeSeconds: 86_400, connectionType: 'WIFI', signalStrengthDbm: -67, firmwareVersion: '1.4.2' };
  await report(sender, { ...full, messageId: 'm-1' }, { at });
  expect(await health(sender.deviceId)).toMatchObject({ ...full, batteryPercent: null, readingsSent: null });
  await report(sender, { uptimeSeconds: 1 }, { at: at - 1000 });
  expect((await health(sender.deviceId)).uptimeSeconds).toBe(86_400);
  expect(await device(sender)).toMatchObject({ firmwareVersion: '1.4.2', lastSeenAt: new Date(at).toISOString() });
  const { version } = await device(sender);
  await report(sender, { ...full, uptimeSeconds: 5 }, { at: at + 1000 });
  expect([(await health(sender.deviceId)).uptimeSeconds, (await device(sender)).version]).toEqual([5, version]);
});

test.each([
  ['bytes that are no JSON', '{'],
  ['a text', '"x"'],
  ['a field that there is not', { uptime: 1 }],
  ['a type that there is not', { connectionType: 'wifi' }],
  ['a battery of 101', { batteryPercent: 101 }],
  ['a report of tomorrow', { uptimeSeconds: 1, reportedAt: new Date(Date.now() + 86_400_000).toISOString() }],
])('a report that is %s changes nothing', async (_, payload) => {
  const sender = await aCertificate(world);
  await report(sender, payload);
  expect((await health(sender.deviceId)).reportedAt).toBeNull();
});

test('reports for another device, workspace or certificate are ignored', async () => {
  const [mine, theirs] = [await aCertificate(world), await aCertificate(world)];
  const other = await newWorld();
  const payload = { uptimeSeconds: 1 };
  await report(mine, payload, { of: theirs.deviceId });
  await report(mine, payload, { in: other.workspace.id });
  await report(mine, payload, { principal: null });
  await report(mine, payload, { principal: 'f'.repeat(64) });
  await world.call('devices/revoke-certificate', {
    params: { id: mine.deviceId, certificateId: mine.certificateId },
  });
  await report(mine, payload);
  for (const { deviceId } of [mine, theirs]) expect((await health(deviceId)).reportedAt).toBeNull();
  expect((await device(theirs)).lastSeenAt).toBeNull();
});

test('a device is connected from the first event of its newest session to the last', async () => {
  const sender = await aCertificate(world);
  const at = Date.now();
  const connected = async () => (await device(sender)).connected;
  const { version } = await device(sender);
  await tell(sender, 'connected', 3, at);
  expect(await connected()).toBe(true);
  // The end of the previous session, which arrives late.
  await tell(sender, 'disconnected', 2, at + 10);
  expect(await connected()).toBe(true);
  await tell(sender, 'disconnected', 3, at + 20);
  await tell(sender, 'connected', 3, at);
  expect(await connected()).toBe(false);
  await tell(sender, 'connected', 4, at + 30);
  expect(await device(sender)).toMatchObject({ connected: true, version, status: 'ACTIVE' });
  // The broker starts its count again after an hour.
  await tell(sender, 'disconnected', 0, at + 3_700_000);
  expect(await connected()).toBe(false);
});

test('a device that is disconnected for a minute is offline, and active again when it reconnects', async () => {
  const [gone, back] = [await aCertificate(world), await aCertificate(world)];
  const at = Date.now();
  for (const one of [gone, back]) {
    await tell(one, 'connected', 0, at);
    await tell(one, 'disconnected', 0, at);
  }
  await tell(back, 'connected', 1, at + 1000);
  vi.useFakeTimers({ now: at + 61_000, toFake: ['Date'] });
  await dueSweeper.open().sweep();
  await platform.queues.idle();
  expect([(await device(gone)).status, (await device(back)).status]).toEqual(['OFFLINE', 'ACTIVE']);
  const { body } = await world.call('devices/list', { query: 'status=OFFLINE' });
  expect(body.data.map(({ id }: { id: string }) => id)).toEqual([gone.deviceId]);
  await tell(gone, 'connected', 1, at + 62_000);
  expect(await device(gone)).toMatchObject({ status: 'ACTIVE', connected: true });
  vi.useRealTimers();
});

test('a device in maintenance stays there, whether it is connected or not', async () => {
  const sender = await aCertificate(world);
  await world.call('devices/patch', { params: { id: sender.deviceId }, body: { status: 'MAINTENANCE' } });
  await tell(sender, 'connected', 0, Date.now());
  await tell(sender, 'disconnected', 0, Date.now());
  expect(await device(sender)).toMatchObject({ status: 'MAINTENANCE', connected: false });
});

test('the first connection with a new certificate revokes the one that it replaces; a client without a certificate is ignored', async () => {
  const sender = await aCertificate(world);
  await tell(sender, 'connected', 0, Date.now(), false);
  expect((await device(sender)).connected).toBe(false);
  await tell(sender, 'connected', 0, Date.now());
  const { body } = await world.call('devices/list-certificates', { params: { id: sender.deviceId } });
  expect(body.data[0].firstUsedAt).not.toBeNull();
});
