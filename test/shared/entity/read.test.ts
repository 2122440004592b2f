import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { patches } from '../../../shared/entity/change.ts';
import { creates } from '../../../shared/entity/create.ts';
import { deletes } from '../../../shared/entity/delete.ts';
import { lists } from '../../../shared/entity/read.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import type { PageRequest } from '../../../shared/table/page.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller } from '../support/people.ts';
import { boxes, deeds, locks, rules, yards } from './kinds.ts';

/** Lists: their pages, their filters, and how little they read. */

const me = caller();
let database: DynamoDbFake;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

const page = (more: Partial<PageRequest> = {}): PageRequest => ({
  limit: 50,
  offset: 0,
  after: undefined,
  counted: true,
  ...more,
});

async function yard(name: string, more: object = {}): Promise<string> {
  vi.advanceTimersByTime(1);
  return (
    await creates(yards)
      .open()
      .create(me, { name, ...more }, unrecorded)
  ).id;
}
async function box(yard_id: string, label: string, more: object = {}): Promise<string> {
  vi.advanceTimersByTime(1);
  return (
    await creates(boxes)
      .open()
      .create(me, { yard_id, label, made_by: 'me', ...more }, unrecorded)
  ).id;
}

const namesOf = async (query: { search?: string; size?: number }, request = page()) => {
  const found = await lists(yards).open().list(me.tenant, query, request);
  return found.rows.map(({ item }) => item.name);
};
const labelsOf = async (query: { yard_id?: string; color?: string; search?: string }) => {
  const found = await lists(boxes).open().list(me.tenant, query, page());
  return found.rows.map(({ item }) => item.label);
};

test('newest first, page after page, each once, with a total', async () => {
  for (let i = 0; i < 7; i++) await yard(`Y${i}`);
  const { list } = lists(yards).open();
  const first = await list(me.tenant, {}, page({ limit: 3 }));
  expect(first).toMatchObject({ total: 7, totalCapped: false, more: true });
  const after = first.rows.at(-1)!.position;
  const second = await list(me.tenant, {}, page({ limit: 3, after, counted: false }));
  const third = await list(me.tenant, {}, page({ limit: 3, offset: 6 }));
  const names = [first, second, third].flatMap(({ rows }) => rows.map(({ item }) => item.name));
  expect(names).toEqual(['Y6', 'Y5', 'Y4', 'Y3', 'Y2', 'Y1', 'Y0']);
  expect([second.total, third.more]).toEqual([undefined, false]);
});

describe('filters', () => {
  test('find a part of a text in any letter case and any form of its characters', async () => {
    await yard('Caf\u00e9 Nord');
    await yard('CAFE\u0301 S\u00fcd');
    await yard('\uff2c\uff10\uff17'); // full-width L07
    expect(await namesOf({ search: 'caf\u00e9' })).toHaveLength(2);
    expect(await namesOf({ search: 'e\u0301 S' })).toEqual(['CAFE\u0301 S\u00fcd']);
    expect(await namesOf({ search: 'l07' })).toHaveLength(1);
    expect(await namesOf({ search: '' })).toHaveLength(3);
    expect(await namesOf({ search: 'tea' })).toEqual([]);
  });

  test('combine, and follow what changes', async () => {
    const id = await yard('North', { size: 2 });
    await yard('Northwest', { size: 3 });
    expect(await namesOf({ search: 'north', size: 2 })).toEqual(['North']);
    await patches(yards).open().patch(me, id, { size: 3 }, undefined);
    expect(await namesOf({ search: 'north', size: 2 })).toEqual([]);
    expect(await namesOf({ search: 'north', size: 3 })).toEqual(['Northwest', 'North']);
  });

  test('by what an entity belongs to read no row of another', async () => {
    const [one, other] = [await yard('One'), await yard('Other')];
    for (const label of ['a', 'b', 'c']) await box(one, label, { color: 'red' });
    const blue = await box(other, 'd', { color: 'blue' });
    database.calls.length = 0;
    expect(await labelsOf({ yard_id: other })).toEqual(['d']);
    expect(database.calls.map(({ operation, input }) => [operation, input.ExpressionAttributeValues?.[':pk']])).toEqual(
      [
        ['QueryCommand', `${me.tenant.reference}#references#yard#${other}`],
        ['BatchGetCommand', undefined],
      ],
    );
    expect(await labelsOf({ yard_id: other, color: 'red' })).toEqual([]);
    await patches(boxes).open().patch(me, blue, { color: 'red', label: 'D' }, undefined);
    expect(await labelsOf({ yard_id: other, color: 'red', search: 'd' })).toEqual(['D']);
    expect(await labelsOf({ color: 'red' })).toEqual(['D', 'c', 'b', 'a']);
    expect(await labelsOf({ yard_id: 'nowhere' })).toEqual([]);
  });

  test('find values in lists and objects, and distinguish the kinds of what is named', async () => {
    const [one, other] = [await yard('One'), await yard('Other')];
    const lock = await creates(locks)
      .open()
      .create(me, { boxId: await box(one, 'a'), key: 'k' }, unrecorded);
    const rule = (more: object) =>
      creates(rules)
        .open()
        .create(me, { name: 'R', scope: { lockId: null }, ...more }, unrecorded);
    const [watching, locking] = [await rule({ yardIds: [one, other] }), await rule({ scope: { lockId: lock.id } })];
    const found = async (query: { watches?: string; lockId?: string; enabled?: boolean }) =>
      (await lists(rules).open().list(me.tenant, query, page())).rows.map(({ item }) => item.id);
    expect(await found({ watches: other })).toEqual([watching.id]);
    expect(await found({ watches: other, enabled: false })).toEqual([]);
    expect(await found({ lockId: lock.id })).toEqual([locking.id]);
    const deed = await creates(deeds)
      .open()
      .create(me, { name: 'D', version: '1.0', about: 'yard', about_id: one }, unrecorded);
    const about = async (query: { about?: string; about_id?: string }) =>
      (await lists(deeds).open().list(me.tenant, query, page())).rows.map(({ item }) => item.id);
    expect(await about({ about_id: one })).toEqual([deed.id]);
    expect(await about({ about: 'yard', about_id: one })).toEqual([deed.id]);
    expect(await about({ about: 'lock', about_id: one })).toEqual([]);
  });
});

test('an entity that is deleted between the two reads is omitted, and the page continues if all of it is', async () => {
  const ids = [await yard('A'), await yard('B'), await yard('C'), await yard('D')];
  let left = 2;
  database.before = async ({ operation }) => {
    if (operation !== 'BatchGetCommand' || left === 0) return;
    left -= 1;
    await deletes(yards)
      .open()
      .delete(me, ids[left + 2]!, undefined);
  };
  const first = await lists(yards)
    .open()
    .list(me.tenant, {}, page({ limit: 1 }));
  expect([first.rows.map(({ item }) => item.name), first.total, first.more]).toEqual([['B'], 4, true]);
});

test('a query that asks more than the kind knows does not compile', () => {
  const { list } = lists(yards).open();
  const wrong = () => {
    // @ts-expect-error yards have no colour to filter by
    void list(me.tenant, { colour: 'red', limit: 1 }, page());
  };
  expect(wrong).toBeTypeOf('function');
});
