import { afterEach, beforeEach, expect, test } from 'vitest';
import { simulated } from '../../../shared/simulation/run.ts';
import { simulateGeofences } from '../../../shared/simulation/simulator.ts';
import { Simulation, SimulationRequest } from '../../../shared/simulation/wire.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

const workspace = tenant(1, 'enterprise');
const here = { latitude: 52.5, longitude: 13.4 };
const away = { latitude: 52.6, longitude: 13.4 };
const minute = 60_000;
const beginning = Date.UTC(2026, 2, 20, 8);
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

const at = (minutes: number, place = here) => ({
  ...place,
  recordedAt: new Date(beginning + minutes * minute).toISOString(),
});

async function simulate(geofence: object, track: object[], more: object = {}) {
  const geofences = [{ name: 'A', ...here, radiusMeters: 100, ...geofence }];
  const asked = SimulationRequest.parse({ geofences, track, ...more });
  return Simulation.parse(await simulateGeofences.open().simulate(workspace, asked));
}

const told = ({ events }: Awaited<ReturnType<typeof simulate>>) =>
  events.map(({ type, occurredAt, suppressedBy }) => [
    type,
    (Date.parse(occurredAt) - beginning) / minute,
    suppressedBy ?? 'fired',
  ]);

test('an action does not fire during its cooldown', async () => {
  const track = [at(0), at(1, away), at(2), at(3, away), at(10), at(11, away)];
  expect(told(await simulate({ cooldownMs: 10 * minute }, track)).filter(([type]) => type === 'enter')).toEqual([
    ['enter', 0, 'fired'],
    ['enter', 2, 'COOLDOWN'],
    ['enter', 10, 'fired'],
  ]);
});

test('what comes of silence comes at the end of the track', async () => {
  const dwell = { triggerOn: 'dwell', dwellMinutes: 30 };
  expect(told(await simulate(dwell, [at(0), at(1)]))).toEqual([
    ['enter', 0, 'TRIGGER_ON'],
    ['dwell', 30, 'fired'],
  ]);
});

test('a track that begins inside has no entry, and dwells from the first point on', async () => {
  const track = [at(0), at(6), at(7, away)];
  const inside = await simulate({ triggerOn: 'dwell' }, track, { startState: 'inside' });
  expect(told(inside)).toEqual([
    ['dwell', 5, 'fired'],
    ['exit', 7, 'TRIGGER_ON'],
  ]);
  const outside = await simulate({}, track, { startState: 'outside' });
  expect(told(outside)[0]).toEqual(['enter', 0, 'fired']);
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

test('ends when its time is up', () => {
  const fix = { at: 0, receivedAt: 0, ...here, accuracyMeters: null };
  const conditions = { startState: 'unknown', silentUntil: 0 } as const;
  expect(simulated([fix], [], { ...conditions, until: Date.now() + minute }).points).toBe(1);
  expect(() => simulated([fix], [], { ...conditions, until: Date.now() })).toThrow('takes too long');
});
