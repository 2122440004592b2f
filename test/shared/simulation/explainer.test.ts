import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { devices } from '../../../shared/devices/devices.ts';
import { changeGeofences } from '../../../shared/geofences/update.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { ExplainRequest, Explanation } from '../../../shared/simulation/explain-wire.ts';
import { explainGeofences } from '../../../shared/simulation/explainer.ts';
import { entityKeys } from '../../../shared/table/keys/entities.ts';
import { Table } from '../../../shared/table/table.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, person } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { newRoad, type Road } from '../tracking/road.ts';
import { journeys, minute } from '../transitions/tracks.ts';

const beginning = Date.UTC(2026, 2, 22, 8);
const day = 24 * 60 * minute;
const owner = caller();
const main = new Table('main');

let database: DynamoDbFake;
beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: beginning, toFake: ['Date'] });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

const centre = { latitude: 52.5, longitude: 13.4 };
const degreesPerMeter = 1 / 111_195.08;
/** A point this many metres north of the centre of a circle of 100 metres. */
const at = (meters: number, minutes: number, accuracyMeters: number | null = null) => ({
  latitude: centre.latitude + meters * degreesPerMeter,
  longitude: centre.longitude,
  at: beginning + minutes * minute,
  receivedAt: beginning + minutes * minute,
  accuracyMeters,
});
type Point = ReturnType<typeof at>;

async function roadWith(more: object = {}): Promise<Road> {
  const geometry = { type: 'Circle', center: [centre.longitude, centre.latitude], radiusMeters: 100 };
  const road = await newRoad([{ geometry } as never], beginning - day, { cooldownMs: 0, ...more });
  vi.setSystemTime(beginning);
  return road;
}

async function explain(road: Road, { latitude, longitude, accuracyMeters, ...point }: Point, more: object = {}) {
  const asked = { latitude, longitude, accuracyMeters, at: new Date(point.at).toISOString(), deviceId: road.deviceId };
  const parsed = ExplainRequest.parse({ ...asked, ...more });
  return Explanation.parse(await explainGeofences.open().explain(owner, parsed));
}

/** The explanation for the only geofence. */
async function explanationOf(road: Road, point: Point, more: object = {}) {
  const { geofences } = await explain(road, point, { geofenceId: road.ids[0], ...more });
  return geofences[0]!;
}

/** Points as they are made, each received at once. */
async function drive(road: Road, points: readonly Point[]): Promise<void> {
  for (const point of points) {
    vi.setSystemTime(point.at);
    await road.take([point]);
  }
}

const none = { wouldRecord: null, wouldFireAction: false };
const fires = (wouldRecord: string) => ({ wouldRecord, wouldFireAction: true, stoppedBy: null });
const stops = (stoppedBy: string, wouldRecord: string | null = null) => ({ ...none, wouldRecord, stoppedBy });
const enters = { noise: { enterConfirmations: 3 } };
const holds = { noise: { exitHoldSeconds: 600 } };
const wide = { noise: { hysteresisMeters: 50 } };
const vague = { noise: { exitUsesAccuracy: true } };

