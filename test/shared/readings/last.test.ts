import { expect, test } from 'vitest';
import type { Measured } from '../../../shared/readings/pieces.ts';
import { lastReading } from '../../../shared/topology/last-reading.ts';
import { watchDatabase } from '../../support/watch.ts';
import { injectFaults, redelivered } from '../support/injected-faults.ts';
import { usePlant } from './plant.ts';

/** The last reading of a sensor, which may be a long text. */

const beginning = Date.UTC(2026, 2, 17, 10, 30);

const site = usePlant(beginning);

const long = (text: string) => text.padEnd(4096, '-');
const of = (at: number, value: unknown, key = 'x') => ({ key, at, value });
const shown = async ({ sensorId, deviceId, key }: Measured) => {
  const values = { deviceId, componentId: site.plant.componentId, key };
  return (await lastReading.of(site.plant.owner.tenant, [{ id: sensorId, values }], true))[0];
};
const at = (milliseconds: number) => new Date(beginning + milliseconds).toISOString().replace('.000Z', 'Z');

test('Long last values of all sensors of a device cost ingest little', async () => {
  for (let i = 0; i < 100; i++) await site.plant.sensor(`x${i}`, 'TEXT');
  const given = (stamp: number) => Array.from({ length: 100 }, (_, i) => of(stamp, long(String(i)), `x${i}`));
  expect((await site.plant.take(given(beginning), beginning)).accepted).toBe(100);
  const { calls } = await watchDatabase(() => site.plant.take(given(beginning + 1), beginning + 1));
  const reads = calls.filter(({ operation }) => operation === 'Query');
  expect(reads).toHaveLength(1);
  expect(reads[0]!.bytes).toBeLessThan(60_000);
});

test('The last value is shown, short or long, in whatever order readings arrive', async () => {
  const sensor = await site.plant.sensor('x', 'TEXT');
  expect(await shown(sensor)).toEqual({ lastValue: null, lastReadingAt: null });
  await site.plant.take([of(beginning, long('a'))], beginning);
  expect(await shown(sensor)).toEqual({ lastValue: long('a'), lastReadingAt: at(0) });
  await site.plant.take([of(beginning - 1000, long('late'))], beginning + 1);
  expect(await shown(sensor)).toEqual({ lastValue: long('a'), lastReadingAt: at(0) });
  await site.plant.take([of(beginning + 1000, 'short')], beginning + 2);
  expect(await shown(sensor)).toEqual({ lastValue: 'short', lastReadingAt: at(1000) });
  await site.plant.take([of(beginning + 500, long('late'))], beginning + 3);
  expect(await shown(sensor)).toEqual({ lastValue: 'short', lastReadingAt: at(1000) });
  await site.plant.take([of(beginning + 1000, long('b'))], beginning + 4);
  expect(await shown(sensor)).toEqual({ lastValue: long('b'), lastReadingAt: at(1000) });
});

test('A long last value is whole at any time, and after deaths', async () => {
  const sensor = await site.plant.sensor('x', 'TEXT');
  await site.plant.take([of(beginning, long('a'))], beginning);
  const seen = new Set<string>();
  site.database.after = async ({ operation }) => {
    if (/Get|Query/.test(operation)) return;
    const { lastValue, lastReadingAt } = (await shown(sensor))!;
    seen.add(`${String(lastValue)[0]} ${lastReadingAt}`);
  };
  await site.plant.take([of(beginning + 1000, long('b'))], beginning + 1);
  expect([...seen]).toEqual(expect.arrayContaining([`b ${at(1000)}`]));
  for (const one of seen) expect([`a ${at(0)}`, `b ${at(1000)}`]).toContain(one);
  site.database.after = () => undefined;
  for (let i = 0; i < 16; i++) {
    const live = injectFaults(site.database, [{ in: Math.floor(i / 2), when: i % 2 ? 'before' : 'after' }]);
    await redelivered(() => site.plant.take([of(beginning + 2000 + i, long(`c${i}`))], beginning + 2 + i));
    live();
    expect(await shown(sensor)).toEqual({ lastValue: long(`c${i}`), lastReadingAt: expect.any(String) });
  }
});

test('A deleted sensor leaves no long last value, also if a reading arrives at that time', async () => {
  const sensor = await site.plant.sensor('x', 'TEXT');
  await site.plant.take([of(beginning, long('a'))], beginning);
  const lasts = () => site.database.rows('telemetry', ({ pk }) => String(pk).includes('#last#'));
  expect(lasts()).toHaveLength(1);
  site.database.before = async ({ operation, input }) => {
    if (operation !== 'PutCommand' || !String(input.Item.pk).includes('#readings#')) return;
    site.database.before = () => undefined;
    await site.plant.deleteSensor(sensor.sensorId);
  };
  await site.plant.take([of(beginning + 1, long('b'))], beginning + 1);
  expect(lasts()).toEqual([]);
  const again = await site.plant.sensor('x', 'TEXT');
  expect(await shown(again)).toEqual({ lastValue: null, lastReadingAt: null });
});
