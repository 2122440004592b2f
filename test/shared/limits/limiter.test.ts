import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Counted, type Counter, countAgainst, remainingOf, undoCounts } from '../../../shared/limits/limiter.ts';
import { rateWindow } from '../../../shared/limits/rate-window.ts';
import { log } from '../../../shared/log/log.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { platformReference } from '../../../shared/tenancy/tenant.ts';
import { type Call, DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

const now = Date.parse('2026-03-22T10:00:00Z');
const [address, email] = ['203.0.113.9', 'ana@example.com'];
const login: readonly Counter[] = [
  { policy: 'login', subject: address },
  { policy: 'login-email', subject: email },
];
let database: DynamoDbFake;

beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
});

const count = (counters: readonly Counter[], at = now) => countAgainst(platformReference, counters, at);
const refusal = (counted: Promise<unknown>) =>
  counted.then(
    () => undefined,
    (problem: Problem) => problem,
  );
const times = <T>(n: number, what: () => Promise<T>) => Promise.allSettled(Array.from({ length: n }, what));
const passed = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.filter(({ status }) => status === 'fulfilled').length;
const stored = (policy: string) =>
  Number(database.rows('access').find(({ pk }) => String(pk).includes(`#${policy}#`))?.n ?? 0);

describe('an endpoint limit', () => {
  test('lets exactly as many requests through as it allows, in one wave of one write each, and returns what is left', async () => {
    const outcomes = await times(100, () => count([login[1]!]));
    expect(passed(outcomes)).toBe(15);
    expect(database.calls).toHaveLength(100);
    const left = outcomes.flatMap((one) => (one.status === 'fulfilled' ? one.value.map((s) => s.remaining) : []));
    expect(left).toEqual(Array.from({ length: 15 }, (_, i) => 14 - i));
    expect(await count([login[0]!])).toMatchObject([{ policy: 'login', limit: 60, remaining: 59, periodSeconds: 60 }]);
  });

  test('that is used up names the policy and when to retry', async () => {
    for (let i = 0; i < 15; i++) await count(login);
    const { resetsInSeconds } = rateWindow(platformReference + email, now, 60);
    const other = rateWindow(platformReference + address, now, 60);
    expect(await refusal(count(login))).toMatchObject({
      code: 'RATE_LIMIT_EXCEEDED',
      message: `Rate limit exceeded. Try again in ${resetsInSeconds} seconds.`,
      details: { limit: 15, period_seconds: 60, policy: 'login-email' },
      retryAfterSeconds: resetsInSeconds,
      headers: {
        'RateLimit-Policy': '"login-email";q=15;w=60, "login";q=60;w=60',
        RateLimit: `"login-email";r=0;t=${resetsInSeconds}, "login";r=45;t=${other.resetsInSeconds}`,
      },
    });
    expect(await count(login, now + resetsInSeconds * 1000)).toHaveLength(2);
  });

  test('if several are used up, reports the one that lasts longest', async () => {
    const mails: readonly Counter[] = [
      { policy: 'login-email', subject: email },
      { policy: 'mail-email', subject: email },
    ];
    await times(15, () => count([mails[0]!]));
    await times(5, () => count([mails[1]!]));
    const { details, retryAfterSeconds } = (await refusal(count(mails)))!;
    const waits = [60, 3600].map((period) => rateWindow(platformReference + email, now, period).resetsInSeconds);
    expect(retryAfterSeconds).toBe(Math.max(...waits));
    expect(details?.period_seconds).toBe(waits[0]! > waits[1]! ? 60 : 3600);
  });

  test('refused by one counter, is not counted by the others', async () => {
    await times(15, () => count(login));
    await times(30, () => count(login));
    expect([stored('login'), stored('login-email')]).toEqual([15, 15]);
  });

  test('is counted apart for each tenant, subject, policy and kind of caller', async () => {
    const spend = (reference = platformReference, subject = email) =>
      times(16, () => countAgainst(reference, [{ policy: 'login-email', subject }], now)).then(passed);
    expect(await Promise.all([spend(), spend(tenant().reference), spend(undefined, 'Ana@example.com')])).toEqual([
      15, 15, 15,
    ]);
    const bulk = (kind: 'key' | 'user') => passedOf(61, { policy: 'bulk', subject: kind, kind });
    const passedOf = async (n: number, counter: Counter) => passed(await times(n, () => count([counter])));
    expect(await Promise.all([bulk('key'), bulk('user')])).toEqual([60, 10]);
    await expect(count([{ policy: 'bulk', subject: 'x' }])).rejects.toThrow('say which');
  });

  test('outlives its window by one period and not much more', async () => {
    await count(login);
    for (const row of database.rows('access')) {
      expect(Number(row.ttl) - now / 1000).toBeGreaterThan(60);
      expect(Number(row.ttl) - now / 1000).toBeLessThanOrEqual(120);
    }
  });

  test('can be read without being counted', async () => {
    await count(login);
    const asked = await remainingOf(platformReference, [...login, { policy: 'signup', subject: address }], now);
    expect(asked).toMatchObject([
      { policy: 'login', limit: 60, remaining: 59 },
      { policy: 'login-email', limit: 15, remaining: 14 },
      { policy: 'signup', limit: 10, remaining: 10, periodSeconds: 3600 },
    ]);
    expect([stored('login'), stored('signup')]).toEqual([1, 0]);
  });
});

