import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ladderOf } from '../../../shared/geo/ladder.ts';
import { checkGeofences } from '../../../shared/geofences/checker.ts';
import { evaluate } from '../../../shared/geofences/evaluation.ts';
import { indexMatches, type Point } from '../../../shared/geofences/match.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { anywhere, travel } from '../geo/support/globe.ts';
import { logUniform, type Random, seededRandom } from '../geo/support/random.ts';
import { caller } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

/** Many points against the index at once: the same results as one by one, at a lower cost. */

const me = caller();
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

const near = (random: Random, meters: number): Point => {
  const [longitude, latitude] = travel([13.4, 52.5], 7 * random(), meters * random());
  return { latitude, longitude };
};

async function someFences(random: Random): Promise<void> {
  for (let i = 0; i < 40; i++) {
    const radiusMeters = Math.ceil(logUniform(random, 20, 20_000));
    await writeGeofences.open().create(me, { name: `${i}`, ...near(random, 10_000), radiusMeters }, unrecorded);
  }
  database.calls.length = 0;
}

const idsAt = async (points: readonly Point[]) =>
  await evaluate(me.tenant.reference, points, ({ point, rows }) =>
    indexMatches(rows, point).map(({ match }) => match.geofenceId),
  );

const queries = () => database.calls.filter(({ operation }) => operation === 'QueryCommand');
const cellsOf = (points: readonly Point[]) =>
  new Set(points.flatMap(({ latitude, longitude }) => ladderOf(latitude, longitude)));

test('each point gets what a check of it alone gets, in their order, and each cell is read once', async () => {
  const random = seededRandom(1001);
  await someFences(random);
  const points = Array.from({ length: 300 }, (_, i): Point => {
    const [longitude, latitude] = anywhere(random);
    return i % 10 === 0 ? { latitude, longitude } : near(random, 12_000);
  });
  const found = await idsAt(points);
  expect(queries()).toHaveLength(cellsOf(points).size);
  expect(found.flat().length).toBeGreaterThan(300);
  const index = checkGeofences.open();
  for (const [i, { latitude, longitude }] of points.entries()) {
    const signal = new AbortController().signal;
    const rows = await index.candidates(me.tenant.reference, latitude, longitude, signal);
    const { matches } = await index.matches(me.tenant, latitude, longitude, rows);
    expect(found[i]).toEqual(matches.map(({ geofenceId }) => geofenceId));
  }
});

test('no more than sixteen points wait for the database at once', async () => {
  let [open, most] = [0, 0];
  database.before = async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setTimeout(resolve, 1));
    open -= 1;
  };
  const random = seededRandom(1002);
  await idsAt(Array.from({ length: 200 }, () => {
    const [longitude, latitude] = anywhere(random);
    return { latitude, longitude };
  })); // biome-ignore format: points
  expect(most).toBeGreaterThan(16);
  expect(most).toBeLessThanOrEqual(16 * 6);
});

test('none is asked of nothing', async () => {
  expect(await idsAt([])).toEqual([]);
  expect(queries()).toEqual([]);
});

test('reads have the requested consistency', async () => {
  await evaluate(me.tenant.reference, [{ latitude: 1, longitude: 2 }], () => 0);
  await evaluate(me.tenant.reference, [{ latitude: 1, longitude: 2 }], () => 0, { consistent: false });
  expect(queries().map(({ input }) => input.ConsistentRead)).toEqual([...Array(6).fill(true), ...Array(6).fill(false)]);
});

test('a cell that was read too long ago is read again: no point is judged by reads further apart than a wave', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const random = seededRandom(1003);
  const points = Array.from({ length: 100 }, () => near(random, 5000));
  const began = new Map<string, number>();
  database.before = ({ input }) => {
    vi.setSystemTime(Date.now() + 100);
    began.set(input.ExpressionAttributeValues[':pk'], Date.now());
  };
  const apart: number[] = [];
  await evaluate(me.tenant.reference, points, ({ point }) => {
    const read = ladderOf(point.latitude, point.longitude).map((cell) => began.get(me.tenant.reference + cell)!);
    apart.push(Date.now() - Math.min(...read));
  });
  expect(queries().length).toBeGreaterThan(cellsOf(points).size);
  expect(Math.max(...apart)).toBeLessThanOrEqual(5000);
});

describe('where a read fails', () => {
  test('the failure is reported, and no further reads are made', async () => {
    const random = seededRandom(1004);
    const points = Array.from({ length: 400 }, () => near(random, 50_000));
    database.before = () => {
      if (queries().length === 30) throw fault('ProvisionedThroughputExceededException');
    };
    await expect(idsAt(points)).rejects.toThrow('ProvisionedThroughputExceededException');
    const read = queries().length;
    expect(read).toBeLessThan(300);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(queries()).toHaveLength(read);
  });

  test('or is ended by its caller, likewise', async () => {
    const random = seededRandom(1005);
    const points = Array.from({ length: 400 }, () => near(random, 50_000));
    const caller = new AbortController();
    database.before = () => {
      if (queries().length === 30) caller.abort(new Error('enough'));
    };
    const ended = evaluate(me.tenant.reference, points, () => 0, { signal: caller.signal });
    await expect(ended).rejects.toThrow('enough');
    expect(queries().length).toBeLessThan(300);
  });
});

test('a full cell is reported', async () => {
  for (let i = 0; i < 3; i++) {
    await writeGeofences
      .open()
      .create(me, { name: `${i}`, latitude: 52.5, longitude: 13.4, radiusMeters: 30 }, unrecorded);
  }
  const isFull = async () =>
    await evaluate(me.tenant.reference, [{ latitude: 52.5, longitude: 13.4 }], (one) => [one.isFull, one.rows.length]);
  expect(await isFull()).toEqual([[false, 3]]);
  database.pageRows = 2;
  expect(await isFull()).toEqual([[true, 3]]);
});
