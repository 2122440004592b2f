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
import { zonedSpanOf } from './zoned-span.ts';

/** Answers one question about many sensors. */

type Result = z.input<typeof BatchAnswer>['results'][number];
interface Answered {
  readonly result: Result;
  readonly isCut: boolean;
}

/** The sensors that are read at once: the readings of each may fill the answer. */
const sensorsAtOnce = 8;
/** The most reads of one sensor at a time. */
const readsAtOnce = 4;

/**
 * Results in the order of the question. If buckets fill the answer, it ends after a whole result; only a single result
 * may itself be cut.
 *
 * @throws NOT_FOUND if one of the sensors does not exist
 */
async function answer(tenant: Tenant, question: BatchQuestion): Promise<{ results: Result[]; isCut: boolean }> {
  const ids = [...new Set(question.sensorIds)];
  const measured = new Map(await Promise.all(ids.map(async (id) => [id, await measuredBy(tenant, id)] as const)));
  const sensors = question.sensorIds.map((id) => measured.get(id)!);
  const room = new Room();
  const results: Result[] = [];
  let isAnyCut = false;
  for (let i = 0; i < sensors.length; i += sensorsAtOnce) {
    const some = sensors.slice(i, i + sensorsAtOnce);
    const answered = await Promise.all(some.map((sensor) => viewOf(tenant, sensor, question, room)));
    for (const { result, isCut } of answered) {
      const isFirst = results.length === 0;
      if (question.view === 'aggregated' && !isFirst && (isAnyCut || isCut || !room.takes(result, false))) {
        return { results, isCut: true };
      }
      if (question.view === 'aggregated' && isFirst) room.takes(result, true);
      results.push(result);
      isAnyCut ||= isCut;
    }
  }
  return { results, isCut: isAnyCut };
}

async function viewOf(tenant: Tenant, sensor: Measured, question: BatchQuestion, room: Room): Promise<Answered> {
  const { view, order = 'desc', timezone = 'UTC', interval, functions = defaultFunctions } = question;
  if (view === 'aggregated') {
    const asked = { span: zonedSpanOf(question), interval: interval!, timezone, functions, readsAtOnce };
    const { body, isCut } = await aggregatedOf(sensor, asked, new Room(room.bytes));
    return { result: { ...body, nextCursor: null }, isCut };
  }
  const span = openSpanOf(question);
  if (view === 'stats') return { result: await statsOf(sensor, span, readsAtOnce), isCut: false };
  const page = await rawOf(sensor, { span, order, limit: limitFor(question), after: undefined }, room);
  const scope = rawScope(tenant, sensor.sensorId, question);
  const { isCut, ...points } = renderSeries(scope, page, room);
  return { result: { sensorId: sensor.sensorId, ...points }, isCut };
}

/** The cursor belongs to the route for the raw readings of one sensor, where the caller continues with it. */
function rawScope(tenant: Tenant, sensorId: string, { from, to, order = 'desc' }: BatchQuestion): ListScope {
  const parsedQuery = { sensorId, order, ...(from ? { from } : {}), ...(to ? { to } : {}) };
  return { operationId: rawOperation, tenant, request: { params: {}, parsedQuery } };
}

/** The operation of `functions/readings/raw.ts`. */
export const rawOperation = 'listRawReadings';

export const answerBatches = defineCapability({
  tables: tablesOfAggregates,
  raises: ['NOT_FOUND'],
  open: () => ({ answer }),
});
