import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fix } from '../../../shared/transitions/fence.ts';
import type { ShownTrip } from '../../../shared/trips/wire.ts';
import { printInstant } from '../../../shared/wire/schema.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { faults, injectFaults, redelivered } from '../support/injected-faults.ts';
import { catchOutput } from '../support/platform.ts';
import { type NaiveTrip, naiveCount } from './naive.ts';
import { newOuting, type Outing } from './outing.ts';

/** Trips that start and end at any instants, with points in any order: the counts match the points of their times. */

const beginning = Date.UTC(2026, 2, 31, 23, 50);
const minute = 60_000;

let database: DynamoDbFake;
beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: beginning, toFake: ['Date'] });
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Few instants, so that points, steps and ends of trips fall together. */
const instants = 40;
const instant = fc.nat(instants - 1);
const at = (i: number): number => beginning + i * minute;

const step = fc.constantFrom('start', 'pause', 'resume', 'end');
const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ points: fc.uniqueArray(instant, { minLength: 1, maxLength: 12 }) }) },
  { weight: 4, arbitrary: fc.record({ drive: step, at: instant }) },
  { weight: 2, arbitrary: fc.record({ ask: step, at: fc.option(instant, { nil: undefined }) }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

const placeOf = (i: number) => ({ latitude: 50 + ((i * 7) % 11) / 1000, longitude: 8 + ((i * 5) % 13) / 1000 });
const fixAt = (i: number): Fix => ({ at: at(i), ...placeOf(i), accuracyMeters: 5, receivedAt: at(instants) });

const naive = ({ id, startedAt, endedAt, pauses }: ShownTrip): NaiveTrip => ({
  id,
  startedAt: Date.parse(startedAt),
  endedAt: endedAt === null ? null : Date.parse(endedAt),
  pauses: pauses.map(({ pausedAt, resumedAt }) => ({
    pausedAt: Date.parse(pausedAt),
    resumedAt: resumedAt === null ? null : Date.parse(resumedAt),
  })),
});

async function requireRight(outing: Outing, stored: ReadonlySet<number>): Promise<void> {
  const shown = await outing.all();
  const trips = shown.map(naive);
  const fixes = [...stored].map(fixAt);
  for (const [i, trip] of trips.entries()) {
    const { points, millimeters } = naiveCount(trips, trip, fixes);
    const { pointCount, distanceMeters } = shown[i]!;
    const expected = { points: points.length, millimeters };
    expect(await outing.count(trip.id)).toEqual(expected);
    expect({ pointCount, distanceMeters }).toEqual({
      pointCount: points.length,
      distanceMeters: Math.round(millimeters / 1000),
    });
    expect(await outing.track(trip.id)).toEqual(points.map((point) => printInstant(point.at)));
  }
  const open = shown.filter(({ status }) => status !== 'ENDED');
  expect((await outing.device()).values.activeSessionId).toBe(open[0]?.id ?? null);
  expect(open.length).toBeLessThanOrEqual(1);
  for (const [i, { startedAt }] of trips.entries()) {
    if (i > 0) expect(startedAt).toBeGreaterThanOrEqual(trips[i - 1]!.endedAt!);
  }
}

async function run(outing: Outing, given: Command): Promise<void> {
  if ('points' in given) await outing.take(given.points.map(fixAt));
  else if ('drive' in given) await outing.drive(given.drive, at(given.at));
  else {
    const newest = (await outing.all()).at(-1)?.id;
    if (given.ask === 'start')
      await outing.start(given.at === undefined ? undefined : at(given.at)).catch(ignoreRefusal);
    else if (newest) await outing[given.ask](newest).catch(ignoreRefusal);
  }
}

function ignoreRefusal(error: unknown): void {
  const { code } = error as { code?: string };
  if (code !== 'INVALID_TRANSITION' && code !== 'VALIDATION_ERROR') throw error;
}

test('in whatever order points arrive, trips have the points of their times', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (commands) => {
      database?.restore();
      database = new DynamoDbFake();
      vi.setSystemTime(at(instants) + minute);
      const outing = await newOuting();
      const stored = new Set<number>();
      for (const given of commands) {
        vi.setSystemTime(Date.now() + 1);
        await run(outing, given);
        if ('points' in given) for (const i of given.points) stored.add(i);
        await requireRight(outing, stored);
      }
    }),
    { numRuns: 60 },
  );
});

