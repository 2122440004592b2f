import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkGeofences } from '../../../shared/geofences/checker.ts';
import { sweepCells } from '../../../shared/geofences/sweeper.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { asProblem } from '../../../shared/http/problems.ts';
import { SweepMessage } from '../../../shared/messages/sweep-cells.ts';
import { canceled, DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { ordersOf } from '../../support/orders.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

const me = caller(tenant(1, 'pro'));
const writer = writeGeofences.open();
const here = { name: 'A', latitude: 50, longitude: 10, radiusMeters: 200 };
const near = { latitude: 50.0001, longitude: 10 };
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const quotaUsed = () => Number(database.rows('access').find(({ pk }) => String(pk).endsWith('#quota'))?.used ?? 0);
const count = (table: string) => database.rows(table).length;

async function found(latitude: number, longitude: number): Promise<string[]> {
  const index = checkGeofences.open();
  const rows = await index.candidates(me.tenant.reference, latitude, longitude, new AbortController().signal);
  return (await index.matches(me.tenant, latitude, longitude, rows)).matches.map(({ geofenceName }) => geofenceName);
}

/** Fails the first `times` calls of an operation. */
function failing(operation: string, error: () => Error, times = Number.POSITIVE_INFINITY): void {
  let failed = 0;
  database.before = (call) => {
    if (call.operation !== operation || failed >= times) return;
    failed += 1;
    throw error();
  };
}

describe('a create', () => {
  test.each([
    ['ThrottlingException', 'gives its place back', 0],
    ['TimeoutError', 'keeps its place, since nobody knows whether it was written', 1],
    ['InternalServerError', 'keeps its place, since nobody knows whether it was written', 1],
  ])('that meets %s leaves no row and %s', async (name, _outcome, places) => {
    failing('TransactWriteCommand', () => fault(name));
    await expect(writer.create(me, here, unrecorded)).rejects.toThrow(name);
    expect([count('main'), count('cells'), quotaUsed()]).toEqual([0, 0, places]);
  });

  test('that is throttled item by item is 503', async () => {
    failing('TransactWriteCommand', () => canceled(['None', 'ThrottlingError']));
    const refused = await writer.create(me, here, unrecorded).catch((error: unknown) => asProblem(error));
    expect(refused).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 });
  });

  test('that meets another transaction is retried until it succeeds', async () => {
    failing('TransactWriteCommand', () => canceled(['None', 'TransactionConflict']), 3);
    await writer.create(me, here, unrecorded);
    expect(await found(near.latitude, near.longitude)).toEqual(['A']);
    expect(quotaUsed()).toBe(1);
  });

  test('that keeps losing races is finally 503, not 500', async () => {
    failing('TransactWriteCommand', () => canceled(['TransactionConflict']));
    const refused = await writer.create(me, here, unrecorded).catch((error: unknown) => asProblem(error));
    expect(refused).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(quotaUsed()).toBe(0);
  });

  test('whose process crashes after it reserved its quota leaves the reservation, and no row', async () => {
    const dead = new Promise<never>(() => undefined);
    database.before = async ({ operation }) => {
      if (operation === 'TransactWriteCommand') await dead;
    };
    void writer.create(me, here, unrecorded);
    await new Promise((resolve) => setImmediate(resolve));
    expect([count('main'), count('cells'), quotaUsed()]).toEqual([0, 0, 1]); // found when the limit is reached
  });

  test('with an external id that is taken names its owner, and releases the quota', async () => {
    const first = await writer.create(me, { ...here, externalId: 'x' }, unrecorded);
    await expect(writer.create(me, { ...here, externalId: 'x' }, unrecorded)).rejects.toMatchObject({
      code: 'EXTERNAL_ID_EXISTS',
      details: { id: first.id },
    });
    expect(quotaUsed()).toBe(1);
  });

  test('of many at once with one external id creates one fence', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 6 }, () => writer.create(me, { ...here, externalId: 'x' }, unrecorded)),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of made) if (one.status === 'rejected') expect(one.reason.code).toBe('EXTERNAL_ID_EXISTS');
    expect(database.rows('main').filter(({ sk }) => sk === 'body')).toHaveLength(1);
    expect(quotaUsed()).toBe(1);
  });

  test('into a cell that is full is refused before it reserves quota', async () => {
    await writer.create(me, here, unrecorded);
    await writer.create(me, here, unrecorded);
    database.pageRows = 1;
    await expect(writer.create(me, here, unrecorded)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { resource: 'geofences_per_cell' },
    });
    expect(quotaUsed()).toBe(2);
  });
});

describe('an external id', () => {
  test('moves with its fence, and is free again after', async () => {
    const a = await writer.create(me, { ...here, externalId: 'x' }, unrecorded);
    await writer.update(me, a.id, { externalId: 'y' }, 'patch', undefined);
    const b = await writer.create(me, { ...here, externalId: 'x' }, unrecorded);
    await expect(writer.update(me, b.id, { externalId: 'y' }, 'patch', undefined)).rejects.toMatchObject({
      code: 'EXTERNAL_ID_EXISTS',
      details: { id: a.id },
    });
    await writer.update(me, a.id, { externalId: null }, 'patch', undefined);
    await writer.update(me, b.id, { externalId: 'y' }, 'patch', undefined);
    await writer.delete(me, b.id, undefined);
    await writer.create(me, { ...here, externalId: 'y' }, unrecorded);
    expect(database.rows('main').filter(({ pk }) => String(pk).includes('external'))).toHaveLength(1);
  });
});

