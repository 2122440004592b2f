import { describe, expect, test, vi } from 'vitest';
import { bucketsOf, totalOf } from '../../../shared/readings/aggregate.ts';
import { bucketOf } from '../../../shared/readings/bucket.ts';
import { foldReadings } from '../../../shared/readings/fold.ts';
import { readReadings } from '../../../shared/readings/history.ts';
import { mark } from '../../../shared/readings/marks.ts';
import type { Measured } from '../../../shared/readings/pieces.ts';
import { hourPlace, hourText } from '../../../shared/readings/rollups.ts';
import { setAll } from '../../../shared/table/expressions.ts';
import { Table } from '../../../shared/table/table.ts';
import { itemBytes } from '../../support/dynamodb-sizes.ts';
import { watchDatabase } from '../../support/watch.ts';
import { usePlant } from './plant.ts';
import { wavesOf } from './waves.ts';

/** Edge cases of folding: marks that were set recently, readings that expire, sensors that are deleted. */

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const beginning = Date.UTC(2026, 2, 17, 10, 30);

const site = usePlant(beginning);

const rows = (sign: string) => site.database.rows('telemetry', ({ pk }) => String(pk).includes(`#${sign}#`));
const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);
const of = (at: number, value: unknown, key = 'x') => ({ key, at, value });
const span = { from: beginning - day, to: beginning + day };
const count = async (sensor: Measured, within = span) => (await totalOf(sensor, within)).count;

/** How many bytes are read, and in how many waves, if each call takes a while. */
async function readsOf(act: () => Promise<unknown>) {
  site.database.around = async (send) => {
    const answer = await send();
    await new Promise((resolve) => setTimeout(resolve, 5));
    return answer;
  };
  const { calls } = await watchDatabase(act);
  site.database.around = (send) => send();
  const reads = calls.filter(({ operation }) => /Query|Get/.test(operation));
  return { units: reads.reduce((sum, { units }) => sum + units, 0), waves: wavesOf(reads), reads };
}

describe('Readings that are replaced', () => {
  const raw = { span, order: 'asc', limit: 10, mostBytes: 1e6 } as const;
  const values = async ({ tenant, sensorId }: Measured) =>
    (await readReadings(tenant, sensorId, raw)).map(({ value }) => String(value).slice(0, 3));

  test('are removed by folding once all of a chunk are, also over several pages', async () => {
    const sensor = await site.plant.sensor('x', 'TEXT');
    site.database.pageRows = 7;
    const given = (i: number) => [of(beginning, String(i).padEnd(4096, '-'))];
    for (let i = 100; i < 140; i++) await site.plant.take(given(i), beginning + i);
    // One of these readings is replaced, and one stays.
    await site.plant.take([of(beginning, 'no'), of(beginning + 1, 'yes')], beginning);
    expect(await values(sensor)).toEqual(['139', 'yes']);
    later(2 * hour);
    await site.plant.fold();
    expect(rows('readings')).toHaveLength(2);
    expect(await values(sensor)).toEqual(['139', 'yes']);
    // A message that is delivered again changes nothing.
    await site.plant.take(given(120), beginning + 120);
    expect(await values(sensor)).toEqual(['139', 'yes']);
    expect(await count(sensor)).toBe(2);
    later(2 * hour);
    await site.plant.fold();
    expect(rows('readings')).toHaveLength(2);
    const total = await totalOf(sensor, span);
    expect([total.count, String(total.first).slice(0, 3), total.last]).toEqual([2, '139', 'yes']);
  });

  test('stay if folding dies, and go with the next one', async () => {
    const sensor = await site.plant.sensor('x', 'DOUBLE');
    for (let i = 0; i < 5; i++) await site.plant.take([of(beginning, i)], beginning + i);
    later(2 * hour);
    const [message] = site.plant.due();
    let deletes = 0;
    site.database.before = ({ operation }) => {
      if (operation.startsWith('Delete') && ++deletes === 3) throw new Error('died');
    };
    await expect(foldReadings.open().fold(message!)).rejects.toThrow('died');
    site.database.before = () => undefined;
    expect(await values(sensor)).toEqual(['4']);
    await foldReadings.open().fold(message!);
    expect(await values(sensor)).toEqual(['4']);
    expect([rows('readings').length, await count(sensor)]).toEqual([1, 1]);
  });
});