test.each<[title: string, fence: object, before: Point[], point: Point, state: string, decision: object]>([
  ['an entry of a device never seen', {}, [], at(0, 1), 'UNKNOWN', fires('enter')],
  ['an entry', {}, [at(500, 0)], at(0, 1), 'OUTSIDE', fires('enter')],
  ['a point elsewhere', {}, [at(500, 0)], at(400, 1), 'OUTSIDE', stops('OUTSIDE')],
  [
    'a point too vague to count',
    { noise: { maxAccuracyMeters: 20 } },
    [],
    at(0, 1, 21),
    'UNKNOWN',
    stops('MAX_ACCURACY'),
  ],
  ['the first of three', enters, [at(500, 0)], at(0, 1), 'OUTSIDE', stops('ENTER_CONFIRMATIONS')],
  ['the second of three', enters, [at(0, 0)], at(0, 1), 'ENTERING', stops('ENTER_CONFIRMATIONS')],
  ['the third of three', enters, [at(0, 0), at(0, 1)], at(0, 2), 'ENTERING', fires('enter')],
  ['a run of entries that ends', enters, [at(0, 0)], at(500, 1), 'ENTERING', stops('OUTSIDE')],
  ['a point of a stay', {}, [at(0, 0)], at(10, 1), 'INSIDE', stops('NO_TRANSITION')],
  ['an exit that no action waits for', {}, [at(0, 0)], at(500, 1), 'INSIDE', stops('TRIGGER_ON', 'exit')],
  ['an exit', { triggerOn: 'exit' }, [at(0, 0)], at(500, 1), 'INSIDE', fires('exit')],
  ['an exit that is not long enough', holds, [at(0, 0)], at(500, 1), 'INSIDE', stops('EXIT_HOLD')],
  ['the next one', holds, [at(0, 0), at(500, 1)], at(500, 2), 'EXITING', stops('EXIT_HOLD')],
  ['the last one', holds, [at(0, 0), at(500, 1)], at(500, 11), 'EXITING', stops('TRIGGER_ON', 'exit')],
  ['a return', holds, [at(0, 0), at(500, 1)], at(0, 2), 'EXITING', stops('NO_TRANSITION')],
  ['a point outside by less than the margin', wide, [at(0, 0)], at(140, 1), 'INSIDE', stops('HYSTERESIS')],
  ['a point outside by more', wide, [at(0, 0)], at(160, 1), 'INSIDE', stops('TRIGGER_ON', 'exit')],
  ['a vague point outside', vague, [at(0, 0)], at(140, 1, 50), 'INSIDE', stops('EXIT_ACCURACY')],
  ['a precise point outside', vague, [at(0, 0)], at(140, 1, 5), 'INSIDE', stops('TRIGGER_ON', 'exit')],
  ['a stay that is too short', { triggerOn: 'dwell' }, [at(0, 0)], at(0, 4), 'INSIDE', stops('DWELL_NOT_REACHED')],
  ['a stay that is long enough', { triggerOn: 'dwell' }, [at(0, 0)], at(0, 5), 'INSIDE', fires('dwell')],
  ['its end, which shows it too', { triggerOn: 'dwell' }, [at(0, 0)], at(500, 9), 'INSIDE', fires('dwell')],
  [
    'a pause between two actions',
    { cooldownMs: day },
    [at(0, 0), at(500, 1)],
    at(0, 2),
    'OUTSIDE',
    stops('COOLDOWN', 'enter'),
  ],
  ['a way through', { detectCrossing: true }, [at(-500, 0)], at(500, 1), 'OUTSIDE', fires('cross')],
])('%s', async (_, fence, before, point, value, decision) => {
  const road = await roadWith(fence);
  await drive(road, before);
  vi.setSystemTime(point.at);
  expect(await explanationOf(road, point)).toMatchObject({ state: { value }, decision });
});

test('a state has its beginning, its confirmations and the end of the pause after an action', async () => {
  const road = await roadWith({ cooldownMs: 30 * minute, noise: { enterConfirmations: 2, exitHoldSeconds: 600 } });
  const stateAt = async (minutes: number) => (await explanationOf(road, at(0, minutes))).state;
  expect(await stateAt(0)).toEqual({ value: 'UNKNOWN', since: null, confirmations: 0, cooldownEndsAt: null });
  await drive(road, [at(0, 1)]);
  expect(await stateAt(2)).toEqual({
    value: 'ENTERING',
    since: '2026-03-22T08:01:00Z',
    confirmations: 1,
    cooldownEndsAt: null,
  });
  await drive(road, [at(0, 3)]);
  const cooldownEndsAt = '2026-03-22T08:31:00Z';
  expect(await stateAt(4)).toEqual({
    value: 'INSIDE',
    since: '2026-03-22T08:01:00Z',
    confirmations: 2,
    cooldownEndsAt,
  });
  await drive(road, [at(500, 5)]);
  expect(await stateAt(6)).toEqual({
    value: 'EXITING',
    since: '2026-03-22T08:05:00Z',
    confirmations: 2,
    cooldownEndsAt,
  });
  await drive(road, [at(500, 16)]);
  expect(await stateAt(17)).toEqual({ value: 'OUTSIDE', since: null, confirmations: 0, cooldownEndsAt });
  expect((await stateAt(32))?.cooldownEndsAt).toBeNull();
});

test('a fence that was deactivated has no states, and one that is active again does not know the old ones', async () => {
  const road = await roadWith();
  await drive(road, [at(0, 0)]);
  const become = (status: string) =>
    changeGeofences.open().update(owner, road.ids[0]!, { status } as never, 'patch', undefined, unrecorded);
  vi.setSystemTime(beginning + minute);
  await become('inactive');
  expect(await explanationOf(road, at(0, 2))).toMatchObject({
    state: { value: 'UNKNOWN' },
    decision: stops('STATUS_INACTIVE'),
  });
  vi.setSystemTime(beginning + 3 * minute);
  await become('active');
  expect(await explanationOf(road, at(0, 4))).toMatchObject({ state: { value: 'UNKNOWN' }, decision: fires('enter') });
});

const setStatus = async (road: Road, status: string) => {
  const key = entityKeys.body(owner.tenant.reference, devices.name, road.deviceId);
  const row = (await main.get(key))!;
  await main.put(key, { ...row, values: JSON.stringify({ ...JSON.parse(row.values as string), status }) });
};

