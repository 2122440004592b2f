import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { findEntity } from '../entity/rows.ts';
import { Room, type SeriesPage } from '../http/series.ts';
import { notFound } from '../problems/problem.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { sensors } from '../topology/sensors.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';
import type { OpenSpan } from '../wire/time-span.ts';
import { type AskedBuckets, bucketsOf, type FunctionName, totalOf } from './aggregate.ts';
import type { Bucket } from './bucket.ts';
import { readReadings } from './history.ts';
import type { Measured } from './pieces.ts';
import type { AggregatedReadings, RawReadings, ReadingStats } from './wire.ts';

/** Answers questions about the readings of a sensor. */

type RawPoint = z.input<typeof RawReadings>['points'][number];
export type ShownBuckets = Omit<z.input<typeof AggregatedReadings>, 'nextCursor'>;
type ShownStats = z.input<typeof ReadingStats>;

/** @throws NOT_FOUND: readings of a deleted sensor can no longer be read */
export async function measuredBy(tenant: Tenant, id: string): Promise<Measured> {
  const sensor = await findEntity(sensors, tenant.reference, id);
  if (!sensor) throw notFound('sensor', id);
  const { deviceId, key, valueType } = sensor.values;
  return { tenant: tenant.reference, sensorId: id, deviceId, key, valueType };
}

export interface AskedPage {
  readonly span: OpenSpan;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** The position after which the page begins: the `recordedAt` of the last point before. */
  readonly after: string | undefined;
}

export async function rawOf(
  { tenant, sensorId }: Measured,
  { span, order, limit, after }: AskedPage,
  room = new Room(),
): Promise<SeriesPage<RawPoint>> {
  const rest =
    after === undefined
      ? span
      : order === 'desc'
        ? { from: span.from, to: Math.min(span.to, Number(after)) }
        : { from: Math.max(span.from, Number(after) + 1), to: span.to };
  const found = await readReadings(tenant, sensorId, { span: rest, order, limit, mostBytes: room.bytes });
  const rows = found.slice(0, limit).map(({ at, value }) => ({
    position: String(at),
    item: { recordedAt: printInstant(at), value },
  }));
  // Reading may have ended before the limit, at texts that fill the answer.
  return { rows, more: found.length > limit || (found.length > 0 && room.bytes < textsIn(found)) };
}

const textsIn = (found: readonly { readonly value: unknown }[]): number =>
  found.reduce((sum, { value }) => sum + (typeof value === 'string' ? value.length : 0), 0);

const shownFunctions: Readonly<Record<FunctionName, (bucket: Bucket) => unknown>> = {
  avg: ({ avg }) => avg,
  min: ({ min }) => min,
  max: ({ max }) => max,
  count: ({ count }) => count,
  sum: ({ sum }) => sum,
  first: ({ first }) => first,
  last: ({ last }) => last,
};

/** The buckets of a span, as many as fit. */
export async function aggregatedOf(
  sensor: Measured,
  asked: AskedBuckets & { readonly functions: readonly FunctionName[] },
  room = new Room(),
): Promise<{ readonly body: ShownBuckets; readonly isCut: boolean }> {
  const { sensorId } = sensor;
  const points: ShownBuckets['points'] = [];
  let isCut = false;
  for await (const { start, bucket } of bucketsOf(sensor, asked)) {
    const values = asked.functions.map((name) => [name, shownFunctions[name](bucket)] as const);
    const point = { start: printInstant(start), ...Object.fromEntries(values) };
    if (!room.takes(point, points.length === 0)) {
      isCut = true;
      break;
    }
    points.push(point);
  }
  return { body: { sensorId, interval: asked.interval, points }, isCut };
}

export async function statsOf(sensor: Measured, span: OpenSpan, readsAtOnce?: number): Promise<ShownStats> {
  const total = await totalOf(sensor, span, readsAtOnce);
  const isEmpty = total.count === 0;
  const { count, min, max, avg, first, last, firstAt, lastAt } = total;
  return {
    sensorId: sensor.sensorId,
    count,
    min,
    max,
    avg,
    first: isEmpty ? null : first,
    last: isEmpty ? null : last,
    firstAt: printInstantOrNull(isEmpty ? null : firstAt),
    lastAt: printInstantOrNull(isEmpty ? null : lastAt),
  };
}

export const tablesOfRaw = { main: ['GetItem'], telemetry: ['Query'] } as const;
export const tablesOfAggregates = { main: ['GetItem'], telemetry: ['Query', 'BatchGetItem'] } as const;

export const readRaw = defineCapability({
  tables: tablesOfRaw,
  raises: ['NOT_FOUND'],
  open: () => ({
    page: async (tenant: Tenant, sensorId: string, asked: AskedPage) =>
      rawOf(await measuredBy(tenant, sensorId), asked),
  }),
});

export const readAggregates = defineCapability({
  tables: tablesOfAggregates,
  raises: ['NOT_FOUND'],
  open: () => ({
    buckets: async (tenant: Tenant, sensorId: string, asked: Parameters<typeof aggregatedOf>[1]) =>
      aggregatedOf(await measuredBy(tenant, sensorId), asked),
    stats: async (tenant: Tenant, sensorId: string, span: OpenSpan) =>
      statsOf(await measuredBy(tenant, sensorId), span),
  }),
});
