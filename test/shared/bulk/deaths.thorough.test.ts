import { describe, expect, test } from 'vitest';
import { newId } from '../../../shared/table/ids.ts';
import { fault } from '../../support/dynamodb-fake.ts';
import { isOfOutbox } from '../../support/orders.ts';
import { everyCall } from '../../support/thorough.ts';
import { Pipeline, placeAt } from './pipeline.ts';
import type { Kill } from './processes.ts';

/**
 * If a function crashes at any of its calls, or a call of it fails, another function continues and reaches the same
 * end.
 */

const items = [
  { address: 'A', name: 'first' },
  ...Array.from({ length: 25 }, (_, i) => ({ address: 'A', name: `again ${i}` })),
  { address: 'B', name: 'second' },
  { address: 'C', name: 'third', tags: ['x'] },
  { address: 'D', lat: 50.2, lng: 8, name: 'fourth' },
  { address: 'nowhere', name: 'fifth' },
  { address: 'E', tags: ['!'] },
];
const places = { A: placeAt(50, 8), B: placeAt(50.1, 8), C: placeAt(50.0001, 8) };
const request = { items, dedup_strategy: 'skip' as const };

type Function = Parameters<Pipeline['kill']>[0];

/** The outcome: the results, the names of their ids, and how many calls the function made. */
async function imported(pipeline: Pipeline): Promise<object> {
  pipeline.places = places;
  const id = newId(Date.now());
  for (let tries = 0; tries < 5; tries++) {
    const accepted = await pipeline.accept(request, id).catch(() => undefined);
    if (accepted) break;
    await pipeline.pass(61_000);
  }
  await pipeline.drain();
  const { status, results } = await pipeline.status(id);
  const main = pipeline.database.rows('main');
  const names = new Map(main.filter(({ sk }) => sk === 'body').map((body) => [body.id, body.name]));
  const created = results.flatMap((result) => result.geofence_id ?? []);
  const cells = pipeline.database.rows('cells');
  return {
    status,
    results: results.map(({ geofence_id, dedup_match, ...rest }) => ({
      ...rest,
      ...(geofence_id ? { made: names.get(geofence_id) } : {}),
      ...(dedup_match ? { match: names.get(dedup_match.geofence_id ?? '') } : {}),
    })),
    fences: [...names.values()].sort(),
    postings: [...new Set(cells.map(({ sk }) => names.get(sk)))].sort(),
    events: main.filter(({ action }) => action === 'geofence.create').length,
    ends: main.filter((row) => isOfOutbox(row) && row.action === 'geofence.bulk_completed').length,
    isWhole: created.length === names.size,
    dead: pipeline.dead.length,
  };
}

const quotaUsed = (pipeline: Pipeline) =>
  Number(pipeline.database.rows('access').find(({ used }) => used !== undefined)?.used);

const undisturbed = {
  status: 'completed',
  fences: ['first', 'fourth', 'second'],
  postings: ['first', 'fourth', 'second'],
  events: 3,
  ends: 1,
  isWhole: true,
  dead: 0,
};

/** Runs the import again and again, each time with a fault one call later, until there is no such call. */
async function atEachCall(what: Function, faulty: (call: number) => Kill): Promise<number> {
  const first = new Pipeline();
  const expected = await imported(first);
  expect(expected).toMatchObject(undisturbed);
  expect(quotaUsed(first)).toBe(3);
  first.close();
  for (let call = 1; ; call += everyCall()) {
    const pipeline = new Pipeline();
    let begun = 0;
    pipeline.kill = (one) => (one === what && begun++ === 0 ? faulty(call) : undefined);
    try {
      expect(await imported(pipeline), `call ${call}`).toEqual(expected);
      expect(quotaUsed(pipeline), `call ${call}`).toBeGreaterThanOrEqual(3);
      if (pipeline.processes.faults === 0) return call - 1;
    } finally {
      pipeline.close();
    }
  }
}

describe.each(['submit', 'geocode', 'decide'] as const)('%s', (what) => {
  test.each(['before', 'after'] as const)('that dies %s any of its calls', async (when) => {
    expect(await atEachCall(what, (call) => ({ call, when }))).toBeGreaterThan(3);
  });

  test.each(['before', 'after'] as const)('whose call fails, %s it took effect', async (when) => {
    const lost = () => fault('TimeoutError');
    expect(await atEachCall(what, (call) => ({ call, when, fault: lost() }))).toBeGreaterThan(3);
  });
});

/** The client of the database retries a write whose response was lost; only transactions recognise the repetition. */
test('a write that the client of the database sends twice is one', async () => {
  for (let call = 1; ; call += everyCall()) {
    const pipeline = new Pipeline();
    let writes = 0;
    pipeline.database.around = async (send, { operation }) => {
      if (['PutCommand', 'UpdateCommand'].includes(operation) && ++writes === call) await send();
      return await send();
    };
    try {
      expect(await imported(pipeline), `write ${call}`).toMatchObject(undisturbed);
      expect(quotaUsed(pipeline), `write ${call}`).toBeGreaterThanOrEqual(3);
      if (writes < call) return;
    } finally {
      pipeline.close();
    }
  }
});