test('a device in maintenance records, but fires nothing; one that is inactive does neither', async () => {
  const road = await roadWith();
  await setStatus(road, 'MAINTENANCE');
  expect((await explanationOf(road, at(0, 1))).decision).toEqual(stops('MAINTENANCE', 'enter'));
  await setStatus(road, 'INACTIVE');
  expect((await explanationOf(road, at(0, 1))).decision).toEqual(stops('STATUS_INACTIVE'));
});

test('a point that is received long after it was made fires nothing', async () => {
  const road = await roadWith();
  vi.setSystemTime(beginning + 15 * minute);
  expect((await explanationOf(road, at(0, 0))).decision).toEqual(fires('enter'));
  vi.setSystemTime(beginning + 16 * minute);
  expect((await explanationOf(road, at(0, 0))).decision).toEqual(stops('LATE', 'enter'));
});

test('a point before the newest meets the state of its own time, unless it or the fence is too new for that', async () => {
  const road = await roadWith();
  await drive(road, [at(500, 0), at(0, 10), at(500, 20)]);
  expect(await explanationOf(road, at(0, 5))).toMatchObject({ state: { value: 'OUTSIDE' }, decision: fires('enter') });
  expect(await explanationOf(road, at(500, 15))).toMatchObject({
    state: { value: 'INSIDE' },
    decision: stops('TRIGGER_ON', 'exit'),
  });
  const patch = { radiusMeters: 200 } as never;
  await changeGeofences.open().update(owner, road.ids[0]!, patch, 'patch', undefined, unrecorded);
  expect((await explanationOf(road, at(0, 5))).decision).toEqual(stops('LATE'));
});

test('a late point that is older than the window is stored and no more', async () => {
  const road = await roadWith();
  await drive(road, [at(500, 0), at(500, 4 * 24 * 60)]);
  expect((await explanationOf(road, at(0, 23 * 60))).decision).toEqual(stops('LATE'));
  expect((await explanationOf(road, at(0, 25 * 60))).decision).toEqual(stops('LATE', 'enter'));
});

test('an event that a timer has recorded is not announced again', async () => {
  const road = await roadWith({ triggerOn: 'dwell', noise: { exitHoldSeconds: 60 } });
  await drive(road, [at(0, 0)]);
  vi.setSystemTime(beginning + 7 * minute);
  await road.fire();
  expect((await explanationOf(road, at(0, 8))).decision).toEqual(stops('NO_TRANSITION'));
  await drive(road, [at(500, 8)]);
  vi.setSystemTime(beginning + 11 * minute);
  await road.fire();
  expect(await explanationOf(road, at(500, 12))).toMatchObject({
    state: { value: 'EXITING' },
    decision: stops('NO_TRANSITION'),
  });
});

test('the fence that a device would leave is shown, though it is no candidate', async () => {
  const road = await roadWith();
  await drive(road, [at(0, 0)]);
  const { candidateCount, geofences } = await explain(road, at(50_000, 1));
  expect(candidateCount).toBe(0);
  expect(geofences).toMatchObject([{ indexHit: false, inside: false, decision: stops('TRIGGER_ON', 'exit') }]);
  expect((await explain(road, at(50_000, 1), { deviceId: null })).geofences).toEqual([]);
});

test('a device that the caller does not see is not known', async () => {
  const road = await roadWith();
  const asked = ExplainRequest.parse({ ...centre, deviceId: road.deviceId });
  await expect(explainGeofences.open().explain(person('field_worker'), asked)).rejects.toThrow('No device has this id');
});

test('what is explained is what then happens', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(journeys, async ({ rules, fixes }) => {
      database.restore();
      database = new DynamoDbFake();
      vi.setSystemTime(beginning + day / 2);
      const road = await newRoad(rules, beginning - day);
      const track = [...new Map(fixes.map((fix) => [fix.at, fix])).values()].sort((a, b) => a.at - b.at);
      for (const fix of track) {
        vi.setSystemTime(fix.at);
        const point = { ...fix, receivedAt: fix.at };
        const explained = await Promise.all(road.ids.map((geofenceId) => explanationOf(road, point, { geofenceId })));
        const before = new Set((await road.events()).map(({ id }) => id));
        await road.take([point]);
        const fresh = (await road.events()).filter(({ id }) => !before.has(id));
        for (const { geofenceId, decision } of explained) {
          const own = fresh.filter((event) => event.geofenceId === geofenceId);
          const types: (string | null)[] = own.map(({ type }) => type);
          expect(types.length === 0 ? [null] : types).toContain(decision.wouldRecord);
          expect(decision.wouldFireAction).toBe(own.some(({ actionFired }) => actionFired));
        }
      }
    }),
    { numRuns: 30 },
  );
});
