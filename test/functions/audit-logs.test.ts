import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler, route } from '../../functions/audit-logs/list.ts';
import { readAudit } from '../../shared/audit/reader.ts';
import { assignPlan } from '../../shared/operator/workspaces.ts';
import { recordEvent } from '../../shared/outbox/event.ts';
import { Transaction } from '../../shared/table/transaction.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { findWorkspace, systemCaller } from '../../shared/workspaces/workspaces.ts';
import { tenant } from '../shared/support/people.ts';
import { catchOutput, keyOf, workspaceWith } from '../shared/support/platform.ts';
import { DynamoDbFake } from '../support/dynamodb-fake.ts';
import { invoke } from '../support/invoke.ts';

const day = 86_400_000;
const start = Date.parse('2026-03-22T00:00:00Z');
let database: DynamoDbFake;
let workspace: WorkspaceRow;
let key: string;

beforeEach(async () => {
  vi.useFakeTimers({ now: start, toFake: ['Date'] });
  catchOutput();
  database = new DynamoDbFake();
  workspace = await workspaceWith({ plan: 'free' });
  key = await keyOf(workspace, { scopes: ['audit:read'] });
  for (const { pk, sk, action } of database.rows('main')) {
    if (action === 'api_key.create') database.remove('main', String(pk), String(sk));
  }
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

interface Happening {
  readonly action?: string;
  readonly actor?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly changes?: Record<string, [unknown, unknown]>;
}

async function happens(at: number, given: Happening = {}, of = workspace): Promise<void> {
  vi.setSystemTime(at);
  const { actor = 'user_1', action = 'thing.update', resourceType = 'thing', resourceId = 't', changes = {} } = given;
  const transaction = new Transaction();
  recordEvent(transaction, { ...systemCaller(of), principal: actor }, { action, resourceType, resourceId, changes });
  await transaction.commit();
}

const list = async (query = '', as = key) => await invoke({ route, handler }, { key: as, query });
const actions = async (query = '') => {
  const { status, body } = await list(query);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.total).toBe(body.data.length);
  return body.data.map(({ action }: { action: string }) => action);
};

describe('the audit log', () => {
  test('shows who did what, from where and when', async () => {
    await happens(start + 1500, {
      action: 'geofence.update',
      actor: 'user_9',
      changes: { status: ['active', 'inactive'] },
    });
    const { body } = await list('limit=1');
    expect(body).toMatchObject({ total: 2, offset: 0, limit: 1, next_cursor: expect.any(String) });
    expect(body.data).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{13}-7[0-9a-f-]{21}$/),
        action: 'geofence.update',
        actor: 'user_9',
        actor_ip: '127.0.0.1',
        resource_type: 'thing',
        resource_id: 't',
        request_id: expect.stringMatching(/^req_/),
        changes: { status: ['active', 'inactive'] },
        occurred_at: '2026-03-22T00:00:01.500Z',
      },
    ]);
  });

  test('is of the own workspace', async () => {
    await happens(start + 1, { action: 'theirs' }, await workspaceWith());
    expect(await actions()).toEqual(['workspace.create']);
  });

  test('filters by what was done, by whom and to what; filters combine and are exact', async () => {
    await happens(start + 1, { action: 'a', actor: 'user_1', resourceType: 'thing', resourceId: 'x' });
    await happens(start + 2, { action: 'b', actor: 'user_2', resourceType: 'thing', resourceId: 'y' });
    await happens(start + 3, { action: 'c', actor: 'user_1', resourceType: 'user', resourceId: 'x' });
    expect(await actions()).toEqual(['c', 'b', 'a', 'workspace.create']);
    expect(await actions('action=b')).toEqual(['b']);
    expect(await actions('actor=user_1')).toEqual(['c', 'a']);
    expect(await actions('resource_type=thing')).toEqual(['b', 'a']);
    expect(await actions('resource_id=x')).toEqual(['c', 'a']);
    expect(await actions('resource_id=x&resource_type=user&actor=user_1&action=c')).toEqual(['c']);
    expect(await actions('resource_id=x&resource_type=user&actor=user_2')).toEqual([]);
    expect(await actions('action=B')).toEqual([]);
    expect(await actions('resource_id=__proto__')).toEqual([]);
  });

  test('between two instants, or the days of two dates, ends included', async () => {
    const at = (text: string) => Date.parse(text);
    await happens(at('2026-03-23T00:00:00Z'), { action: 'first' });
    await happens(at('2026-03-23T23:59:59.999Z'), { action: 'last' });
    await happens(at('2026-03-24T00:00:00Z'), { action: 'next day' });
    expect(await actions('from=2026-03-23&to=2026-03-23')).toEqual(['last', 'first']);
    expect(await actions('from=2026-03-23T00:00:00.001Z')).toEqual(['next day', 'last']);
    expect(await actions('from=2026-03-23T23:59:59.999Z&to=2026-03-23T23:59:59.999Z')).toEqual(['last']);
    expect(await actions('from=2026-03-24T02:00:00%2B02:00')).toEqual(['next day']);
    expect(await actions('to=2026-03-22')).toEqual(['workspace.create']);
    expect(await actions('from=1990-01-01&to=1990-01-01')).toEqual([]);
    expect(await actions('from=2026-03-23&to=2026-03-23&action=last')).toEqual(['last']);
  });

  test('continues by cursor inside a span, to the end', async () => {
    for (let i = 0; i < 7; i++) await happens(start + day + i, { action: `a${i}` });
    const query = 'from=2026-03-23&to=2026-03-23&limit=3';
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await list(cursor === '' ? query : `${query}&cursor=${cursor}`);
      seen.push(...body.data.map(({ action }: { action: string }) => action));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(['a6', 'a5', 'a4', 'a3', 'a2', 'a1', 'a0']);
  });

  test('ends where the retention of the plan ended, whether or not the database has removed the rows', async () => {
    await happens(start + 7 * day - 1000, { action: 'young' });
    expect(await actions()).toEqual(['young', 'workspace.create']);
    vi.setSystemTime(start + 7 * day);
    expect(await actions()).toEqual(['young']);
    vi.setSystemTime(start + 14 * day);
    expect(await actions()).toEqual([]);
    expect(database.rows('main').filter(({ pk }) => String(pk).endsWith('#outbox'))).toHaveLength(2);
  });

  test.each([
    ['free', 1],
    ['pro', 1],
    ['business', 4],
    ['enterprise', 32],
  ] as const)('is spread over as many partitions as plan %s needs, and shown in its order', async (plan, most) => {
    await assignPlan(workspace, plan);
    const current = (await findWorkspace(workspace.slug))!;
    for (let i = 0; i < 200; i++) {
      await happens(start + 1000 + i, { action: `a${i}`, resourceId: `t${i}` }, current);
    }
    const expected = Array.from({ length: 200 }, (_, i) => `a${199 - i}`);
    const { body } = await list('limit=200');
    expect(body.data.map(({ action }: { action: string }) => action)).toEqual(expected);
    const rows = database.rows('main').filter(({ action }) => /^a\d+$/.test(String(action)));
    const used = new Set(rows.map(({ pk }) => pk)).size;
    expect(used).toBeLessThanOrEqual(most);
    expect(used).toBeGreaterThan(most / 2);
  });

  test('shows all that happened under a larger plan, after the plan has become smaller', async () => {
    await assignPlan(workspace, 'enterprise');
    const large = (await findWorkspace(workspace.slug))!;
    for (let i = 0; i < 40; i++) {
      await happens(start + 1000 + i, { action: `large${i}`, resourceId: `t${i}` }, large);
    }
    vi.setSystemTime(start + 2000);
    await assignPlan(large, 'free');
    const small = (await findWorkspace(workspace.slug))!;
    await happens(start + 3000, { action: 'small' }, small);
    await assignPlan(small, 'pro');
    const seen = await actions();
    expect(seen.filter((action: string) => action.startsWith('large'))).toHaveLength(40);
    expect(seen.filter((action: string) => action === 'small')).toHaveLength(1);
    expect(small.outboxShards).toBe(32);
  });

  test('is the log of a naive list, whatever happened and is asked', async () => {
    const word = fc.constantFrom('a', 'b');
    const happening = fc.record({ at: fc.nat(5), action: word, actor: word, resourceType: word, resourceId: word });
    const filters = fc.record(
      { action: word, actor: word, resourceType: word, resourceId: word, span: fc.tuple(fc.nat(5), fc.nat(5)) },
      { requiredKeys: [] },
    );
    let number = 10;
    const shards = fc.constantFrom(1, 4, 32);
    const happenings = fc.array(happening, { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(happenings, filters, shards, async (happenings, { span, ...equal }, outboxShards) => {
        const of = { ...(await workspaceWith()), outboxShards };
        const mine = { ...tenant(number++), outboxShards };
        const listed: typeof happenings = [];
        for (const one of happenings) {
          await happens(start + one.at, one, { ...of, id: mine.id, reference: mine.reference });
          listed.push(one);
        }
        const occurred = span && { from: start + Math.min(...span), to: start + Math.max(...span) };
        const page = { limit: 200, offset: 0, after: undefined, counted: true };
        const { rows } = await readAudit.open().list(mine, { ...equal, occurred }, page);
        const expected = listed.filter(
          (one) =>
            Object.entries(equal).every(([name, value]) => one[name as keyof typeof one] === value) &&
            (!occurred || (occurred.from <= start + one.at && start + one.at <= occurred.to)),
        );
        const plain = (all: readonly object[]) => all.map((one) => JSON.stringify(Object.entries(one).sort())).sort();
        const shown = rows.map(({ item }) => ({
          at: Date.parse(item.occurred_at) - start,
          action: item.action,
          actor: item.actor,
          resourceType: item.resource_type,
          resourceId: item.resource_id,
        }));
        expect(plain(shown)).toEqual(plain(expected));
        expect(shown.map(({ at }) => at)).toEqual(shown.map(({ at }) => at).sort((a, b) => b - a));
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['action=', 'action', 'too_short'],
    [`actor=${'x'.repeat(257)}`, 'actor', 'too_long'],
    ['resource_type=a&resource_type=b', 'resource_type', 'type_error'],
    ['from=yesterday', 'from', 'format'],
    ['to=2026-02-30', 'to', 'format'],
    ['from=2026-03-23&to=2026-03-22', 'to', 'conflict'],
  ])('refuses %s', async (query, field, type) => {
    const { status, body } = await list(query);
    expect([status, body.error_code]).toEqual([422, 'VALIDATION_ERROR']);
    expect(body.detail).toEqual([{ type, loc: ['query', field], msg: expect.any(String) }]);
  });

  test('is for those with its scope', async () => {
    const { status, body } = await list('', await keyOf(workspace, { scopes: ['geofences:read'] }));
    expect([status, body.error_code]).toEqual([403, 'SCOPE_MISSING']);
  });
});
