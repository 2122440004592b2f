import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ValueType } from '../../../shared/profiles/value-types.ts';
import { bucketsOf, totalOf } from '../../../shared/readings/aggregate.ts';
import type { Bucket } from '../../../shared/readings/bucket.ts';
import type { Reading } from '../../../shared/readings/chunk.ts';
import { foldReadings } from '../../../shared/readings/fold.ts';
import { pagesOfReadings, readReadings } from '../../../shared/readings/history.ts';
import { type Interval, intervals } from '../../../shared/readings/intervals.ts';
import type { Measured } from '../../../shared/readings/pieces.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { runs } from '../../support/thorough.ts';
import { faults, injectFaults, redelivered } from '../support/injected-faults.ts';
import { catchOutput } from '../support/platform.ts';
import { closeTo, naive, valuesOf } from './naive.ts';
import { newPlant, type Plant } from './plant.ts';

/** Readings in any order, with folds and crashes in between: every answer equals a naive aggregate at any time. */

const hour = 3_600_000;
/** In the night in which clocks of Europe go forward. */
const beginning = Date.UTC(2026, 2, 29, 3, 20);

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

const types = ['DOUBLE', 'BIGINT', 'BOOLEAN', 'TEXT'] as const;

/** Few instants, so that readings replace each other, and some at the edges of minutes and hours. */
const ago = fc.oneof(
  fc.integer({ min: 0, max: 6 * 60 }).map((minutes) => minutes * 60_000),
  fc.integer({ min: 0, max: 6 * hour }),
  fc.constantFrom(1, hour - 1, hour, hour + 1, 20 * 60_000),
);

const command = (type: ValueType) =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('take' as const),
        readings: fc.array(fc.record({ ago, value: valuesOf[type] }), { minLength: 1, maxLength: 6 }),
        late: fc.nat(3),
        again: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 9, 45, 90) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('fold' as const), twice: fc.boolean() }) },
  );

const question = fc.record({
  from: ago,
  to: ago,
  interval: fc.constantFrom(...intervals),
  timezone: fc.constantFrom('UTC', 'Europe/Madrid', 'Asia/Kolkata', 'Asia/Kathmandu'),
});

/** The beginning of the bucket of an instant, computed in the simplest way. */
function startOf(at: number, interval: Interval, timezone: string): string {
  if (interval !== '1d') {
    const length = { '1m': 60_000, '5m': 300_000, '15m': 900_000, '1h': hour, '6h': 6 * hour }[interval];
    return String(Math.floor(at / length) * length);
  }
  return new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(at);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function same(type: ValueType, bucket: Bucket, readings: readonly Reading[]): void {
  const { count, exact, size, sum, avg } = naive(type, readings);
  expect(bucket.count).toBe(count);
  if (count === 0) return;
  const { min, max, first, firstAt, last, lastAt } = bucket;
  expect({ min, max, first, firstAt, last, lastAt }).toEqual(exact);
  closeTo(bucket.sum, sum, size);
  closeTo(bucket.avg, avg, size / count);
}

async function check(
  sensor: Measured,
  stored: readonly Reading[],
  asked: { from: number; to: number; interval: Interval; timezone: string },
) {
  const { valueType: type } = sensor;
  const span = { from: Math.min(asked.from, asked.to), to: Math.max(asked.from, asked.to) };
  const within = stored.filter(({ at }) => at >= span.from && at < span.to);
  expect((await all(pagesOfReadings(sensor.tenant, sensor.sensorId, span))).flat()).toEqual(within);
  same(type, await totalOf(sensor, span), within);
  const buckets = await all(bucketsOf(sensor, { ...asked, span }));
  const expected = Map.groupBy(within, ({ at }) => startOf(at, asked.interval, asked.timezone));
  expect(buckets.map(({ start }) => startOf(start, asked.interval, asked.timezone))).toEqual([...expected.keys()]);
  for (const { start, bucket } of buckets)
    same(type, bucket, expected.get(startOf(start, asked.interval, asked.timezone))!);
}

/** What a plant must answer: for each instant the reading with the greatest stamp and place. */
class Memory {
  readonly #readings = new Map<number, Reading & { readonly rank: readonly number[] }>();

  take(readings: readonly Reading[], stamp: number): void {
    for (const [place, reading] of readings.entries()) {
      const known = this.#readings.get(reading.at);
      if (!known || known.rank[0]! < stamp || (known.rank[0] === stamp && known.rank[1]! < place)) {
        this.#readings.set(reading.at, { ...reading, rank: [stamp, place] });
      }
    }
  }

  all(): Reading[] {
    return [...this.#readings.values()].map(({ at, value }) => ({ at, value })).sort((a, b) => a.at - b.at);
  }
}

async function foldAll(plant: Plant, twice: boolean): Promise<void> {
  for (const message of plant.due()) {
    for (let i = 0; i < (twice ? 2 : 1); i++) await redelivered(() => foldReadings.open().fold(message));
  }
}

describe('Readings', () => {
  it.each(types)('of %s are aggregated as stored, whatever came late, twice or replaced', async (type) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command(type), { minLength: 3, maxLength: 14 }),
        fc.array(question, { minLength: 2, maxLength: 3 }),
        faults(4),
        async (commands, questions, deaths) => {
          database?.restore();
          database = new DynamoDbFake();
          vi.setSystemTime(beginning);
          const plant = await newPlant(database);
          const sensor = await plant.sensor('x', type);
          const memory = new Memory();
          let stamp = beginning - 100;
          const live = injectFaults(database, deaths);
          for (const one of commands) {
            if (one.kind === 'wait') vi.setSystemTime(Date.now() + one.minutes * 60_000);
            if (one.kind === 'fold') await foldAll(plant, one.twice);
            if (one.kind !== 'take') continue;
            // Processed out of order: the stamps of some messages are earlier than those before.
            stamp += 10;
            const received = stamp - 15 * one.late - one.late;
            const readings = one.readings.map(({ ago, value }) => ({ at: beginning - ago, value }));
            const given = readings.map(({ at, value }) => ({ at, value, key: 'x' }));
            for (let i = 0; i < (one.again ? 2 : 1); i++) await redelivered(() => plant.take(given, received));
            memory.take(readings, received);
          }
          live();
          for (const { from, to, ...rest } of questions) {
            await check(sensor, memory.all(), { from: beginning - from, to: beginning - to, ...rest });
          }
          const asked = { span: { from: 0, to: Date.now() + 1 }, order: 'desc', limit: 1, mostBytes: 1e6 } as const;
          const last = (await readReadings(sensor.tenant, sensor.sensorId, asked))[0];
          const [row] = database.rows('telemetry', ({ sensorId }) => sensorId === sensor.sensorId);
          expect([row?.lastAt, row?.lastValue]).toEqual(
            last ? [last.at, JSON.stringify(last.value)] : [undefined, undefined],
          );
          // In the end everything is folded, and nothing is left to do.
          for (let i = 0; i < 4; i++) {
            vi.setSystemTime(Date.now() + 2 * hour);
            await foldAll(plant, false);
          }
          expect(database.rows('telemetry', ({ pk }) => String(pk).includes('#touched#'))).toEqual([]);
          for (const { from, to, ...rest } of questions) {
            await check(sensor, memory.all(), { from: beginning - from, to: beginning - to, ...rest });
          }
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