describe('An hour', () => {
  test('is folded when it is over and its mark has been quiet for ten minutes', async () => {
    const sensor = await site.plant.sensor('x', 'DOUBLE');
    await site.plant.take([of(beginning, 1)], beginning);
    expect(site.plant.due()).toEqual([]);
    later(30 * minute + 10 * minute + 30 * minute);
    expect(await site.plant.fold()).toBe(1);
    expect([rows('hours').length, rows('minutes').length, rows('touched').length]).toEqual([1, 1, 0]);
    site.database.remove('telemetry', rows('readings')[0]!.pk as string, rows('readings')[0]!.sk as string);
    expect(await count(sensor)).toBe(1);
  });

  test('waits for a writer who has marked it again', async () => {
    const sensor = await site.plant.sensor('x', 'DOUBLE');
    await site.plant.take([of(beginning, 1)], beginning);
    later(2 * hour);
    const [message] = site.plant.due();
    // Another message has marked the hour, and its readings are not written yet.
    await mark(sensor.tenant, site.plant.deviceId, [{ key: 'x', at: beginning }]);
    await foldReadings.open().fold(message!);
    expect([rows('hours').length, rows('touched').length]).toEqual([0, 1]);
    await site.plant.take([of(beginning + 1, 2)], beginning + 5);
    later(hour);
    expect(await site.plant.fold()).toBe(1);
    expect([rows('hours').length, rows('touched').length]).toEqual([1, 0]);
    expect(await count(sensor)).toBe(2);
  });

  test('keeps a mark that was set while it was folded', async () => {
    const sensor = await site.plant.sensor('x', 'DOUBLE');
    await site.plant.take([of(beginning, 1)], beginning);
    later(2 * hour);
    const [message] = site.plant.due();
    site.database.after = async ({ operation }) => {
      if (!operation.startsWith('TransactWrite')) return;
      site.database.after = () => undefined;
      await site.plant.take([of(beginning, 7)], beginning + 5);
    };
    await foldReadings.open().fold(message!);
    expect(rows('touched')).toHaveLength(1);
    expect((await totalOf(sensor, span)).sum).toBe(7);
    later(hour);
    expect(await site.plant.fold()).toBe(1);
    expect((await totalOf(sensor, span)).sum).toBe(7);
    expect(rows('touched')).toEqual([]);
  });

  test('of a sensor that is deleted meanwhile gets no bucket', async () => {
    const sensor = await site.plant.sensor('x', 'DOUBLE');
    await site.plant.take([of(beginning, 1)], beginning);
    later(2 * hour);
    site.database.before = async ({ operation }) => {
      if (!operation.startsWith('TransactWrite')) return;
      site.database.before = () => undefined;
      await site.plant.deleteSensor(sensor.sensorId);
    };
    expect(await site.plant.fold()).toBe(1);
    expect([rows('hours').length, rows('touched').length]).toEqual([0, 0]);
  });

  test('whose readings are gone keeps its bucket, and takes no late ones', async () => {
    const sensor = await site.plant.sensor('x', 'DOUBLE');
    await site.plant.take([of(beginning, 1), of(beginning + minute, 2)], beginning + minute, 30);
    later(2 * hour);
    await site.plant.fold();
    // The retention was raised; DynamoDB has deleted what was written before.
    later(60 * day);
    for (const { pk, sk } of rows('readings')) site.database.remove('telemetry', pk as string, sk as string);
    const others = [of(beginning - 5 * hour, 4), of(beginning, 5, 'y')];
    const given = [of(beginning + 2 * minute, 3), ...others, of(beginning, 'hot')];
    const { accepted, refused } = await site.plant.take(given, Date.now(), 365);
    expect([accepted, refused.map(({ place, cause }) => [place, cause])]).toEqual([
      1,
      [
        [0, 'OUT_OF_RANGE'],
        [2, 'PROFILE_MISSING'],
        [3, 'TYPE_MISMATCH'],
      ],
    ]);
    const raw = { span, order: 'asc', limit: 10, mostBytes: 1e6 } as const;
    expect((await readReadings(sensor.tenant, sensor.sensorId, raw)).map(({ value }) => value)).toEqual([4]);
    expect(await count(sensor)).toBe(3);
    later(2 * hour);
    await site.plant.fold();
    expect(await count(sensor)).toBe(3);
    // An hour without its readings counts only as a whole.
    const readings = { from: beginning - 30 * minute, to: beginning + 30 * minute };
    expect(await count(sensor, readings)).toBe(2);
  });
});

