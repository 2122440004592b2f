import { randomUUID } from 'node:crypto';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { call } from '../../shared/table/operations.ts';
import { Table } from '../../shared/table/table.ts';
import { asDocument, asWire } from './dynamodb-documents.ts';
import { unreserved } from './dynamodb-expressions.ts';

/**
 * The behaviour of DynamoDB on which the product relies. The suite runs on two databases: the emulator to which stacks
 * are deployed, and the fake in memory, so that the fake stays faithful.
 */

type Row = Record<string, unknown>;

/** One call, with plain values in place of typed attributes. */
// biome-ignore lint/suspicious/noExplicitAny: the answer of any operation
async function send(operation: Parameters<typeof call>[0], input: object): Promise<any> {
  return asDocument(await call(operation, asWire(input)));
}
const main = () => new Table('main').name;

/** A partition of the test's own, since the tables of the emulator are shared. */
let pk: string;
const key = (sk = 'a') => ({ pk, sk });
const put = (row: Row, more: object = {}) =>
  send('PutItem', { TableName: main(), Item: { ...key(), ...row }, ...more });
const get = async (sk = 'a') => (await send('GetItem', { TableName: main(), Key: key(sk), ConsistentRead: true })).Item;
const update = (expression: string, more: object = {}) =>
  send('UpdateItem', {
    TableName: main(),
    Key: key(),
    UpdateExpression: expression,
    ReturnValues: 'ALL_NEW',
    ...more,
  });
const values = (given: Row) => ({ ExpressionAttributeValues: given });
const names = (given: Record<string, string>) => ({ ExpressionAttributeNames: given });
const query = (more: object = {}) =>
  send('Query', {
    TableName: main(),
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
    ...more,
  });
const transact = (...items: object[]) => send('TransactWriteItems', { TransactItems: items });
const putting = (sk: string, row: Row = {}, more: object = {}) => ({
  Put: { TableName: main(), Item: { ...key(sk), ...row }, ...more },
});

/** The name of the error that a call throws. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as Error).name;
  }
  return 'no refusal';
}

const invalid = 'ValidationException';
const failed = 'ConditionalCheckFailedException';
const absent = { ConditionExpression: 'attribute_not_exists(pk)' };

/** A text that gives a row with this sort key the given size. */
const filling = (bytes: number, sk = 'a') => 'x'.repeat(bytes - Buffer.byteLength(`pk${pk}sk${sk}v`));
const kilobytes = 1024;

