import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pointKey, pointRow } from '../../../shared/locations/row.ts';
import { simulateDevice } from '../../../shared/simulation/run.ts';
import { simulateGeofences } from '../../../shared/simulation/simulator.ts';
import { Simulation, SimulationRequest } from '../../../shared/simulation/wire.ts';
import { newId } from '../../../shared/table/ids.ts';
import { deviceKeys } from '../../../shared/table/keys/devices.ts';
import { entityKeys } from '../../../shared/table/keys/entities.ts';
import { Table } from '../../../shared/table/table.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, person } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

const owner = caller();
const { reference } = owner.tenant;
const [main, telemetry] = [new Table('main'), new Table('telemetry')];
const here = { latitude: 52.5, longitude: 13.4 };
const away = { latitude: 52.6, longitude: 13.4 };
const minute = 60_000;
const beginning = Date.UTC(2026, 2, 20, 8);
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
});

const at = (minutes: number, place = here) => ({
  ...place,
  recordedAt: new Date(beginning + minutes * minute).toISOString(),
});

async function simulate(geofence: object, track: object[], more: object = {}) {
  const geofences = [{ name: 'A', ...here, radiusMeters: 100, ...geofence }];
  const asked = SimulationRequest.parse({ geofences, track, ...more });
  return Simulation.parse(await simulateGeofences.open().simulate(owner, asked));
}

const eventsOf = ({ events }: Awaited<ReturnType<typeof simulate>>) =>
  events.map(({ type, occurredAt, suppressedBy }) => [
    type,
    (Date.parse(occurredAt) - beginning) / minute,
    suppressedBy ?? 'fired',
  ]);

test('an action does not fire during its cooldown', async () => {
  const track = [at(0), at(1, away), at(2), at(3, away), at(10), at(11, away)];
  expect(eventsOf(await simulate({ cooldownMs: 10 * minute }, track)).filter(([type]) => type === 'enter')).toEqual([
    ['enter', 0, 'fired'],
    ['enter', 2, 'COOLDOWN'],
    ['enter', 10, 'fired'],
  ]);
});

test('events that follow from silence are at the end of the track', async () => {
  const dwell = { triggerOn: 'dwell', dwellMinutes: 30 };
  expect(eventsOf(await simulate(dwell, [at(0), at(1)]))).toEqual([
    ['enter', 0, 'TRIGGER_ON'],
    ['dwell', 30, 'fired'],
  ]);
});

test('a track that begins inside has no entry, and dwells from the first point on', async () => {
  const track = [at(0), at(6), at(7, away)];
  const inside = await simulate({ triggerOn: 'dwell' }, track, { startState: 'inside' });
  expect(eventsOf(inside)).toEqual([
    ['dwell', 5, 'fired'],
    ['exit', 7, 'TRIGGER_ON'],
  ]);
  const outside = await simulate({}, track, { startState: 'outside' });
  expect(eventsOf(outside)[0]).toEqual(['enter', 0, 'fired']);
});

test('times before 1970 are accepted', async () => {
  const track = [away, here, away].map((place, i) => ({ ...place, recordedAt: `1950-01-01T00:0${i}:00Z` }));
  const { summary } = await simulate({ detectCrossing: true }, track);
  expect(summary).toMatchObject({ enter: 1, exit: 1 });
});

test('no more than a thousand events are returned, and all are counted', async () => {
  const track = Array.from({ length: 1200 }, (_, i) => at(i, i % 2 === 0 ? here : away));
  const { events, truncated, summary } = await simulate({ cooldownMs: 0 }, track);
  expect([events.length, truncated, summary]).toEqual([
    1000,
    true,
    { enter: 600, exit: 600, dwell: 0, cross: 0, actionsFired: 600 },
  ]);
});

test('ends when its time is up', async () => {
  const fix = { at: 0, receivedAt: 0, ...here, accuracyMeters: null };
  const conditions = { startState: 'unknown', silentUntil: 0 } as const;
  const run = (until: number) => simulateDevice([[fix]], [], { ...conditions, until }, () => {});
  expect(await run(Date.now() + minute)).toBe(1);
  await expect(run(Date.now())).rejects.toThrow('takes too long');
});

