import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { usageKeys } from '../../shared/table/keys/usage.ts';
import { Table } from '../../shared/table/table.ts';
import { platform } from '../platform/in-process.ts';
import { entitiesOf } from '../platform/rows.ts';
import { aPublished } from './field-calls.ts';
import { newWorld, type World } from './world.ts';

/** The cost of many submissions, and their outcomes when the time or the plan does not suffice for all. */

afterEach(() => {
  vi.useRealTimers();
  platform.database.before = () => undefined;
});

const item = (form_id: string, local_uuid: string = randomUUID()) => ({
  form_id,
  local_uuid,
  data: { full_name: 'Maria Lopez', has_water: 'yes' },
});

interface Written {
  readonly TableName: string;
  readonly Key?: { readonly pk: string; readonly sk: string };
  readonly Item?: { readonly pk: string; readonly sk: string };
}

describe('a bulk of 500', () => {
  let world: World;
  let form_id: string;
  beforeAll(async () => {
    world = await newWorld();
    form_id = await aPublished(world);
  });

  /** Sends a bulk, and counts the calls of the database. */
  async function counted(body: readonly object[]) {
    const others: string[] = [];
    const transactions: string[][] = [];
    platform.database.before = ({ operation, input }) => {
      if (operation !== 'TransactWriteCommand') return void others.push(operation);
      const items = (input.TransactItems as Record<string, Written>[]).flatMap((one) => Object.values(one));
      transactions.push(
        items.map(({ TableName, Key, Item }) => `${TableName} ${(Key ?? Item)!.pk} ${(Key ?? Item)!.sk}`),
      );
    };
    const { body: result } = await world.call('submissions/create-bulk', { body: [...body] });
    platform.database.before = () => undefined;
    return { result, others, transactions };
  }

  test('makes one transaction an item, and some twenty other calls for all; sent again it makes no transaction', async () => {
    const body = Array.from({ length: 500 }, () => item(form_id));
    const { result, others, transactions } = await counted(body);
    expect([result.accepted.length, transactions.length]).toEqual([500, 500]);
    expect(others.length, others.join()).toBeLessThanOrEqual(20);
    const again = await counted(body);
    expect([again.result.ignored.length, again.transactions.length]).toEqual([500, 0]);
    expect(again.others.length, again.others.join()).toBeLessThanOrEqual(20);
    const { headers } = await world.call('submissions/list', { query: `form_id=${form_id}&limit=1` });
    expect(headers['X-Total-Count']).toBe('500');
  });

  test('writes no row twice: neither its form nor a counter is part of a transaction', async () => {
    const another = await aPublished(world);
    const { transactions } = await counted(Array.from({ length: 500 }, () => item(another)));
    const rows = transactions.flat();
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.filter((row) => !row.startsWith('main '))).toEqual([]);
  });
});

test('items of a bulk that were not started within 20 seconds are reported, the others are finished, and a retry does the rest', async () => {
  const world = await newWorld();
  const form_id = await aPublished(world);
  const body = Array.from({ length: 60 }, () => item(form_id));
  // The same item is in the body twice, and neither is started.
  body.push(item(form_id, body[59]!.local_uuid));
  vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  let stored = 0;
  platform.database.before = ({ operation }) => {
    if (operation !== 'TransactWriteCommand') return;
    stored += 1;
    vi.setSystemTime(Date.now() + 1000);
  };
  const { status, body: first } = await world.call('submissions/create-bulk', { body });
  platform.database.before = () => undefined;
  vi.useRealTimers();
  expect(status).toBe(200);
  // Sixteen are under way at a time.
  expect(first.accepted.length).toBeGreaterThanOrEqual(20);
  expect(first.accepted.length).toBeLessThanOrEqual(36);
  expect([first.ignored, stored]).toEqual([[], first.accepted.length]);
  expect(first.errors).toEqual(
    body.slice(first.accepted.length).map(({ local_uuid }, i) => ({
      index: first.accepted.length + i,
      local_uuid,
      error_code: 'TIMEOUT',
      error: 'The time of the request was over before this was begun.',
    })),
  );
  const { body: second } = await world.call('submissions/create-bulk', { body });
  expect([second.errors, second.accepted.length]).toEqual([[], 60 - first.accepted.length]);
  const same = (all: readonly { index: number; id: string }[]) => all.map(({ index, id }) => `${index} ${id}`);
  expect(same(second.ignored).slice(0, first.accepted.length)).toEqual(same(first.accepted));
  expect(second.ignored.at(-1)).toMatchObject({ index: 60, reason: 'DUPLICATE' });
  const { headers } = await world.call('submissions/list', { query: 'limit=1' });
  expect(headers['X-Total-Count']).toBe('60');
});

describe('beyond the events of the plan', () => {
  let world: World;
  let form_id: string;
  const month = () => new Date().toISOString().slice(0, 7);
  /** Sets the number of counted events; the plan allows 25,000. */
  async function haveUsed(events: number): Promise<void> {
    await new Table('access').put(usageKeys.events(world.workspace.reference, month(), 'x'), { events });
    // Refusals are up to half a minute behind the count.
    vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ['Date'] });
  }
  const known = randomUUID();
  beforeAll(async () => {
    world = await newWorld('free');
    form_id = await aPublished(world);
    await world.call('submissions/create', { body: item(form_id, known) });
  });
  const eventsUsed = async () => (await world.call('subscriptions/usage')).body.metrics.events.used as number;
  const stored = async () =>
    Object.keys(await entitiesOf(world.workspace)).filter((key) => /#(submission|local-uuid|published)/.test(key));

  const doors = [
    ['a single submission', 'submissions/create', () => item(form_id)],
    ['a bulk', 'submissions/create-bulk', () => [item(form_id), item(form_id, known)]],
    ['a headless submission', 'headless/submit', () => ({ form_id, data_json: { full_name: 'A' } })],
  ] as const;

  test.each(doors)(
    '%s is refused from 150 percent on, and nothing of it is stored or counted',
    async (_, door, body) => {
      await haveUsed(37_500);
      // A warning is stored once.
      await world.call('submissions/create', { body: item(form_id) });
      const before = [await stored(), await eventsUsed()];
      const answer = await world.call(door, { body: body() });
      expect([answer.status, answer.body.error_code]).toEqual([403, 'QUOTA_EXCEEDED']);
      expect(answer.body.details).toEqual({ resource: 'events_per_month', limit: 25_000, used: expect.any(Number) });
      expect([await stored(), await eventsUsed()]).toEqual(before);
    },
  );

  test.each(doors)('%s waits its turn from 120 percent on', async (_, door, body) => {
    await haveUsed(30_000);
    vi.setSystemTime(Date.now() + 60_000 * (1 + doors.findIndex(([, name]) => name === door)));
    for (let i = 0; i < 6; i++) expect((await world.call(door, { body: body() })).status).toBeLessThan(300);
    const before = [await stored(), await eventsUsed()];
    const { status, headers, body: refused } = await world.call(door, { body: body() });
    expect([status, refused.error_code]).toEqual([429, 'QUOTA_THROTTLED']);
    expect(refused.details).toEqual({ resource: 'events_per_month', usage_percent: 120 });
    expect(Number(headers['Retry-After'])).toBeGreaterThan(0);
    expect([await stored(), await eventsUsed()]).toEqual(before);
  });

  test('a known local_uuid is answered as ever, since nothing is stored for it', async () => {
    await haveUsed(37_500);
    const { status, body } = await world.call('submissions/create', { body: item(form_id, known) });
    expect([status, body.status]).toEqual([200, 'ignored']);
  });
});
