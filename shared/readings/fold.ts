import { defineCapability } from '../capability/capability.ts';
import { together } from '../entity/grants.ts';
import { FoldMessage } from '../messages/readings.ts';
import { sendTo } from '../queue/sender.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import type { Key } from '../table/key.ts';
import { numberIn, rankIn, readingKeys } from '../table/keys/readings.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { sensorTarget } from '../topology/sensors.ts';
import { readSeries, type SeriesRow, tablesOfSeries } from '../topology/series.ts';
import { concurrently } from '../worker/concurrently.ts';
import { Bucket } from './bucket.ts';
import { minuteMilliseconds } from './chunk.ts';
import { minutesOf } from './history.ts';
import { hourMilliseconds, isMarked, type MarkRow } from './marks.ts';
import { bucketsUntil, presentRows } from './retention.ts';
import { hourPlace, hourText, minuteRows, storedHour } from './rollups.ts';
import { foldableAt, scheduleIn } from './schedule.ts';

/**
 * Folding computes the buckets of a marked hour from its readings, and then removes the mark. It computes the whole
 * hour each time, so it may be interrupted and repeated.
 */

const [main, telemetry] = [new Table('main'), new Table('telemetry')];

/** The time limit of one run of the worker; the next run does the rest. */
const longestMilliseconds = 40_000;
/** The number of names of sensors after which the progress is recorded. */
const namesAtOnce = 64;

async function fold(message: FoldMessage): Promise<void> {
  const { tenant, deviceId, hour } = message;
  const until = Date.now() + longestMilliseconds;
  const key = readingKeys.mark(tenant, deviceId, hour);
  const mark = await telemetry.get<MarkRow>(key);
  if (!mark) return;
  if (Date.now() < foldableAt(hour, mark)) return await later(message, mark);
  const { sensors } = await readSeries(tenant, deviceId);
  const names = [...mark.names];
  do {
    const some = { names: new Set(names.splice(0, namesAtOnce)) };
    const marked = sensors.filter((sensor) => isMarked(some, sensor));
    const left = await concurrently(marked, (sensor) => foldSensor(tenant, sensor, hour), until);
    if (left > 0) return await sendTo(FoldMessage.order(message));
  } while ((await unmark(key, mark, names)) && names.length > 0);
  const renewed = await telemetry.get<MarkRow>(key);
  // The message that has set the mark again has scheduled nothing, since the mark was scheduled already.
  if (renewed) await later(message, renewed);
}

/** Leaves only these names in a mark. False if it was set again since the read: its readings may not be written yet. */
async function unmark(key: Key, { last }: MarkRow, names: readonly string[]): Promise<boolean> {
  const asRead = unchanged({ last });
  try {
    if (names.length === 0) await telemetry.delete(key, asRead);
    else await telemetry.update(key, setAll({ names: new Set(names) }), asRead);
    return true;
  } catch (error) {
    unlessChanged(error);
    return false;
  }
}

async function later(message: FoldMessage, mark: MarkRow): Promise<void> {
  const transaction = new Transaction();
  scheduleIn(transaction, message, mark);
  await transaction.commit();
}

/** The refusal for a sensor that was deleted. */
class SensorGone extends Error {}

async function foldSensor(tenant: TenantReference, sensor: SeriesRow, hour: number): Promise<void> {
  const { sensorId, valueType } = sensor;
  const stored = await storedHour(tenant, sensorId, valueType, hour);
  // A bucket of the readings that are left would lack the others.
  if (stored && !stored.hasReadings) return;
  const { minutes, whole, leastTtl, mostTtl } = await computed(tenant, sensor, hour);
  if (whole.count === 0) return;
  const rows = minuteRows(tenant, sensorId, valueType, hour, minutes);
  await Promise.all(rows.map(({ key, buckets }) => telemetry.put(key, { buckets, ttl: mostTtl })));
  const { key, attribute } = hourPlace(tenant, sensorId, valueType, hour);
  const ttl = bucketsUntil((hour + 24) * hourMilliseconds);
  await retryingRaces(async () => {
    const transaction = new Transaction();
    transaction.update(telemetry, key, setAll({ [attribute]: hourText(whole, hour, leastTtl), ttl }));
    // The buckets of a deleted sensor are removed once, so none may be written afterwards.
    const exists = { expression: 'attribute_exists(pk)' };
    transaction.check(main, sensorTarget.key(tenant, sensorId), exists, () => new SensorGone());
    await transaction.commit();
  }).catch((error: unknown) => {
    if (!(error instanceof SensorGone)) throw error;
  });
}

/**
 * Removes superseded chunks, which would slow down every read. A concurrent reader finds the chunks that supersede
 * them. A redelivered message may write one again, which changes nothing.
 */
async function removeSuperseded(
  tenant: TenantReference,
  sensorId: string,
  superseded: readonly string[],
): Promise<void> {
  const remove = (sk: string) => {
    const minuteAt = numberIn({ sk }) * minuteMilliseconds;
    return telemetry.delete(readingKeys.chunk(tenant, sensorId, minuteAt, rankIn({ sk })));
  };
  await concurrently(superseded, remove, Number.POSITIVE_INFINITY);
}

async function computed(tenant: TenantReference, { sensorId, valueType }: SeriesRow, hour: number) {
  const span = { from: hour * hourMilliseconds, to: (hour + 1) * hourMilliseconds };
  const minutes = new Map<number, Bucket>();
  let [leastTtl, mostTtl] = [Number.POSITIVE_INFINITY, 0];
  for await (const page of minutesOf(tenant, sensorId, span, { filter: presentRows() })) {
    for (const ttl of page.ttls) [leastTtl, mostTtl] = [Math.min(leastTtl, ttl), Math.max(mostTtl, ttl)];
    await removeSuperseded(tenant, sensorId, page.superseded);
    for (const reading of page.minutes.flat()) {
      const minute = Math.floor((reading.at - span.from) / minuteMilliseconds);
      const bucket = minutes.get(minute) ?? new Bucket(valueType);
      minutes.set(minute, bucket);
      bucket.add(reading);
    }
  }
  const whole = new Bucket(valueType);
  for (const bucket of minutes.values()) whole.join(bucket);
  return { minutes, whole, leastTtl, mostTtl };
}

export const foldReadings = defineCapability({
  tables: together([
    tablesOfSeries,
    { telemetry: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'], main: ['PutItem', 'ConditionCheckItem'] },
  ]),
  sendsTo: [FoldMessage],
  defersTo: [FoldMessage],
  open: () => ({ fold }),
});