test('a point at the end of a paused trip belongs to the trip that starts then', async () => {
  database = new DynamoDbFake();
  vi.setSystemTime(at(instants) + minute);
  const outing = await newOuting();
  await outing.drive('start', at(0));
  await outing.drive('pause', at(3));
  await outing.drive('end', at(6));
  await outing.drive('start', at(6));
  await outing.take([0, 3, 4, 6].map(fixAt));
  await requireRight(outing, new Set([0, 3, 4, 6]));
  expect((await outing.all()).map(({ pointCount }) => pointCount)).toEqual([2, 1]);
});

test('trips that start at one instant are listed in their order, and the first one has its point', async () => {
  for (let i = 0; i < 20; i++) {
    database?.restore();
    database = new DynamoDbFake();
    vi.setSystemTime(at(instants) + minute);
    const outing = await newOuting();
    await outing.take([fixAt(0)]);
    for (const step of ['start', 'end', 'start'] as const) await outing.drive(step, at(0));
    await outing.end((await outing.all()).at(-1)!.id);
    await outing.start(Date.now());
    await requireRight(outing, new Set([0]));
    expect((await outing.all()).map(({ status, pointCount }) => [status, pointCount])).toEqual([
      ['ENDED', 1],
      ['ENDED', 0],
      ['ACTIVE', 0],
    ]);
  }
});

test('many trips that touch: late points of all of them at once', async () => {
  database = new DynamoDbFake();
  vi.setSystemTime(at(instants) + minute);
  const outing = await newOuting();
  await outing.take([0, 8, 16].map(fixAt));
  for (let i = 0; i < 32; i += 4) {
    await outing.drive('start', at(i));
    await outing.drive('pause', at(i + 1));
    await outing.drive('resume', at(i + 2));
    await outing.drive('pause', at(i + 3));
    await outing.drive('resume', at(i + 3));
    await outing.drive('end', at(i + 4));
  }
  const stored = new Set([0, 8, 16]);
  await requireRight(outing, stored);
  const all = Array.from({ length: instants }, (_, i) => i);
  await outing.take(all.map(fixAt));
  await requireRight(outing, new Set(all));
  expect((await outing.all()).map(({ pointCount }) => pointCount)).toEqual([5, 4, 4, 4, 4, 4, 4, 4]);
});

test('nothing is lost or counted twice, wherever functions fail and whatever else is written', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 20 }), faults(10), async (commands, failures) => {
      database?.restore();
      database = new DynamoDbFake();
      vi.setSystemTime(at(instants) + minute);
      const outing = await newOuting();
      const endFaults = injectFaults(database, failures);
      for (let i = 0; i < commands.length; i += 3) {
        vi.setSystemTime(Date.now() + 1);
        await Promise.all(commands.slice(i, i + 3).map((given) => redelivered(() => run(outing, given))));
      }
      endFaults();
      const stored = new Set(commands.flatMap((given) => ('points' in given ? given.points : [])));
      await requireRight(outing, stored);
    }),
    { numRuns: 60 },
  );
});

/** Runs them in parallel; returns how many succeeded. */
async function wins(...acts: readonly (() => Promise<unknown>)[]): Promise<number> {
  const ended = await Promise.allSettled(acts.map((act) => act()));
  return ended.filter(({ status }) => status === 'fulfilled').length;
}

test('of many starts at once one wins', async () => {
  database = new DynamoDbFake();
  const outing = await newOuting();
  expect(await wins(outing.start, outing.start, outing.start, outing.start)).toBe(1);
  expect(await outing.all()).toHaveLength(1);
  const driven = await Promise.all([outing.drive('start', beginning), outing.drive('start', beginning)]);
  expect(driven).toEqual([false, false]);
});

test('a start in the past counts a long track while points keep coming', async () => {
  database = new DynamoDbFake();
  vi.setSystemTime(at(3000));
  const outing = await newOuting();
  for (let i = 0; i < 1500; i += 500) {
    await outing.take(Array.from({ length: 500 }, (_, j) => fixAt(i + j)));
  }
  let next = 1500;
  let reads = 0;
  database.after = async (call) => {
    if (call.operation !== 'QueryCommand' || next >= 1506) return;
    reads += 1;
    const { after } = database;
    database.after = () => undefined;
    // The last one is late, so the count is computed again.
    await outing.take([next === 1505 ? { ...fixAt(2), at: at(2) + 1 } : fixAt(next)]);
    next += 1;
    database.after = after;
  };
  const { id, pointCount } = await outing.start(at(1));
  database.after = () => undefined;
  expect(reads).toBe(6);
  expect(pointCount).toBe(1505);
  const stored = [...Array.from({ length: 1505 }, (_, i) => fixAt(i)), { ...fixAt(2), at: at(2) + 1 }];
  const [trip] = (await outing.all()).map(naive);
  expect((await outing.count(id)).millimeters).toBe(naiveCount([trip!], trip!, stored).millimeters);
});
