import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { unseal } from '../../../shared/auth/sealed.ts';
import { type Asked, type Beginning, idempotencyRecords } from '../../../shared/http/idempotency.ts';
import { type RunningRequest, unrecorded } from '../../../shared/http/once.ts';
import { parseExactly } from '../../../shared/json/exact.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import { Table } from '../../../shared/table/table.ts';
import { Transaction } from '../../../shared/table/transaction.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { caller, request, tenant } from '../support/people.ts';

const records = idempotencyRecords.open();
const me = caller();
const second = 1000;
const day = 86_400 * second;
let database: DynamoDbFake;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

/** A request in the form of the kernel: its body is JSON, whatever its text was. */
const asked = (text: string, given: Partial<Asked> = {}): Asked => ({
  ...request({ method: 'POST' }),
  body: parseExactly(text),
  ...given,
});
const post = (text: string) => asked(text);
const begin = (key = 'k', body = '{}', as = me) => records.begin(as, post(body), key);
const codeOf = (error: unknown) => (error as Problem).code ?? String(error);

async function running(beginning: Promise<Beginning>): Promise<RunningRequest> {
  const begun = await beginning;
  if (!('once' in begun)) throw new Error('A remembered answer instead of a running request');
  return begun.once;
}

let effects = 0;
/** Writes a row together with the idempotency record. */
async function makeSomething(once: RunningRequest, answer: { status: number; body: unknown }): Promise<void> {
  const transaction = new Transaction();
  effects += 1;
  transaction.put(new Table('main'), geofenceKeys.thin(me.tenant.reference, `effect-${effects}`), { answer });
  once.record(transaction, answer);
  await transaction.commit();
}
const effectsMade = () => database.rows('main').length;