test.each([1, 30])('An hour takes readings until its retention of %i days has ended', async (days) => {
  const sensor = await site.plant.sensor('x', 'DOUBLE');
  const start = beginning - 30 * minute;
  for (let i = 0; i < 30; i++) {
    vi.setSystemTime(beginning + i * hour);
    const first = start + i * hour;
    await site.plant.take([of(first, 1)], Date.now(), days);
    later(2 * hour);
    await site.plant.fold();
    vi.setSystemTime(first + hour - 1 + days * day);
    expect((await site.plant.take([of(first + hour - 1, 2)], Date.now(), days)).accepted).toBe(1);
    later(11 * hour);
    await site.plant.fold();
    expect(await count(sensor, { from: first, to: first + hour })).toBe(2);
  }
});

test.each(['before', 'after'] as const)(
  'A sensor that is deleted %s its reading is written leaves no trace that answers',
  async (when) => {
    const sensor = await site.plant.sensor('x', 'DOUBLE');
    let writes = 0;
    site.database[when] = async ({ operation, input }) => {
      if (operation !== 'PutCommand' || !String(input.Item.pk).includes('#readings#') || writes++ > 0) return;
      await site.plant.deleteSensor(sensor.sensorId);
    };
    expect((await site.plant.take([of(beginning, 1)], beginning)).accepted).toBe(1);
    expect(writes).toBe(1);
    expect(site.database.rows('telemetry', (row) => row.sensorId === sensor.sensorId)).toEqual([]);
    later(2 * hour);
    await site.plant.fold();
    expect([...rows('hours'), ...rows('minutes'), ...rows('touched')]).toEqual([]);
    const again = await site.plant.sensor('x', 'DOUBLE');
    expect(await count(again)).toBe(0);
  },
);

test('Readings are not shown after their retention, and their hours stay', async () => {
  const sensor = await site.plant.sensor('x', 'DOUBLE');
  await site.plant.take([of(beginning, 1)], beginning, 30);
  later(2 * hour);
  await site.plant.fold();
  const asked = { span: { from: 0, to: beginning + day }, order: 'asc', limit: 10, mostBytes: 1e6 } as const;
  later(30 * day - 3 * hour);
  expect(await readReadings(sensor.tenant, sensor.sensorId, asked)).toHaveLength(1);
  later(2 * hour);
  expect(await readReadings(sensor.tenant, sensor.sensorId, asked)).toEqual([]);
  expect(await count(sensor)).toBe(1);
  expect(await count(sensor, { from: beginning - 5 * minute, to: beginning + hour })).toBe(0);
  later(3651 * day);
  expect(await count(sensor)).toBe(0);
});

test('A mark stays small, whatever keys a device names', async () => {
  await site.plant.sensor('x', 'DOUBLE');
  for (let message = 0; message < 20; message++) {
    const bogus = Array.from({ length: 499 }, (_, i) => of(beginning, 1, `k-${message}-${i}`));
    expect((await site.plant.take([...bogus, of(beginning, 1)], beginning + message)).accepted).toBe(1);
  }
  const [row] = rows('touched');
  expect(itemBytes(row!)).toBeLessThan(12_000);
});

test('Refused readings leave no mark', async () => {
  await site.plant.sensor('x', 'DOUBLE');
  expect((await site.plant.take([of(beginning, 'hot'), of(beginning, 1, 'y')], beginning)).accepted).toBe(0);
  expect(rows('touched')).toEqual([]);
  await site.plant.take([of(beginning, 1)], beginning);
  await site.plant.take([of(beginning, 'hot')], beginning);
  expect(rows('touched')).toHaveLength(1);
});