describe('a delete', () => {
  test('leaves only its audit entry and its published event, and releases the quota', async () => {
    const { id } = await writer.create(me, { ...here, externalId: 'x' }, unrecorded);
    await writer.delete(me, id, undefined);
    expect(database.rows('main').map(({ pk, action }) => [String(pk).slice(8), action])).toEqual([
      ['#outbox', 'geofence.create'],
      ['#outbox', 'geofence.delete'],
      ['#published#0#outbox', 'geofence.created'],
      ['#published#0#outbox', 'geofence.deleted'],
    ]);
    expect([count('cells'), quotaUsed()]).toEqual([0, 0]);
    await expect(writer.delete(me, id, undefined)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(quotaUsed()).toBe(0);
  });

  test('whose quota cannot be released still succeeds', async () => {
    const { id } = await writer.create(me, here, unrecorded);
    failing('UpdateCommand', () => fault('ThrottlingException'));
    await writer.delete(me, id, undefined);
    expect([count('cells'), quotaUsed()]).toEqual([0, 1]);
  });

  test('takes the cells of earlier shapes along', async () => {
    const { id } = await writer.create(me, here, unrecorded);
    await writer.update(me, id, { latitude: 50.01 }, 'patch', undefined);
    await writer.delete(me, id, undefined);
    expect(count('cells')).toBe(0);
  });
});

describe('clean-up', () => {
  const moved = async () => {
    const { id } = await writer.create(me, here, unrecorded);
    await writer.update(me, id, { latitude: 50.01 }, 'patch', undefined);
    const [order] = database.rows('main').flatMap(ordersOf);
    return { id, message: SweepMessage.parse(order?.message) };
  };
  const staleOf = (id: string) => database.rows('main').find((row) => row.id === id && row.sk === 'body')?.stale;

  test('before its time is postponed: a check may still be reading', async () => {
    const { id, message } = await moved();
    vi.advanceTimersByTime(15_000);
    await expect(sweepCells.open().run(message)).rejects.toThrow('Too early');
    expect(staleOf(id)).not.toBe('');
    vi.advanceTimersByTime(1);
    await sweepCells.open().run(message);
    expect(staleOf(id)).toBe('');
  });

  test.each(['GetCommand', 'TransactWriteCommand'])(
    'that fails at %s, or dies after it, is done by the next',
    async (step) => {
      const { id, message } = await moved();
      vi.advanceTimersByTime(16_000);
      failing(step, () => fault('TimeoutError'), 1);
      await expect(sweepCells.open().run(message)).rejects.toThrow('TimeoutError');
      database.before = () => undefined;
      database.after = ({ operation }) => {
        if (operation === step) throw fault('TimeoutError'); // it is done, but the response is lost
      };
      await expect(sweepCells.open().run(message)).rejects.toThrow('TimeoutError');
      database.after = () => undefined;
      await sweepCells.open().run(message);
      expect(staleOf(id)).toBe('');
      expect(await found(50.01, 10)).toEqual(['A']);
      expect(await found(50, 10)).toEqual([]);
    },
  );

  test('of a fence that is deleted, or was written since, does nothing', async () => {
    const { id, message } = await moved();
    vi.advanceTimersByTime(16_000);
    const before = count('cells');
    await sweepCells.open().run({ ...message, indexVersion: 1 });
    expect(count('cells')).toBe(before);
    await writer.delete(me, id, undefined);
    await sweepCells.open().run(message);
    expect(count('cells')).toBe(0);
  });

  test('that loses a race with a writer leaves the writer’s cells alone', async () => {
    const { id, message } = await moved();
    vi.advanceTimersByTime(16_000);
    let raced = false;
    database.before = async ({ operation }) => {
      if (operation !== 'TransactWriteCommand' || raced) return;
      raced = true;
      await writer.update(me, id, { latitude: 50 }, 'patch', undefined);
    };
    await sweepCells.open().run(message);
    expect(await found(50, 10)).toEqual(['A']);
  });
});

test('a shape that changes continually is refused with 503 before it has too many cells, and accepted after clean-up', async () => {
  const { id } = await writer.create(me, here, unrecorded);
  const move = (i: number) => writer.update(me, id, { latitude: 50 + i * 0.05 }, 'patch', undefined);
  let moves = 1;
  const refused = await (async () => {
    for (; moves < 50; moves++) {
      try {
        await move(moves);
      } catch (error) {
        return error;
      }
      expect(await found(50 + moves * 0.05, 10)).toEqual(['A']);
      expect(count('cells')).toBeLessThanOrEqual(88);
    }
    return undefined;
  })();
  expect(refused).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 15 });
  expect(await found(50 + (moves - 1) * 0.05, 10)).toEqual(['A']);
  vi.advanceTimersByTime(16_000);
  await move(60);
  expect(await found(53, 10)).toEqual(['A']);
});