describe('an Idempotency-Key', () => {
  test('gives the same request the same answer, and the effect once', async () => {
    const answer = { status: 201, body: { id: 'x', deep: [1, { ä: '\u2028' }] } };
    const first = await running(begin());
    await makeSomething(first, answer);
    await first.end(answer);
    expect(await begin()).toEqual({ replay: answer });
    expect(effectsMade()).toBe(1);
  });

  test('runs again under another caller, tenant, method or path', async () => {
    await running(begin());
    const key: Promise<Beginning>[] = [
      records.begin({ ...me, principal: 'key_other' }, post('{}'), 'k'),
      records.begin(caller(tenant(2)), post('{}'), 'k'),
      records.begin(me, asked('{}', { method: 'PUT' }), 'k'),
      records.begin(me, asked('{}', { path: '/elsewhere' }), 'k'),
      begin('K'),
    ];
    for (const beginning of key) await running(beginning);
  });

  test('with another body or query is 422, running or answered', async () => {
    const first = await running(begin('k', '{"a":1}'));
    await expect(begin('k', '{"a":2}')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    await makeSomething(first, { status: 201, body: {} });
    await expect(begin('k', '{"a":2}')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    await expect(records.begin(me, asked('{"a":1}', { query: { x: '1' } }), 'k')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test.each([
    ['{ "b" : [1, 2], "a": "\\u0041" }', true],
    ['{"a":"A","b":[2,1]}', false],
    ['{"a":"A","b":[1.0,2]}', false],
    ['{"a":"A","b":[1,2],"__proto__":1}', false],
    ['{"a":"A","b":[1,2],"c":null}', false],
  ])('compares bodies as JSON, numbers as they were written: %s', async (body, same) => {
    const answer = { status: 201, body: {} };
    await makeSomething(await running(begin('k', '{"a":"A","b":[1,2]}')), answer);
    const again = begin('k', body);
    if (same) expect(await again).toEqual({ replay: answer });
    else await expect(again).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('ignores parameters that have no effect', async () => {
    await running(records.begin(me, asked('{}', { query: { _: '1', utm_source: 'x' } }), 'k'));
    await expect(records.begin(me, asked('{}', { query: { _: '2' } }), 'k')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_IN_PROGRESS',
    });
  });

  test('gives back an answer with every digit of its numbers', async () => {
    const body = parseExactly('{"metadata":{"n":1.0,"big":613196570357137407}}');
    await makeSomething(await running(begin()), { status: 201, body });
    const again = (await begin()) as { replay: { body: unknown } };
    expect(JSON.stringify(again.replay.body)).toBe('{"metadata":{"n":1.0,"big":613196570357137407}}');
  });

  test('of a request that is still running is 409, to be tried again in a second', async () => {
    await running(begin());
    await expect(begin()).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS', retryAfterSeconds: 1 });
  });

  test('lets one of many requests at once run', async () => {
    const begun = await Promise.allSettled(Array.from({ length: 20 }, () => begin()));
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of begun) if (one.status === 'rejected') expect(one.reason.code).toBe('IDEMPOTENCY_IN_PROGRESS');
  });

  test.each(['', 'é', 'a\nb', 'x'.repeat(256)])('%j is refused', async (header) => {
    await expect(begin(header)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      fields: [{ loc: ['header', 'Idempotency-Key'], type: 'format' }],
    });
  });

  test('treats a request as crashed after its lease, and the crashed one can do nothing any more', async () => {
    const dead = await running(begin());
    vi.advanceTimersByTime(60 * second);
    const retry = await running(begin());
    await expect(makeSomething(dead, { status: 201, body: 'dead' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_IN_PROGRESS',
    });
    await dead.end({ status: 500, body: {} });
    await dead.end({ status: 409, body: {} });
    await makeSomething(retry, { status: 201, body: 'retry' });
    expect(await begin()).toEqual({ replay: { status: 201, body: 'retry' } });
    expect(effectsMade()).toBe(1);
  });

  test('gives the retry of a crashed request the id of what that may have created, and only that retry', async () => {
    const { objectId } = await running(begin());
    vi.advanceTimersByTime(60 * second);
    const retry = await running(begin());
    expect(retry.objectId).toBe(objectId);
    await retry.end({ status: 503, body: {} });
    const next = await running(begin());
    expect(next.objectId).not.toBe(objectId);
    vi.advanceTimersByTime(day);
    expect((await running(begin())).objectId).not.toBe(next.objectId);
    expect(unrecorded.objectId).not.toBe(unrecorded.objectId);
  });

  test('lets only one of many retries of a crashed request run', async () => {
    await running(begin());
    vi.advanceTimersByTime(60 * second);
    const begun = await Promise.allSettled(Array.from({ length: 20 }, () => begin()));
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of begun) if (one.status === 'rejected') expect(one.reason.code).toBe('IDEMPOTENCY_IN_PROGRESS');
  });

  test('frees a failed request for a retry, remembers a conflict', async () => {
    await (await running(begin())).end({ status: 422, body: {} });
    await (await running(begin())).end({ status: 503, body: {} });
    await (await running(begin())).end({ status: 409, body: { error_code: 'CONFLICT' } });
    expect(await begin()).toEqual({ replay: { status: 409, body: { error_code: 'CONFLICT' } } });
  });

  test('forgets after 24 hours, and not before', async () => {
    await (await running(begin())).end({ status: 200, body: 1 });
    vi.advanceTimersByTime(day - 1);
    expect(await begin('k', '{}')).toEqual({ replay: { status: 200, body: 1 } });
    vi.advanceTimersByTime(1);
    await running(begin('k', '{"other":"body"}'));
  });
});

test('neither answers nor bodies can be read from the database, nor tried against it', async () => {
  const [key, body] = ['a-key-of-the-client', '{"email":"ana@example.com","password":"Pass123!"}'];
  const answer = { status: 201, body: { email: 'ana@example.com' } };
  const once = await running(begin(key, body));
  await makeSomething(once, { status: 201, body: {} });
  await (await running(begin('another', body))).end(answer);
  const rows = database.rows('access');
  const sealed = rows.map((row) => row.answer as Uint8Array);
  for (const bytes of sealed) {
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('ana@');
    expect(() => gunzipSync(bytes)).toThrow();
    expect(unseal(bytes, `\n\n${body}`), 'the body alone').toBeUndefined();
  }
  const guess = (text: string) => createHash('sha256').update(text).digest('base64url');
  for (const { fingerprint } of rows) {
    expect([guess(body), guess(`\n${body}`), guess(`fingerprint\n\n\n${body}`)]).not.toContain(fingerprint);
  }
  expect(new Set(rows.map(({ fingerprint }) => fingerprint)).size, 'one body under two keys').toBe(2);
  expect(await begin('another', body)).toEqual({ replay: answer });
});

describe('an answer that shows a secret', () => {
  const secret = 's3cret-that-nobody-may-keep';
  const made = { status: 201, body: { id: 'made-1', key: secret } };
  const shownOnce = {
    replay: {
      status: 409,
      body: { error_code: 'SECRET_SHOWN_ONCE', detail: expect.stringContaining('Rotate'), details: { id: 'made-1' } },
    },
  };
  const beginSecret = () => records.begin(me, post('{}'), 'k', true);
  const make = async (once: RunningRequest) => {
    const transaction = new Transaction();
    transaction.put(new Table('main'), geofenceKeys.thin(me.tenant.reference, 'effect'), { made: true });
    once.recordSecret(transaction, 'made-1');
    await transaction.commit();
  };
  const kept = () => JSON.stringify(database.rows('access'));
  const answers = () =>
    database
      .rows('access')
      .map(({ answer }) => (answer ? gunzipSync(unseal(answer as Uint8Array, 'k\n{}\n{}')!).toString() : ''))
      .join();

  test('is never stored: a retry gets the id of what was created', async () => {
    const once = await running(beginSecret());
    await make(once);
    await once.end(made);
    expect(await beginSecret()).toEqual(shownOnce);
    expect(kept() + answers()).not.toContain(secret);
    expect(effectsMade()).toBe(1);
  });

  test('and was lost after the effect is not shown to the retry either', async () => {
    const once = await running(beginSecret());
    await make(once);
    await once.end({ status: 503, body: { error_code: 'SERVICE_UNAVAILABLE' } });
    expect(await beginSecret()).toEqual(shownOnce);
  });

  test('of a request that crashed after its effect is not shown to the retry either', async () => {
    await make(await running(beginSecret()));
    vi.advanceTimersByTime(60 * second);
    expect(await beginSecret()).toEqual(shownOnce);
  });

  test('whose effect failed frees the key', async () => {
    const once = await running(beginSecret());
    database.before = ({ operation }) => {
      if (operation === 'TransactWriteCommand') throw fault('ThrottlingException');
    };
    await expect(make(once)).rejects.toThrow('ThrottlingException');
    database.before = () => undefined;
    await once.end({ status: 503, body: {} });
    await make(await running(beginSecret()));
  });

  test('is not kept where its effect was no transaction', async () => {
    const once = await running(beginSecret());
    await once.end(made);
    expect(await beginSecret()).toEqual(shownOnce);
    expect(kept() + answers()).not.toContain(secret);
  });

  test('leaves a conflict remembered as it was', async () => {
    const conflict = { status: 409, body: { error_code: 'INVALID_TRANSITION', details: { from: 'a', to: 'b' } } };
    await (await running(beginSecret())).end(conflict);
    expect(await beginSecret()).toEqual({ replay: conflict });
  });
});

describe('a fault of the database', () => {
  test('after the effect leaves the response stored: no retry creates a second object', async () => {
    const first = await running(begin());
    database.after = ({ operation }) => {
      if (operation === 'TransactWriteCommand') throw fault('TimeoutError');
    };
    await expect(makeSomething(first, { status: 201, body: 'made' })).rejects.toThrow('TimeoutError');
    await first.end({ status: 503, body: {} });
    expect(await begin()).toEqual({ replay: { status: 201, body: 'made' } });
  });

  test('that lost the response to the claim lets the client find its own claim again', async () => {
    const send = { twice: true };
    database.after = async ({ operation, input }) => {
      if (operation !== 'UpdateCommand' || !send.twice) return;
      send.twice = false;
      // The SDK does the same: it repeats the command.
      await new Table('access').update(
        input.Key,
        expressionOf(input.UpdateExpression, input),
        expressionOf(input.ConditionExpression, input),
      );
    };
    await running(begin());
  });

  test('that refuses a claim beside the first request’s transaction is 409, not 500', async () => {
    await running(begin());
    database.before = () => {
      throw fault('TransactionConflictException');
    };
    await expect(begin()).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
  });

  test('is returned unchanged if nothing is known', async () => {
    database.before = () => {
      throw fault('ThrottlingException');
    };
    await expect(begin()).rejects.toThrow('ThrottlingException');
  });
});

function expressionOf(
  expression: string,
  input: { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Record<string, unknown> },
) {
  const used = <V>(of: Record<string, V> = {}) =>
    Object.fromEntries(Object.entries(of).filter(([name]) => expression.includes(name)));
  return { expression, names: used(input.ExpressionAttributeNames), values: used(input.ExpressionAttributeValues) };
}

/** The naive reference: the state of a key, in one process and without faults. */
interface Known {
  body: string;
  owner: number;
  lease: number;
  expires: number;
  answer?: { status: number; body: unknown };
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), key: fc.constantFrom('a', 'b'), body: fc.constantFrom('1', '2') }),
  fc.record({ kind: fc.constantFrom('commit' as const, 'crash' as const), who: fc.nat(9) }),
  fc.record({ kind: fc.constant('end' as const), who: fc.nat(9), status: fc.constantFrom(201, 303, 409, 422, 500) }),
  fc.record({ kind: fc.constant('wait' as const), time: fc.constantFrom(1, 59_999, 60_000, day - 60_000, day) }),
);

test('any sequence of requests, effects, crashes, responses and waits ends as in the naive reference', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 40 }), async (steps) => {
      database.restore();
      database = new DynamoDbFake();
      const known = new Map<string, Known>();
      const actors: { key: string; once: RunningRequest; number: number; recorded: boolean }[] = [];
      let [number, made] = [0, 0];
      const mine = (actor: (typeof actors)[number]) => {
        const record = known.get(actor.key);
        return record?.owner === actor.number && !record.answer ? record : undefined;
      };
      for (const one of steps) {
        const actor = 'who' in one ? actors[one.who % Math.max(1, actors.length)] : undefined;
        const now = Date.now();
        if (one.kind === 'wait') vi.setSystemTime(now + one.time);
        if (one.kind === 'begin') {
          const record = known.get(one.key);
          const dead = record && !record.answer && record.lease <= now && record.body === one.body;
          const free = !record || record.expires <= now || dead;
          number += 1;
          const begun = await begin(one.key, one.body).then((b) => ('once' in b ? b.once : b), codeOf);
          if (free) {
            const expires = dead && record.expires > now ? record.expires : now + day;
            known.set(one.key, { body: one.body, owner: number, lease: now + 60_000, expires });
            actors.push({ key: one.key, once: begun as RunningRequest, number, recorded: false });
            expect(begun).toHaveProperty('record');
          } else if (record.body !== one.body) expect(begun).toBe('IDEMPOTENCY_KEY_REUSED');
          else if (!record.answer) expect(begun).toBe('IDEMPOTENCY_IN_PROGRESS');
          else expect(begun).toEqual({ replay: record.answer });
        }
        if (one.kind === 'crash' && actor) actors.splice(actors.indexOf(actor), 1);
        if (one.kind === 'commit' && actor) {
          const answer = { status: 201, body: actor.number };
          const outcome = await makeSomething(actor.once, answer).then(() => 'made', codeOf);
          actor.recorded = true;
          const record = mine(actor);
          expect(outcome).toBe(record ? 'made' : 'IDEMPOTENCY_IN_PROGRESS');
          if (record) {
            record.answer = answer;
            made += 1;
          }
        }
        if (one.kind === 'end' && actor) {
          await actor.once.end({ status: one.status, body: 'ended' });
          actors.splice(actors.indexOf(actor), 1);
          const record = mine(actor);
          const kept = one.status < 400 ? !actor.recorded : one.status === 409;
          if (record && kept) record.answer = { status: one.status, body: 'ended' };
          if (record && one.status >= 400 && one.status !== 409) known.delete(actor.key);
        }
        expect(effectsMade()).toBe(made);
      }
    }),
    { numRuns: 150 },
  );
});