/** A device with stored points, all of which were received at the end. */
async function aDevice(track: readonly ReturnType<typeof at>[], more: Record<string, string> = {}): Promise<string> {
  const deviceId = newId(beginning);
  const times = track.map(({ recordedAt }) => Date.parse(recordedAt));
  await main.put(entityKeys.thin(reference, 'device', deviceId), more);
  if (times.length === 0) return deviceId;
  await main.put(deviceKeys.head(reference, deviceId), { firstAt: Math.min(...times), newestAt: Math.max(...times) });
  for (const [i, { latitude, longitude }] of track.entries()) {
    const fix = { at: times[i]!, receivedAt: Math.max(...times), latitude, longitude, accuracyMeters: null };
    await telemetry.put(pointKey(reference, deviceId, fix), { ...pointRow({ fix, more: undefined }, 365_000) });
  }
  return deviceId;
}

async function simulateStored(deviceIds: readonly string[], minutes: number, geofence: object = {}, more: object = {}) {
  const geofences = [{ name: 'A', ...here, radiusMeters: 100, cooldownMs: 0, ...geofence }];
  const [{ recordedAt: from }, { recordedAt: to }] = [at(0), at(minutes)];
  const asked = SimulationRequest.parse({ geofences, deviceIds, from, to, ...more });
  return Simulation.parse(await simulateGeofences.open().simulate(owner, asked));
}

test('stored points of several devices, each from its own beginning', async () => {
  const first = await aDevice([at(0, away), at(4), at(9, away), at(100)]);
  const second = await aDevice([at(2), at(6, away)]);
  const silent = await aDevice([]);
  const simulation = await simulateStored([first, second, silent, first], 50);
  expect(simulation).toMatchObject({ pointsEvaluated: 5, summary: { enter: 2, exit: 2, actionsFired: 2 } });
  const byDevice = simulation.events.map(({ type, deviceId }) => [type, deviceId]);
  expect(byDevice).toEqual([
    ['enter', second],
    ['enter', first],
    ['exit', second],
    ['exit', first],
  ]);
  const inside = await simulateStored([first, second], 50, {}, { startState: 'inside' });
  expect(eventsOf(inside).map(([type, minutes]) => [type, minutes])).toEqual([
    ['exit', 0],
    ['enter', 4],
    ['exit', 6],
    ['exit', 9],
  ]);
});

test('a silent device causes the events that are due until the end, and a late point counts as if it were in time', async () => {
  const device = await aDevice([at(0), at(1)]);
  const dwell = { triggerOn: 'dwell', dwellMinutes: 30 };
  expect(eventsOf(await simulateStored([device], 29, dwell))).toEqual([['enter', 0, 'TRIGGER_ON']]);
  expect(eventsOf(await simulateStored([device], 30, dwell))).toEqual([
    ['enter', 0, 'TRIGGER_ON'],
    ['dwell', 30, 'fired'],
  ]);
});

test('points of several months, in many pages, give what the same track gives', async () => {
  const track = Array.from({ length: 2500 }, (_, i) => at(i * 20, Math.floor(i / 7) % 2 === 0 ? here : away));
  const stored = await simulateStored([await aDevice(track)], 31 * 24 * 60);
  const within = track.filter(({ recordedAt }) => Date.parse(recordedAt) <= beginning + 31 * 24 * 60 * minute);
  const given = await simulate({ cooldownMs: 0 }, within);
  expect(new Set(within.map(({ recordedAt }) => recordedAt.slice(0, 7))).size).toBe(2);
  expect([stored.pointsEvaluated, stored.summary]).toEqual([within.length, given.summary]);
  expect(eventsOf(stored)).toEqual(eventsOf(given));
});

test('at most 100,000 stored points, over all devices', async () => {
  vi.spyOn(Table.prototype, 'query').mockImplementation(async (_of, { count, pageSize = 0 } = {}) => {
    if (!count) throw new Error('Points are read before they are counted');
    return { rows: [], matched: Math.min(60_000, pageSize), examined: 0, next: undefined };
  });
  const devices = [await aDevice([at(0)]), await aDevice([at(0)]), await aDevice([at(0)])];
  await expect(simulateStored(devices, 50)).rejects.toMatchObject({
    code: 'BATCH_TOO_LARGE',
    details: { max_items: 100_000, requested_items: 100_001 },
  });
});

test('a field worker simulates their own devices', async () => {
  const worker = person('field_worker');
  const asked = async (userId: string) => {
    const deviceIds = [await aDevice([at(0)], { userId })];
    const geofences = [{ name: 'A', ...here }];
    const request = SimulationRequest.parse({ geofences, deviceIds, from: at(0).recordedAt, to: at(1).recordedAt });
    return await simulateGeofences.open().simulate(worker, request);
  };
  expect((await asked(worker.user!.id)).pointsEvaluated).toBe(1);
  await expect(asked(newId(0))).rejects.toThrow(/^No device has the id [\da-f-]{36}\.$/);
});
