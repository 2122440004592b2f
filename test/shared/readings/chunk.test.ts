import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunk, chunksOf, Minute, type PlacedReading, type Reading } from '../../../shared/readings/chunk.ts';
import { readingKeys } from '../../../shared/table/keys/readings.ts';
import type { TenantReference } from '../../../shared/tenancy/tenant.ts';

const keyOf = ({ minuteAt, rank }: Chunk) => readingKeys.chunk('t' as TenantReference, 's', minuteAt, rank);

/** The readings of rows of one minute; they are the same without the superseded rows. */
function merged(number: number, rows: readonly { readonly sk: string; readonly readings: string }[]): Reading[] {
  const [minute, rest] = [new Minute(number), new Minute(number)];
  for (const row of rows) minute.add(row);
  const superseded = new Set(minute.superseded());
  for (const row of rows) if (!superseded.has(row.sk)) rest.add(row);
  expect(rest.readings()).toEqual(minute.readings());
  return minute.readings();
}

/** The readings of all rows together, in whatever order the rows are. */
function stored(chunks: readonly Chunk[]): Reading[] {
  const rows = new Map(chunks.map((chunk) => [keyOf(chunk).sk, { sk: keyOf(chunk).sk, readings: chunk.readings }]));
  const minutes = Map.groupBy(rows.values(), ({ sk }) => sk.slice(0, 9));
  return [...minutes].flatMap(([number, some]) => merged(Number(number), some)).sort((a, b) => a.at - b.at);
}

const messages = fc.uniqueArray(
  fc.record({
    stamp: fc.nat(1000),
    readings: fc.array(fc.record({ at: fc.nat(150_000), value: fc.integer() }), { minLength: 1, maxLength: 8 }),
  }),
  { selector: ({ stamp }) => stamp, maxLength: 8 },
);

describe('Chunks', () => {
  it('hold for each instant what was received last, in whatever order and however often they are written', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(), { maxLength: 30 }), fc.nat(3), (given, order, coarse) => {
        const coarsened = given.map(({ stamp, readings }) => ({
          stamp,
          // Few instants, so that readings replace each other.
          readings: readings.map(
            ({ at, value }, place): PlacedReading => ({ at: at - (at % (10 ** coarse * 50)), value, place }),
          ),
        }));
        const written = order
          .map((i) => coarsened[i % Math.max(1, coarsened.length)])
          .filter((one) => one !== undefined);
        const all = [...coarsened, ...written].reverse();
        const expected = new Map<number, number>();
        for (const { readings } of coarsened.toSorted((a, b) => a.stamp - b.stamp)) {
          for (const { at, value } of readings) expected.set(at, value as number);
        }
        const chunks = all.flatMap(({ stamp, readings }) => chunksOf(readings, stamp));
        expect(stored(chunks)).toEqual([...expected].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at));
      }),
    );
  });

  it('let a reading that was refused at first be added later, in its own place', () => {
    const message: PlacedReading[] = [10, 20, 30].map((value, place) => ({ at: 5000, value, place }));
    const [first, second, third] = message as [PlacedReading, PlacedReading, PlacedReading];
    const accepted = chunksOf([first, third], 7);
    expect(stored([...accepted, ...chunksOf([second], 7)])).toEqual([{ at: 5000, value: 30 }]);
    expect(stored([...chunksOf([first], 7), ...chunksOf([second], 7)])).toEqual([{ at: 5000, value: 20 }]);
  });

  it('keep what was stored when the same message is accepted only in part the second time', () => {
    const message: PlacedReading[] = [1, 2].map((value, place) => ({ at: value, value, place }));
    expect(stored([...chunksOf(message, 7), ...chunksOf(message.slice(0, 1), 7)])).toHaveLength(2);
  });

  it('are cut before they become too large', () => {
    const texts = Array.from({ length: 500 }, (_, place) => ({ at: place, value: '😀'.repeat(1000), place }));
    const chunks = chunksOf(texts, 1);
    expect(chunks.length).toBeGreaterThan(20);
    for (const { readings } of chunks) expect(Buffer.byteLength(readings)).toBeLessThan(70_000);
    expect(stored(chunks)).toHaveLength(500);
  });
});