test('A year by day of one reading a second costs at most 400 read units', async () => {
  const sensor = await site.plant.sensor('x', 'DOUBLE');
  const [year, table] = [366, new Table('telemetry')];
  const first = Math.floor(beginning / day) * 24 - year * 24;
  const dayIn = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Madrid' });
  const naiveDays = new Map<string, { min: number; max: number; count: number }>();
  // The bucket of an hour does not depend on how many readings of this kind are added up here.
  for (let one = first; one < first + year * 24; one++) {
    const readings = Array.from({ length: 12 }, (_, i) => ({
      at: one * hour + i * 299_999,
      value: Math.sin(one * i) * 1e5,
    }));
    const { key, attribute } = hourPlace(sensor.tenant, sensor.sensorId, 'DOUBLE', one);
    const bucket = bucketOf('DOUBLE', readings);
    bucket.count = 3600;
    const [at, values] = [dayIn.format(one * hour), readings.map(({ value }) => value)];
    const { min, max, count } = naiveDays.get(at) ?? { min: values[0]!, max: values[0]!, count: 0 };
    naiveDays.set(at, { min: Math.min(min, ...values), max: Math.max(max, ...values), count: count + 3600 });
    await table.update(key, setAll({ [attribute]: hourText(bucket, one, 2e9), ttl: 3e9 }));
  }
  await site.plant.take([of(beginning, 1)], beginning);
  site.database.pageRows = 250;
  const asked = {
    span: { from: first * hour, to: first * hour + year * day },
    interval: '1d',
    timezone: 'Europe/Madrid',
  } as const;
  const days = new Map<string, object>();
  const { units } = await readsOf(async () => {
    for await (const { start, bucket } of bucketsOf(sensor, asked)) {
      days.set(dayIn.format(start), { min: bucket.min, max: bucket.max, count: bucket.count });
    }
  });
  expect(days.size).toBe(367);
  expect(days).toEqual(naiveDays);
  expect(units).toBeLessThanOrEqual(400);
});

test.each([
  ['adjacent', 1, 8],
  ['alternate', 2, 40],
])('Readings of 400 %s hours that are not folded are read in few waves', async (_, step, most) => {
  const sensor = await site.plant.sensor('x', 'DOUBLE');
  const readings = Array.from({ length: 400 }, (_, i) => of(beginning - i * step * hour, i));
  await site.plant.take(readings, beginning);
  await site.plant.take([of(beginning - hour - 1, 1)], beginning - hour);
  const span = { from: beginning - 900 * hour, to: beginning + 1 };
  for (const interval of ['15m', '1h', '1d'] as const) {
    const counts: number[] = [];
    const { waves, reads } = await readsOf(async () => {
      for await (const { bucket } of bucketsOf(sensor, { span, interval, timezone: 'Asia/Kolkata' })) {
        counts.push(bucket.count);
      }
    });
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(401);
    expect(waves).toBeLessThanOrEqual(most);
    // The number of reads that run at once.
    const running = reads.map(({ began }) => reads.filter((one) => one.began <= began && began < one.ended).length);
    expect(Math.max(...running)).toBeLessThanOrEqual(17);
  }
});

test('A day in a zone with half hours is put together from minutes, and from whole hours where those are gone', async () => {
  const sensor = await site.plant.sensor('x', 'DOUBLE');
  const readings = Array.from({ length: 24 * 4 }, (_, i) => of(beginning - i * 15 * minute, 1));
  await site.plant.take(readings, beginning, 30);
  later(3 * hour);
  while ((await site.plant.fold()) > 0) later(hour);
  const asked = {
    span: { from: beginning - 2 * day, to: beginning + minute },
    interval: '1d',
    timezone: 'Asia/Kolkata',
  } as const;
  const counts = async () => {
    const found: number[] = [];
    for await (const { bucket } of bucketsOf(sensor, asked)) found.push(bucket.count);
    return found;
  };
  // Midnight is at 18:30 UTC: of the 24 hours before 10:30, 8 are before it.
  expect(await counts()).toEqual([31, 65]);
  later(40 * day);
  // The hour from 18:00 to 19:00 counts for the day in which it begins; that of 10:30 is cut, and gone.
  expect(await counts()).toEqual([33, 60]);
});

test('Buckets of long texts fit into their rows', async () => {
  const sensor = await site.plant.sensor('x', 'TEXT');
  const text = (i: number) =>
    String.fromCodePoint(...Array.from({ length: 4096 }, (_, j) => 0x10000 + ((i * 7919 + j * 104_729) % 60_000)));
  for (let i = 0; i < 60; i++) {
    await site.plant.take(
      [of(beginning + i * 30_000, text(2 * i)), of(beginning + i * 30_000 + 1, text(2 * i + 1))],
      beginning + i * 30_000 + 1,
    );
  }
  later(3 * hour);
  await site.plant.fold();
  expect(rows('minutes').length).toBeGreaterThan(1);
  const total = await totalOf(sensor, span);
  expect([total.count, total.first === text(0), total.last === text(119)]).toEqual([120, true, true]);
});