describe('a counter that is unavailable', () => {
  test.each(['ThrottlingException', 'TimeoutError', 'InternalServerError'])(
    'by %s lets pass, and is noticed',
    async (name) => {
      const output = catchOutput();
      await times(60, () => count([login[0]!]));
      database.before = ({ input }) => {
        if (input.Key.pk.includes('#login-email#')) throw fault(name);
      };
      expect((await refusal(count(login)))?.details).toMatchObject({ policy: 'login' });
      expect(await count([login[1]!])).toEqual([]);
      log().info('next');
      expect(output.metrics()).toEqual(['RateCounterUnavailable', 'RateCounterUnavailable']);
    },
  );

  test('keeps a count that it cannot undo', async () => {
    await times(15, () => count(login));
    database.before = ({ input }) => {
      if (input.UpdateExpression.includes('givenBack')) throw fault('TimeoutError');
    };
    expect((await refusal(count(login)))?.code).toBe('RATE_LIMIT_EXCEEDED');
    expect(stored('login')).toBe(16);
  });

  test('is not taken for one where the fault is ours', async () => {
    database.before = () => {
      throw fault('ValidationException');
    };
    await expect(count(login)).rejects.toThrow('ValidationException');
  });
});

describe('a request given back', () => {
  test('is given back once, however many callers try', async () => {
    await count(login);
    const counted = await count(login);
    await times(5, () => undoCounts(counted));
    expect([stored('login'), stored('login-email')]).toEqual([1, 1]);
  });

  test('is undone once, though the response was lost and the call was repeated', async () => {
    retryLostAnswers();
    await count(login);
    const counted = await count(login);
    let lost = 2;
    database.after = ({ input }) => {
      if (input.UpdateExpression.includes('givenBack') && lost-- > 0) throw fault('TimeoutError');
    };
    await undoCounts(counted);
    expect(lost).toBe(0);
    expect([stored('login'), stored('login-email')]).toEqual([1, 1]);
  });

  test('does not grow its row without end', async () => {
    const all: Counted[] = [];
    for (let i = 0; i < 110; i++) {
      const counted = await count([login[0]!]).catch(() => []);
      all.push(...counted);
      await undoCounts(counted);
    }
    expect(stored('login')).toBe(10);
    expect(all).toHaveLength(110);
  });
});

/** The client of the database retries a write whose response was lost, so a write may happen twice. */
function retryLostAnswers(): void {
  database.around = async (send) => {
    try {
      return await send();
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') return await send();
      throw error;
    }
  };
}

const step = fc.record({
  requests: fc.integer({ min: 1, max: 12 }),
  counters: fc.uniqueArray(fc.constantFrom(0, 1, 2), { minLength: 1, maxLength: 3 }),
  milliseconds: fc.constantFrom(0, 1, 999, 20_000, 59_999, 60_000),
});
const three: readonly Counter[] = [...login, { policy: 'refresh', subject: 's' }];
const limits = [60, 15, 30];
const plan = fc.array(step, { maxLength: 14 });

describe('against a naive reference', () => {
  /** Requests counted by counter and window. */
  const key = (i: number, at: number) => `${i} ${rateWindow(platformReference + three[i]!.subject, at, 60).index}`;

  test('one by one, limits admit exactly what the naive count admits', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        database.restore();
        database = new DynamoDbFake();
        const paper = new Map<string, number>();
        let at = now;
        for (const { requests, counters, milliseconds } of steps) {
          at += milliseconds;
          for (let i = 0; i < requests; i++) {
            const room = counters.every((c) => (paper.get(key(c, at)) ?? 0) < limits[c]!);
            const answer = await refusal(
              count(
                counters.map((c) => three[c]!),
                at,
              ),
            );
            expect(answer === undefined).toBe(room);
            if (room) for (const c of counters) paper.set(key(c, at), (paper.get(key(c, at)) ?? 0) + 1);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test.each([[false], [true]])(
    'at once, they never admit more, and nothing stays taken by the refused (faults: %s)',
    async (faulty) => {
      catchOutput();
      await fc.assert(
        fc.asyncProperty(
          plan,
          fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3)),
          fc.infiniteStream(fc.nat(3)),
          async (steps, faults, pauses) => {
            database.restore();
            database = new DynamoDbFake();
            if (faulty) retryLostAnswers();
            const breaks = (kind: number) => (call: Call) => {
              if (faulty && faults[(database.calls.indexOf(call) + kind) % (faults.length || 1)] === kind)
                throw fault('TimeoutError');
            };
            database.before = async (call) => {
              const { value: turns } = pauses.next();
              for (let i = 0; i < (turns ?? 0); i++) await null;
              breaks(1)(call);
            };
            database.after = breaks(2);
            const admitted = new Map<string, number>();
            let at = now;
            for (const { requests, counters, milliseconds } of steps) {
              at += milliseconds;
              const outcomes = await times(requests, () =>
                count(
                  counters.map((c) => three[c]!),
                  at,
                ),
              );
              for (const outcome of outcomes) {
                if (outcome.status === 'rejected')
                  expect(outcome.reason).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
                else {
                  const counted = outcome.value.map(({ policy }) => three.findIndex((c) => c.policy === policy));
                  if (!faulty) expect(counted.sort()).toEqual(counters.toSorted());
                  for (const c of counted) admitted.set(key(c, at), (admitted.get(key(c, at)) ?? 0) + 1);
                }
              }
              for (const c of counters) expect(admitted.get(key(c, at)) ?? 0).toBeLessThanOrEqual(limits[c]!);
            }
            const kept = database.rows('access').reduce((sum, { n }) => sum + Number(n), 0);
            const all = [...admitted.values()].reduce((sum, n) => sum + n, 0);
            if (faulty) expect(kept).toBeGreaterThanOrEqual(all);
            else expect(kept).toBe(all);
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});
