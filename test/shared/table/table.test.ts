import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cancellationReasons,
  isConditionFailed,
  isRace,
  isUnavailable,
  LostRace,
  rowBefore,
} from '../../../shared/table/faults.ts';
import type { Key } from '../../../shared/table/key.ts';
import { geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import { Table } from '../../../shared/table/table.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { canceled, DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

const { reference } = tenant();
const main = new Table('main');
const key = (id: string): Key => geofenceKeys.thin(reference, id);
const all = geofenceKeys.thins(reference);

describe('a table', () => {
  let database: DynamoDbFake;
  beforeEach(() => {
    database = new DynamoDbFake();
    for (let i = 0; i < 25; i++) database.set('main', { ...key(`id${String(i).padStart(2, '0')}`), n: i, odd: i % 2 });
  });
  afterEach(() => database.restore());
  const consistency = () =>
    database.calls.map(({ input }) => input.ConsistentRead ?? input.RequestItems?.main.ConsistentRead);

  test('reads every page of a partition, in either order, filtered or not', async () => {
    database.pageRows = 7;
    const rows = await main.queryAll<{ n: number }>(all);
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(database.calls).toHaveLength(4);
    const down = await main.queryAll<{ n: number }>(all, { descending: true, after: 'id20' });
    expect(down.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i));
    const filter = { expression: '#odd = :odd', names: { '#odd': 'odd' }, values: { ':odd': 1 } };
    expect(await main.queryAll(all, { filter })).toHaveLength(12);
  });

  test.each([
    [false, 'id02', ['id06', 'id07', 'id08']],
    [false, 'id05', ['id06', 'id07', 'id08']],
    [false, 'id07', ['id08']],
    [false, 'id08', []],
    [false, 'zz', []],
    [true, 'zz', ['id08', 'id07', 'id06']],
    [true, 'id07', ['id06']],
    [true, 'id06', []],
    [true, 'id00', []],
  ])(
    'continues within a range, wherever the position lies (descending: %s, after %s)',
    async (descending, after, ids) => {
      const rows = await main.queryAll<{ sk: string }>(all, { descending, after, between: ['id06', 'id08'] });
      expect(rows.map(({ sk }) => sk)).toEqual(ids);
    },
  );

  test('returns for a page how many rows matched and were examined, and where the next one begins', async () => {
    const filter = { expression: 'odd = :odd', values: { ':odd': 1 } };
    expect(await main.query(all, { filter, pageSize: 10 })).toMatchObject({ matched: 5, examined: 10, next: 'id09' });
    expect(await main.query(all, { count: true })).toEqual({ rows: [], matched: 25, examined: 25, next: undefined });
  });

  test('reads strongly consistently by default', async () => {
    await main.get(key('id01'));
    await main.query(all);
    await main.getMany([key('id01')]);
    expect(consistency()).toEqual([true, true, true]);
    database.calls.length = 0;
    await main.get(key('id01'), { consistent: false });
    await main.query(all, { consistent: false });
    await main.getMany([key('id01')], { consistent: false });
    expect(consistency()).toEqual([false, false, false]);
  });

  test('reads many rows in the order asked, again where some were not processed, a hundred at a time', async () => {
    database.batchKeys = 40;
    for (let i = 0; i < 250; i++) database.set('main', { ...key(`m${i}`), n: i });
    const wanted = Array.from({ length: 250 }, (_, i) => (i * 37) % 250);
    const rows = await main.getMany<{ n: number }>([...wanted.map((i) => key(`m${i}`)), key('absent')]);
    expect(rows.map((row) => row?.n)).toEqual([...wanted, undefined]);
    const batches = database.calls.map(({ input }) => input.RequestItems.main.Keys.length);
    expect(batches.sort((a, b) => b - a)).toEqual([100, 100, 60, 60, 51, 20, 20, 11]);
    expect(await main.getMany([])).toEqual([]);
  });

  test('aborts a read with its signal', async () => {
    database.before = () => new Promise(() => undefined);
    const abort = new AbortController();
    const reads = [main.get(key('x'), abort), main.query(all, abort), main.getMany([key('x')], abort)];
    abort.abort();
    for (const read of reads) await expect(read).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('returns the row that made a condition fail', async () => {
    const failed = await main
      .update(
        key('id03'),
        { expression: 'SET n = :n', values: { ':n': 0 } },
        { expression: 'n < :most', values: { ':most': 1 } },
      )
      .catch((error: unknown) => error);
    expect(isConditionFailed(failed)).toBe(true);
    expect(rowBefore(failed)).toMatchObject({ n: 3 });
    const absent = await main
      .update(key('absent'), { expression: 'SET n = :n', values: { ':n': 0 } }, { expression: 'attribute_exists(pk)' })
      .catch((error: unknown) => error);
    expect(rowBefore(absent)).toBeUndefined();
  });

  test('answers an update with the row as it is then; puts and deletes with conditions', async () => {
    const update = { expression: 'SET n = n + :one ADD hits :one REMOVE odd', values: { ':one': 1 } };
    expect(await main.update(key('id03'), update)).toEqual({ ...key('id03'), n: 4, hits: 1 });
    await expect(main.put(key('id03'), {}, { expression: 'attribute_not_exists(pk)' })).rejects.toThrow();
    await expect(main.delete(key('id03'), { expression: 'n > :n', values: { ':n': 4 } })).rejects.toThrow();
    await main.delete(key('id03'), { expression: 'n = :n', values: { ':n': 4 } });
    expect(await main.get(key('id03'))).toBeUndefined();
  });
});

describe('a transaction', () => {
  let database: DynamoDbFake;
  beforeEach(() => {
    database = new DynamoDbFake();
    database.set('main', { ...key('b'), n: 0 });
    database.set('main', { ...key('c') });
  });
  afterEach(() => database.restore());
  const failWith = (error: Error) => {
    database.before = () => Promise.reject(error);
  };
  const three = () =>
    new Transaction()
      .put(main, key('a'), { n: 1 }, { expression: 'attribute_not_exists(pk)' })
      .update(
        main,
        key('b'),
        { expression: 'SET n = :n', values: { ':n': 1 } },
        { expression: 'n = :o', values: { ':o': 0 } },
        () => 'b refused',
      )
      .delete(main, key('c'), { expression: 'attribute_exists(pk)' }, async () => 'c refused');

  test('is one call with every item and its condition', async () => {
    expect(three().size).toBe(3);
    await three().commit();
    expect(database.calls).toHaveLength(1);
    expect(database.calls[0]?.input.TransactItems).toEqual([
      { Put: { TableName: 'main', Item: { n: 1, ...key('a') }, ConditionExpression: 'attribute_not_exists(pk)' } },
      {
        Update: {
          TableName: 'main',
          Key: key('b'),
          UpdateExpression: 'SET n = :n',
          ConditionExpression: 'n = :o',
          ExpressionAttributeValues: { ':n': 1, ':o': 0 },
        },
      },
      { Delete: { TableName: 'main', Key: key('c'), ConditionExpression: 'attribute_exists(pk)' } },
    ]);
  });

  const failed = 'ConditionalCheckFailed';
  test.each([
    [['None', failed, 'None'], 'b refused'],
    [['None', failed, failed], 'b refused'],
    [['None', 'None', failed], 'c refused'],
    [[failed, 'None', failed], 'c refused'], // the first item has no refusal of its own
    [['TransactionConflict', failed, 'None'], 'b refused'],
  ])('that %s cancels throws "%s"', async (codes, refusal) => {
    failWith(canceled(codes));
    await expect(three().commit()).rejects.toBe(refusal);
  });

  test.each([
    canceled([failed, 'None', 'None']),
    canceled(['TransactionConflict', 'None', 'None']),
    canceled(['None', 'ThrottlingError', 'None']),
    fault('TimeoutError'),
  ])('without a refusal for what failed throws what DynamoDB threw: %s', async (error) => {
    failWith(error);
    await expect(three().commit()).rejects.toBe(error);
  });

  test('whose first sending is still being made is sent again, and made once', async () => {
    let lost = 2;
    database.after = () => {
      if (lost-- > 0) throw fault('TransactionInProgressException');
    };
    await three().commit();
    const tokens = database.calls.map(({ input }) => input.ClientRequestToken);
    expect(tokens).toHaveLength(3);
    expect(new Set(tokens).size).toBe(1);
    expect(database.row('main', key('b').pk, 'b')).toMatchObject({ n: 1 });
    await expect(three().commit()).rejects.toBe('b refused'); // another transaction, with its own token
  });

  test('that never ends is an outage, and not repeated', async () => {
    failWith(fault('TransactionInProgressException'));
    await expect(three().commit()).rejects.toThrow('TransactionInProgressException');
    const tokens = database.calls.map(({ input }) => input.ClientRequestToken);
    expect([tokens.length, new Set(tokens).size]).toEqual([5, 1]);
  });
});

describe('what a fault is', () => {
  const kinds = (error: unknown) =>
    Object.entries({ condition: isConditionFailed, race: isRace, unavailable: isUnavailable })
      .filter(([, is]) => is(error))
      .map(([kind]) => kind);

  test.each([
    ['ConditionalCheckFailedException', ['condition']],
    ['TransactionConflictException', ['race']],
    ['TransactionInProgressException', ['unavailable']],
    ['ProvisionedThroughputExceededException', ['unavailable']],
    ['RequestLimitExceeded', ['unavailable']],
    ['ThrottlingException', ['unavailable']],
    ['ThrottledException', ['unavailable']],
    ['InternalServerError', ['unavailable']],
    ['ServiceUnavailable', ['unavailable']],
    ['ServiceUnavailableException', ['unavailable']],
    ['TimeoutError', ['unavailable']],
    ['NetworkingError', ['unavailable']],
    ['AbortError', ['unavailable']],
    ['ValidationException', []],
    ['ResourceNotFoundException', []],
    ['AccessDeniedException', []],
    ['ItemCollectionSizeLimitExceededException', []],
    ['Error', []],
  ])('%s: %o', (name, expected) => {
    expect(kinds(fault(name))).toEqual(expected);
  });

  test.each([
    [['None', 'ConditionalCheckFailed'], []],
    [['None', 'TransactionConflict'], ['race']],
    [['ThrottlingError', 'None'], ['unavailable']],
    [['ProvisionedThroughputExceeded'], ['unavailable']],
    [['ValidationError'], []],
    [
      ['TransactionConflict', 'ThrottlingError'],
      ['race', 'unavailable'],
    ],
    [[], []],
  ])('a transaction cancelled with %o: %o', (codes, expected) => {
    expect(kinds(canceled(codes))).toEqual(expected);
    expect(cancellationReasons(canceled(codes))).toEqual(codes.map((code) => (code === 'None' ? undefined : code)));
  });

  test('is none for what is not an error, and a lost race for our own', () => {
    for (const odd of [undefined, null, 'TimeoutError', 1, {}, { name: 'TimeoutError' }])
      expect(kinds(odd)).toEqual([]);
    expect(kinds(new LostRace())).toEqual(['race']);
    expect(cancellationReasons(new Error('x'))).toBeUndefined();
    expect(kinds(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).toEqual(['unavailable']);
    expect(kinds(Object.assign(new Error('x'), { code: 'ENOENT' }))).toEqual([]);
  });
});