/** @param emulated whether it runs on the emulator, which accepts some requests that DynamoDB refuses */
export function conformance(emulated: boolean): void {
  const refusedByAws = emulated ? 'no refusal' : invalid;
  beforeEach(() => {
    pk = `conformance-${randomUUID()}`;
  });

  describe('rows', () => {
    test('come back as they were put', async () => {
      const row = {
        text: 'ü\u{1f600}',
        empty: '',
        number: -1.5e-7,
        yes: true,
        nothing: null,
        list: [1, 'a', [], { b: null }],
        map: { nested: { deep: 1 } },
        words: new Set(['b', 'a']),
        numbers: new Set([2, 1]),
        bytes: Uint8Array.of(0, 255),
      };
      await put(row);
      expect(await get()).toEqual({ ...key(), ...row });
    });

    test('are not there, and are deleted without being there', async () => {
      expect(await get()).toBeUndefined();
      expect(await refusal(send('DeleteItem', { TableName: main(), Key: key() }))).toBe('no refusal');
    });

    test('are read after their time to live as before it', async () => {
      await put({ ttl: 1 });
      expect(await get()).toEqual({ ...key(), ttl: 1 });
    });

    test('hold 400 KB with the names of their attributes, and no byte more', async () => {
      const most = 400 * kilobytes;
      expect(await refusal(put({ v: filling(most) }))).toBe('no refusal');
      expect(await refusal(put({ v: filling(most + 1) }))).toBe(invalid);
      const set = 'SET v = :v, n = :n';
      expect(await refusal(update(set, values({ ':v': filling(most), ':n': 1 })))).toBe(invalid);
    });

    test.each([
      [{ pk: '', sk: 'a' }],
      [{ pk: 'a', sk: '' }],
      [{ pk: 'p'.repeat(2049), sk: 'a' }],
      [{ pk: 'p', sk: 's'.repeat(1025) }],
      [{ pk: 'p', sk: 5 }],
    ])('have no key such as %o', async (wrong) => {
      expect(await refusal(send('PutItem', { TableName: main(), Item: wrong }))).toBe(invalid);
      expect(await refusal(send('GetItem', { TableName: main(), Key: wrong }))).toBe(invalid);
    });

    test('have keys of 2048 and 1024 bytes', async () => {
      const longest = { pk: pk.padEnd(2048, 'p'), sk: 's'.repeat(1024) };
      expect(await refusal(send('PutItem', { TableName: main(), Item: longest }))).toBe('no refusal');
    });
  });

  describe('conditions', () => {
    beforeEach(() => put({ n: 5, tags: ['x', 'y'], words: new Set(['a']), externalId: 'abc', nothing: null }));
    const holds = async (expression: string, given: Row = {}, hidden: Record<string, string> = {}) => {
      const more = {
        ConditionExpression: expression,
        ...(Object.keys(given).length > 0 ? values(given) : {}),
        ...(Object.keys(hidden).length > 0 ? names(hidden) : {}),
      };
      const outcome = await refusal(send('DeleteItem', { TableName: main(), Key: key(), ...more }));
      expect(['no refusal', failed]).toContain(outcome);
      return outcome === 'no refusal';
    };

    test.each<[string, Row, boolean]>([
      ['n = :v', { ':v': 5 }, true],
      ['n = :v', { ':v': '5' }, false],
      ['n <> :v', { ':v': 6 }, true],
      ['n <> :v', { ':v': '5' }, true],
      ['n < :v', { ':v': 5 }, false],
      ['n <= :v', { ':v': 5 }, true],
      ['n > :v', { ':v': '4' }, false],
      ['n >= :v', { ':v': 4.5 }, true],
      ['externalId < :v', { ':v': 'abd' }, true],
      ['odd = :v', { ':v': 1 }, false],
      ['odd < :v', { ':v': 1 }, false],
      ['attribute_exists(n)', {}, true],
      ['attribute_exists(odd)', {}, false],
      ['attribute_not_exists(odd)', {}, true],
      ['contains(tags, :v)', { ':v': 'x' }, true],
      ['contains(tags, :v)', { ':v': 'xy' }, false],
      ['contains(externalId, :v)', { ':v': 'bc' }, true],
      ['contains(odd, :v)', { ':v': 'x' }, false],
      ['begins_with(externalId, :v)', { ':v': 'ab' }, true],
      ['begins_with(externalId, :v)', { ':v': 'b' }, false],
      ['n = :a OR n = :b AND externalId = :c', { ':a': 5, ':b': 6, ':c': 'no' }, true],
      ['(n = :a OR n = :b) AND externalId = :c', { ':a': 5, ':b': 6, ':c': 'no' }, false],
      ['tags = :v', { ':v': ['x', 'y'] }, true],
      ['tags = :v', { ':v': ['y', 'x'] }, false],
    ])('%s with %o: %s', async (expression, given, expected) => {
      expect(await holds(expression, given)).toBe(expected);
    });

    test('look at hidden names, at sets and at null, which is there', async () => {
      expect(await holds('contains(#w, :v)', { ':v': 'b' }, { '#w': 'words' })).toBe(false);
      expect(await holds('attribute_exists(#n)', {}, { '#n': 'nothing' })).toBe(true);
    });

    test.each(['=', '<>', '<', '<=', '>', '>=', 'AND'])('that end after %s are invalid', async (operator) => {
      expect(await refusal(put({}, { ConditionExpression: `n ${operator}` }))).toBe(invalid);
    });

    test('put a row only if it does not exist', async () => {
      expect(await refusal(put({ n: 6 }, absent))).toBe(failed);
      expect((await get()).n).toBe(5);
      expect(await refusal(send('PutItem', { TableName: main(), Item: key('b'), ...absent }))).toBe('no refusal');
    });

    test('of an update return the old row on request', async () => {
      const lost = (more: object) =>
        update('SET n = :n', { ConditionExpression: 'n = :m', ...values({ ':n': 1, ':m': 6 }), ...more }).catch(
          (e) => e,
        );
      const failure = await lost({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
      expect([failure.name, unmarshall(failure.Item).n]).toEqual([failed, 5]);
      expect((await lost({})).Item).toBeUndefined();
    });

    test('come before what an update would be refused for', async () => {
      const wrong = { ConditionExpression: 'n = :m', ...values({ ':n': 1, ':m': 6 }) };
      expect(await refusal(update('SET n = externalId + :n', wrong))).toBe(failed);
    });
  });

  describe('expressions', () => {
    beforeEach(() => put({ n: 5 }));

    test.each<[string, object]>([
      ['a name that nothing says', {}],
      ['a value that nothing says', { ExpressionAttributeNames: { '#n': 'n' } }],
      ['a name that nothing uses', { ...names({ '#n': 'n', '#m': 'm' }), ...values({ ':v': 1 }) }],
      ['a value that nothing uses', { ...names({ '#n': 'n' }), ...values({ ':v': 1, ':w': 1 }) }],
    ])('are refused: %s', async (_, more) => {
      expect(await refusal(update('SET #n = :v', more))).toBe(invalid);
    });

    test('come with no names rather than with an empty list of them', async () => {
      expect(await refusal(update('SET n = :v', { ...names({}), ...values({ ':v': 1 }) }))).toBe(invalid);
      const filter = { FilterExpression: 'n = :v', ...names({}), ...values({ ':pk': pk, ':v': 1 }) };
      expect(await refusal(query(filter))).toBe(refusedByAws);
    });

    test.each(['status', 'name', 'token', 'ttl', 'group', 'date'])('may not name %s as it is', async (word) => {
      expect(await refusal(update(`SET ${word} = :v`, values({ ':v': 1 })))).toBe(invalid);
    });

    test.each(unreserved.filter((name) => !['pk', 'sk'].includes(name)))('may name %s as it is', async (name) => {
      expect((await update(`SET ${name} = :v`, values({ ':v': 1 }))).Attributes[name]).toBe(1);
    });

    test('are 4 KB long at most', async () => {
      const terms = Array.from({ length: 300 }, (_, i) => `n = :v${' '.repeat(i % 2)}`).join(' OR ');
      expect(await refusal(put({}, { ConditionExpression: terms.padEnd(4097), ...values({ ':v': 5 }) }))).toBe(invalid);
    });
  });

  describe('updates', () => {
    test('create the row if it does not exist', async () => {
      const { Attributes } = await update('SET n = if_not_exists(n, :zero) + :one', values({ ':zero': 0, ':one': 1 }));
      expect(Attributes).toEqual({ ...key(), n: 1 });
    });

    test('set, add and remove, each seeing the row as it was', async () => {
      await put({ n: 5, used: 1, stale: true, hits: new Set([1]) });
      const more = values({ ':one': 1, ':set': new Set([2]) });
      const { Attributes } = await update('SET n = used + :one, odd = n ADD used :one, hits :set REMOVE stale', more);
      expect(Attributes).toEqual({ ...key(), n: 2, odd: 5, used: 2, hits: new Set([1, 2]) });
    });

    test.each<[string, Row]>([
      ['SET n = odd + :v', { ':v': 1 }],
      ['ADD externalId :v', { ':v': 1 }],
      ['ADD n :v', { ':v': 'text' }],
      ['ADD n :v', { ':v': new Set(['a']) }],
      ['SET pk = :v', { ':v': 'other' }],
    ])('are refused: %s with %o', async (expression, given) => {
      await put({ n: 5, externalId: 'e' });
      expect(await refusal(update(expression, values(given)))).toBe(invalid);
      expect(await get()).toEqual({ ...key(), n: 5, externalId: 'e' });
    });

    test.each(['SET n = externalId + :v', 'SET n = :v, n = :v', 'SET n = :v REMOVE n'])(
      'are refused by AWS: %s',
      async (expression) => {
        await put({ n: 5, externalId: 'e' });
        expect(await refusal(update(expression, values({ ':v': 1 })))).toBe(refusedByAws);
      },
    );

    test('say what the row is afterwards only where that is asked', async () => {
      const { Attributes } = await update('SET n = :v', { ...values({ ':v': 1 }), ReturnValues: 'NONE' });
      expect(Attributes).toBeUndefined();
    });
  });

  describe('queries', () => {
    const keys = ['A', 'a', 'a1', 'b', 'é', 'ﬀ', '\u{1f600}'];
    beforeEach(async () => {
      for (const [i, sk] of keys.entries()) await send('PutItem', { TableName: main(), Item: { ...key(sk), n: i } });
    });
    const sks = ({ Items }: { Items: { sk: string }[] }) => Items.map(({ sk }) => sk);

    test('are in the order of the bytes of sort keys, or against it', async () => {
      expect(sks(await query())).toEqual(keys);
      expect(sks(await query({ ScanIndexForward: false }))).toEqual(keys.toReversed());
    });

    test('are cut at the limit, and continue after it', async () => {
      const seen: string[] = [];
      let start: Row | undefined;
      let pages = 0;
      do {
        const page = await query({ Limit: 3, ...(start ? { ExclusiveStartKey: start } : {}) });
        seen.push(...sks(page));
        start = page.LastEvaluatedKey;
        pages += 1;
      } while (start);
      expect([seen, pages]).toEqual([keys, 3]);
      expect((await query({ Limit: keys.length })).LastEvaluatedKey).toEqual(key(keys.at(-1)));
      const behind = await query({ ScanIndexForward: false, ExclusiveStartKey: key('aa') });
      expect(sks(behind)).toEqual(['a1', 'a', 'A']);
    });

    const between = (from: string, to: string, more: object = {}) =>
      query({
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
        ...more,
      });

    test('lie between two sort keys, both included', async () => {
      expect(sks(await between('a', 'b'))).toEqual(['a', 'a1', 'b']);
      expect(await refusal(between('b', 'a'))).toBe(invalid);
      expect(await refusal(between('a', 'b', { ExclusiveStartKey: key('c') }))).toBe(invalid);
    });

    test('count what they read before the filter, and what passes it', async () => {
      const filter = { FilterExpression: 'n >= :n', ExpressionAttributeValues: { ':pk': pk, ':n': 2 } };
      expect(await query({ ...filter, Limit: 4 })).toMatchObject({ Count: 2, ScannedCount: 4 });
      const counted = await query({ ...filter, Select: 'COUNT' });
      expect([counted.Count, counted.ScannedCount, counted.Items]).toEqual([5, 7, undefined]);
    });

    test('read at most 1 MB a page', async () => {
      for (let i = 1; i <= 4; i++) await put({ sk: `z${i}`, v: 'x'.repeat(300 * kilobytes) });
      const page = await between('z', 'zz');
      expect([sks(page), page.LastEvaluatedKey]).toEqual([['z1', 'z2', 'z3'], key('z3')]);
    });

    test('of a partition that is not there are empty', async () => {
      expect(await query({ ExpressionAttributeValues: { ':pk': `${pk}x` } })).toMatchObject({ Items: [], Count: 0 });
    });
  });

  describe('indexes', () => {
    const due = (to: number, more: object = {}) =>
      send('Query', {
        TableName: main(),
        IndexName: 'due',
        KeyConditionExpression: '#p = :p AND #s <= :to',
        ExpressionAttributeNames: { '#p': 'due', '#s': 'dueAt' },
        ExpressionAttributeValues: { ':p': pk, ':to': to },
        ...more,
      });
    const at = (sk: string, dueAt: number | undefined, more: Row = {}) =>
      send('PutItem', {
        TableName: main(),
        Item: { ...key(sk), due: pk, ...(dueAt === undefined ? {} : { dueAt }), ...more },
      });

    test('hold rows that have both of their keys, by number, and show what is projected', async () => {
      await at('a', 100, { n: 1 });
      await at('b', 9);
      await at('c', undefined);
      await put({ sk: 'd', dueAt: 5 });
      expect((await due(100)).Items).toEqual([
        { ...key('b'), due: pk, dueAt: 9 },
        { ...key('a'), due: pk, dueAt: 100 },
      ]);
      expect((await due(99)).Items).toHaveLength(1);
    });

    test('continue after the keys of index and table', async () => {
      for (const sk of ['a', 'b', 'c']) await at(sk, 1);
      const first = await due(1, { Limit: 2 });
      expect(first.LastEvaluatedKey).toEqual({ ...key(first.Items[1].sk), due: pk, dueAt: 1 });
      const rest = await due(1, { ExclusiveStartKey: first.LastEvaluatedKey });
      expect([...first.Items, ...rest.Items].map(({ sk }: Row) => sk).sort()).toEqual(['a', 'b', 'c']);
    });

    test('of text lie between two keys', async () => {
      const place = (sk: string, placeCell: string) => put({ sk, place: pk, placeCell, status: 'active', n: 1 });
      for (const sk of ['a', 'b', 'c']) await place(sk, sk);
      const { Items } = await send('Query', {
        TableName: main(),
        IndexName: 'place',
        KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#p': 'place', '#s': 'placeCell' },
        ExpressionAttributeValues: { ':p': pk, ':from': 'b', ':to': 'c' },
      });
      expect(Items).toEqual(['b', 'c'].map((sk) => ({ ...key(sk), place: pk, placeCell: sk, status: 'active' })));
    });

    test('cannot be read consistently', async () => {
      expect(await refusal(due(1, { ConsistentRead: true }))).toBe(invalid);
    });

    test('refuse rows whose keys are of another type', async () => {
      expect(await refusal(put({ due: pk, dueAt: 'soon' }))).toBe(invalid);
      expect(await refusal(put({ due: 5, dueAt: 5 }))).toBe(invalid);
    });
  });

  describe('many rows by their keys', () => {
    const getMany = (Keys: object[]) => send('BatchGetItem', { RequestItems: { [main()]: { Keys } } });

    test('are those that are there, in any order', async () => {
      for (const sk of ['a', 'b']) await put({ sk });
      const { Responses, UnprocessedKeys = {} } = await getMany(['a', 'b', 'c'].map((sk) => key(sk)));
      expect(Responses[main()].map(({ sk }: Row) => sk).sort()).toEqual(['a', 'b']);
      expect(UnprocessedKeys).toEqual({});
    });

    test('are 1 to 100, each once', async () => {
      const many = (length: number) => Array.from({ length }, (_, i) => key(`k${i}`));
      expect(await refusal(getMany(many(100)))).toBe('no refusal');
      expect(await refusal(getMany(many(101)))).toBe(invalid);
      expect(await refusal(getMany([]))).toBe(invalid);
      expect(await refusal(getMany([key(), key()]))).toBe(invalid);
    });
  });

  describe('transactions', () => {
    const check = (sk: string, more: object) => ({ ConditionCheck: { TableName: main(), Key: key(sk), ...more } });

    test('happen as a whole', async () => {
      await put({ sk: 'old' });
      await transact(
        putting('new', { n: 1 }, absent),
        { Update: { TableName: main(), Key: key('made'), UpdateExpression: 'SET n = :n', ...values({ ':n': 2 }) } },
        { Delete: { TableName: main(), Key: key('old') } },
        check('never', { ConditionExpression: 'attribute_not_exists(pk)' }),
      );
      expect((await query()).Items).toEqual([
        { ...key('made'), n: 2 },
        { ...key('new'), n: 1 },
      ]);
    });

    test('do not happen at all where one condition fails, and say which', async () => {
      await put({ n: 5 });
      const error = await transact(putting('b'), putting('a', {}, absent), putting('c')).catch((thrown) => thrown);
      expect([error.name, error.CancellationReasons.map(({ Code }: { Code: string }) => Code)]).toEqual([
        'TransactionCanceledException',
        ['None', 'ConditionalCheckFailed', 'None'],
      ]);
      expect((await query()).Items).toEqual([{ ...key(), n: 5 }]);
    });

    test('are 1 to 100 actions on as many rows', async () => {
      const many = (length: number) => Array.from({ length }, (_, i) => putting(`k${i}`));
      expect(await refusal(transact(...many(100)))).toBe('no refusal');
      expect(await refusal(transact(...many(101)))).toBe(invalid);
      expect(await refusal(transact())).toBe(invalid);
      expect(await refusal(transact(putting('a'), { Delete: { TableName: main(), Key: key('a') } }))).toBe(invalid);
      expect(await refusal(transact(check('a', {})))).toBe(refusedByAws);
    });

    test('hold 4 MB', async () => {
      const some = (rows: number, size: number) =>
        transact(...Array.from({ length: rows }, (_, i) => putting(`k${i}`, { v: 'x'.repeat(size * kilobytes) })));
      expect(await refusal(some(10, 390))).toBe('no refusal');
      expect(await refusal(some(11, 390))).toBe(invalid);
    });

    test('refuse a row that is too large, with all others', async () => {
      expect(await refusal(transact(putting('a'), putting('b', { v: 'x'.repeat(401 * kilobytes) })))).toBe(invalid);
      expect(await get()).toBeUndefined();
    });
  });

  test('a scan filters all rows of a table', async () => {
    for (const sk of ['a', 'b']) await put({ sk });
    const found: Row[] = [];
    let start: Row | undefined;
    do {
      const more = start ? { ExclusiveStartKey: start } : {};
      const filter = { FilterExpression: 'begins_with(pk, :pk)', ExpressionAttributeValues: { ':pk': pk } };
      const page = await send('Scan', { TableName: main(), ConsistentRead: true, ...filter, ...more });
      found.push(...page.Items);
      start = page.LastEvaluatedKey;
    } while (start);
    expect(found.map(({ sk }) => sk).sort()).toEqual(['a', 'b']);
  });
}
