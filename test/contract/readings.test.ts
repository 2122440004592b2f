import { beforeAll, expect, test } from 'vitest';
import * as takeReadings from '../../functions/devices/take-readings.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Readings of sensors are kept as they come. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const say = (sender: Certified, payload: unknown, more: object = {}) =>
  deliver(takeReadings, {
    topic: `hexfence/${world.workspace.id}/${sender.deviceId}/readings`,
    principal: sender.certificateId,
    payload: base64(payload),
    at: 1_790_000_000_000,
    ...more,
  });

const kept = (deviceId: string, sign: string) =>
  platform.database
    .rows('telemetry')
    .filter((row) => JSON.stringify(row).includes(deviceId) && String(row.pk).includes(sign));

const readings = [{ component: 'boiler-1', key: 'temperature', value: 71.4 }];

test('a message is kept once, byte by byte, for as long as the workspace keeps readings', async () => {
  const sender = await aCertificate(world);
  for (let delivery = 0; delivery < 2; delivery++) await say(sender, { messageId: 'm-1', readings });
  await say(sender, { readings }, { at: 1_790_000_000_001 });
  const rows = kept(sender.deviceId, '#readings#');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    payload: base64({ messageId: 'm-1', readings }),
    receivedAt: 1_790_000_000_000,
    ttl: 1_790_000_000 + 3650 * 86_400,
  });
  const { body } = await world.call('devices/get', { params: { id: sender.deviceId } });
  expect(body.lastSeenAt).toBe('2026-09-21T14:13:20.001Z');
});

test.each([
  ['no JSON', '{'],
  ['a list', readings],
  ['no readings', { readings: [] }],
])('a message that is %s is refused', async (_, payload) => {
  const sender = await aCertificate(world);
  await say(sender, payload);
  expect(kept(sender.deviceId, '#readings#')).toEqual([]);
  expect(kept(sender.deviceId, '#quarantine#')).toMatchObject([{ cause: 'MALFORMED_PAYLOAD' }]);
});

test('nobody measures for another device, and nobody for one that is inactive', async () => {
  const [mine, theirs] = [await aCertificate(world), await aCertificate(world)];
  await say(mine, { readings }, { topic: `hexfence/${world.workspace.id}/${theirs.deviceId}/readings` });
  await world.call('devices/patch', { params: { id: mine.deviceId }, body: { status: 'INACTIVE' } });
  await say(mine, { readings });
  for (const { deviceId } of [mine, theirs]) expect(kept(deviceId, '#readings#')).toEqual([]);
});
