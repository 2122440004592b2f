import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import type { ListScope } from '../http/cursor.ts';
import { Room, renderSeries } from '../http/series.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { openSpanOf } from '../wire/time-span.ts';
import { type BatchQuestion, limitFor } from './batch-wire.ts';
import type { Measured } from './pieces.ts';
import { aggregatedOf, measuredBy, rawOf, statsOf, tablesOfAggregates } from './query.ts';
import { defaultFunctions } from './query-wire.ts';
import type { BatchAnswer } from './wire.ts';

/** Answers one question about many sensors. */

type Result = z.input<typeof BatchAnswer>['results'][number];
interface Answered {
  readonly result: Result;
  readonly isCut: boolean;
}

/** Sensors that are read at once: what each of them reads may fill the answer. */
const sensorsAtOnce = 8;
/** The most reads of one of them at a time. */
const readsAtOnce = 4;

/** @throws NOT_FOUND if one of the sensors does not exist */
async function answer(tenant: Tenant, question: BatchQuestion): Promise<{ results: Result[]; isCut: boolean }> {
  const ids = [...new Set(question.sensorIds)];
  const measured = new Map(await Promise.all(ids.map(async (id) => [id, await measuredBy(tenant, id)] as const)));
  const sensors = question.sensorIds.map((id) => measured.get(id)!);
  const room = new Room();
  const answered: Answered[] = [];
  for (let i = 0; i < sensors.length; i += sensorsAtOnce) {
    const some = sensors.slice(i, i + sensorsAtOnce);
    answered.push(...(await Promise.all(some.map((sensor) => viewOf(tenant, sensor, question, room)))));
  }
  return { results: answered.map(({ result }) => result), isCut: answered.some(({ isCut }) => isCut) };
}

async function viewOf(tenant: Tenant, sensor: Measured, question: BatchQuestion, room: Room): Promise<Answered> {
  const span = openSpanOf(question);
  const { view, order = 'desc', timezone = 'UTC', interval, functions = defaultFunctions } = question;
  if (view === 'stats') return { result: await statsOf(sensor, span, readsAtOnce), isCut: false };
  if (view === 'aggregated') {
    const { body, isCut } = await aggregatedOf(
      sensor,
      { span, interval: interval!, timezone, functions, readsAtOnce },
      room,
    );
    return { result: { ...body, nextCursor: null }, isCut };
  }
  const page = await rawOf(sensor, { span, order, limit: limitFor(question), after: undefined }, room);
  const scope = rawScope(tenant, sensor.sensorId, question);
  const { isCut, ...points } = renderSeries(scope, page, room);
  return { result: { sensorId: sensor.sensorId, ...points }, isCut };
}

/** The cursor is one of the route that answers the raw readings of one sensor, where the caller goes on with it. */
function rawScope(tenant: Tenant, sensorId: string, { from, to, order = 'desc' }: BatchQuestion): ListScope {
  const meant = { sensorId, order, ...(from ? { from } : {}), ...(to ? { to } : {}) };
  return { operationId: rawOperation, tenant, request: { params: {}, meant } };
}

/** The operation of `functions/readings/raw.ts`. */
export const rawOperation = 'listRawReadings';

export const answerBatches = defineCapability({
  tables: tablesOfAggregates,
  raises: ['NOT_FOUND'],
  open: () => ({ answer }),
});
