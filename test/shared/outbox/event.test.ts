import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { anonymous, type OutboxEvent, recordEvent } from '../../../shared/outbox/event.ts';
import { publish } from '../../../shared/outbox/publish.ts';
import { defineMessage } from '../../../shared/queue/message.ts';
import { newId } from '../../../shared/table/ids.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import type { Plan } from '../../../shared/tenancy/tenant.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, tenant } from '../support/people.ts';

let database: DynamoDbFake;
const now = Date.parse('2026-03-22T10:00:00.250Z');
beforeEach(() => {
  vi.useFakeTimers({ now });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

const event: OutboxEvent = { action: 'thing.update', resourceType: 'thing', resourceId: 't-1', changes: {} };

async function recorded(given: Partial<OutboxEvent>, actor = caller()) {
  const transaction = new Transaction();
  recordEvent(transaction, actor, { ...event, ...given });
  await transaction.commit();
  return database.rows('main').at(-1)!;
}

test('an event is a row of its tenant that says who did what, from where and when', async () => {
  const row = await recorded({ changes: { name: ['a', 'b'] } });
  expect(row).toEqual({
    pk: `${tenant().reference}#outbox`,
    sk: expect.stringMatching(/^[0-9a-f-]{13}-7/),
    action: 'thing.update',
    actor: caller().principal,
    actorAddress: '203.0.113.9',
    requestId: 'req_TEST0000000000',
    resourceType: 'thing',
    resourceId: 't-1',
    changes: '{"name":["a","b"]}',
    occurredAt: now,
    ttl: Math.ceil(now / 1000) + 365 * 86_400,
  });
  expect(Number.parseInt(String(row.sk).replace('-', '').slice(0, 12), 16)).toBe(now);
});

test.each<[Plan, number]>([
  ['free', 7],
  ['pro', 30],
  ['business', 90],
  ['enterprise', 365],
])('of plan %s it is kept for %i days', async (plan, days) => {
  expect((await recorded({}, caller(tenant(1, plan)))).ttl).toBe(Math.ceil(now / 1000) + days * 86_400);
});

test('it can be recorded for somebody without a credential', async () => {
  const { address, requestId } = caller();
  const transaction = new Transaction();
  const actor = { tenant: tenant(2), principal: anonymous, address, requestId };
  recordEvent(transaction, actor, { ...event, action: 'auth.login_failed', resourceType: 'user', resourceId: 'u-1' });
  await transaction.commit();
  expect(database.rows('main')).toMatchObject([
    { pk: `${tenant(2).reference}#outbox`, actor: 'anonymous', actorAddress: '203.0.113.9' },
  ]);
});

test('secrets never reach the row', async () => {
  const row = await recorded({ changes: { password: ['hunter1', 'hunter2'], secretHash: [null, 'f00'] } });
  expect(JSON.parse(String(row.changes))).toEqual({
    password: ['(hidden)', '(hidden)'],
    secretHash: [null, '(hidden)'],
  });
  expect(JSON.stringify(row)).not.toMatch(/hunter|f00/);
});

test('it may be handed to several workers, or to none', async () => {
  const [sweep, paint] = ['things/sweep', 'things/paint'] as const;
  const orders = [sweep, paint].map((worker) => defineMessage(worker, z.object({ thing: z.string() })));
  const row = await recorded({ handOver: orders.map((one) => one.order({ thing: 't-1' })) });
  const message = { thing: 't-1' };
  expect(JSON.parse(String(row.orders))).toEqual([
    { worker: sweep, message },
    { worker: paint, message },
  ]);
  expect(await recorded({ handOver: [] })).not.toHaveProperty('orders');
});

test('the events of one object are in one partition, whose order the stream keeps', async () => {
  const actor = { ...caller(), tenant: { ...tenant(), outboxShards: 32 } };
  for (let i = 0; i < 200; i++) {
    await recorded({ resourceId: `t-${i % 20}` }, actor);
    const transaction = new Transaction();
    publish(transaction, actor.tenant, { id: newId(now), type: 'device.online', subject: `t-${i % 20}`, data: {} });
    await transaction.commit();
  }
  const rows = Map.groupBy(database.rows('main'), ({ resourceId, actor: by }) => `${resourceId} ${by !== undefined}`);
  expect(rows.size).toBe(40);
  for (const [, of] of rows) expect(new Set(of.map(({ pk }) => pk)).size).toBe(1);
  expect(new Set(database.rows('main').map(({ pk }) => pk)).size).toBeGreaterThan(20);
});
