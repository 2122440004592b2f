import { beforeAll, expect, test, vi } from 'vitest';
import * as takeLocations from '../../functions/devices/take-locations.ts';
import { dueSweeper } from '../../shared/relay/due-sweeper.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { aCertificate } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Points of devices, and the events that come of them. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

const center = { latitude: 37.7749, longitude: -122.4194 };
/** About 111 m to the north for each thousandth of a degree. */
const north = (thousandths: number) => ({ ...center, latitude: center.latitude + thousandths / 1000 });
const [inside, outside, farAway] = [north(0.2), north(5), north(50)];

const aDevice = async (more: object = {}): Promise<string> =>
  (await world.call('devices/create', { body: { name: 'Van 7', ...more } })).body.id;
const minutesAgo = (minutes: number) => new Date(Math.floor(Date.now() / 1000) * 1000 - minutes * 60_000).toISOString();
const at = (place: object, minutes: number, more: object = {}) => ({
  ...place,
  recordedAt: minutesAgo(minutes),
  ...more,
});
const report = (id: string, body: unknown) => world.call('devices/report-locations', { params: { id }, body });
const eventsOf = async (id: string, query = {}) =>
  (await world.call('devices/list-events', { params: { id }, query })).body.data;
const told = async (id: string) =>
  (await eventsOf(id))
    .filter((event: any) => !event.retracted && event.supersededBy === null)
    .map(({ type, occurredAt }: any) => `${type} ${occurredAt}`)
    .reverse();

test('a drive through a fence is an entry and an exit', async () => {
  const fence = await world.fence({ ...center, radiusMeters: 100 });
  const id = await aDevice();
  const points = [at(outside, 9), at(inside, 8, { accuracyMeters: 8 }), at(inside, 7), at(outside, 6)];
  const { status, body } = await report(id, points);
  expect([status, body]).toEqual([
    200,
    {
      accepted: 4,
      duplicates: 0,
      rejected: 0,
      errors: [],
      events: [
        { type: 'enter', geofenceId: fence.id, id: expect.any(String) },
        { type: 'exit', geofenceId: fence.id, id: expect.any(String) },
      ],
    },
  ]);
  const [exit, enter] = await eventsOf(id);
  expect(enter).toMatchObject({
    type: 'enter',
    geofenceName: 'A fence',
    deviceName: 'Van 7',
    initial: false,
    actionFired: true,
    suppressedBy: null,
    accuracyMeters: 8,
    late: false,
  });
  expect(exit).toMatchObject({ type: 'exit', actionFired: false, suppressedBy: 'TRIGGER_ON' });
  expect(enter.distanceToEdgeMeters).toBeLessThan(0);
  const atFence = (await world.call('geofences/list-events', { params: { id: fence.id } })).body.data;
  expect(atFence).toEqual([exit, enter]);
  const shown = (await world.call('devices/get', { params: { id } })).body;
  expect(shown).toMatchObject({ insideGeofenceIds: [], lastLocation: { ...outside, metadata: {} } });
  const series = (await world.call('devices/list-locations', { params: { id }, query: { order: 'asc' } })).body;
  expect(series.points.map(({ latitude }: any) => latitude)).toEqual(points.map(({ latitude }) => latitude));
});

test('late points move, add and take back events', async () => {
  await world.fence({ ...center, radiusMeters: 100 });
  const id = await aDevice();
  await report(id, [at(outside, 60), at(inside, 40), at(outside, 20)]);
  expect(await told(id)).toHaveLength(2 * 2);
  const { status } = await report(id, [at(inside, 50)]);
  expect(status).toBe(202);
  await platform.queues.idle();
  expect(platform.queues.dead).toEqual([]);
  expect((await told(id)).filter((one: string) => one.startsWith('enter'))).toEqual([
    `enter ${minutesAgo(50).replace('.000', '')}`,
    `enter ${minutesAgo(50).replace('.000', '')}`,
  ]);
});
