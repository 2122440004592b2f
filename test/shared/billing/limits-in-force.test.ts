import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import type { KeyRow } from '../../../shared/auth/key-record.ts';
import { readLimits } from '../../../shared/billing/limits-in-force.ts';
import { counterOf } from '../../../shared/limits/endpoint-limit.ts';
import { countAgainst } from '../../../shared/limits/limiter.ts';
import type { PolicyName } from '../../../shared/limits/policies.ts';
import { rateWindow } from '../../../shared/limits/rate-window.ts';
import { plans } from '../../../shared/tenancy/plans.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, person, tenant } from '../support/people.ts';

const now = Date.parse('2026-03-22T10:00:00Z');
let database: DynamoDbFake;

beforeEach(() => {
  database = new DynamoDbFake();
  vi.useFakeTimers({ now, toFake: ['Date'] });
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

const pro = tenant(1, 'pro');
const counterFor = ({ user, principal }: Caller, policy: PolicyName) =>
  counterOf({ kind: user ? 'user' : 'key', principal }, policy);
/** A key for which this number of requests was counted in the window. */
function byKey(used: number, rateLimit = 1000): Caller {
  const keyId = 'k'.repeat(24);
  const key = { keyId, rateLimit, [rateWindow(keyId, now).attribute]: used } as unknown as KeyRow;
  return { ...caller(pro), key };
}
function byUser(used: number): Caller {
  const admin = person('admin', pro);
  const user = admin.user!;
  const row = { ...user.row, [rateWindow(user.id, now).attribute]: used };
  return { ...admin, user: { ...user, row } };
}
const of = (who: Caller) => readLimits.open().of(who);

describe('limits in force', () => {
  test('of a key are its rate, those of endpoints, and the plan’s', async () => {
    const { rate_limits, ...rest } = await of(byKey(13));
    expect(rest).toEqual({ tier: 'pro', bulk_create_max_batch_size: 500, plan_limits: plans.pro.limits });
    expect(rate_limits).toEqual([
      { policy: 'tier', limit: 1000, period_seconds: 3600, remaining: 987 },
      { policy: 'ingest', limit: 1000, period_seconds: 60, remaining: 1000 },
      { policy: 'bulk', limit: 60, period_seconds: 3600, remaining: 60 },
      { policy: 'preview', limit: 60, period_seconds: 3600, remaining: 60 },
      { policy: 'addresses', limit: 36_000, period_seconds: 3600, remaining: 36_000 },
      { policy: 'simulate', limit: 60, period_seconds: 3600, remaining: 60 },
    ]);
    expect(database.calls).toHaveLength(1);
  });

  test('of a user are those of users', async () => {
    const { rate_limits } = await of(byUser(1));
    expect(rate_limits.slice(0, 3)).toEqual([
      { policy: 'tier', limit: 3600, period_seconds: 3600, remaining: 3599 },
      { policy: 'ingest', limit: 1000, period_seconds: 60, remaining: 1000 },
      { policy: 'bulk', limit: 10, period_seconds: 3600, remaining: 10 },
    ]);
  });

  test('of a key with its own limit are that limit, and never less than nothing', async () => {
    expect((await of(byKey(5, 5))).rate_limits[0]).toMatchObject({ limit: 5, remaining: 0 });
    expect((await of(byKey(9, 5))).rate_limits[0]).toMatchObject({ remaining: 0 });
  });

  test('show what is left of open windows, to each kind of caller its own', async () => {
    const [key, user] = [byKey(1), byUser(1)];
    for (const who of [key, key, user])
      await countAgainst(pro.reference, [counterFor(who, 'bulk'), counterFor(who, 'simulate')]);
    await countAgainst(pro.reference, [counterFor(key, 'ingest')]);
    const left = async (who: Caller) =>
      Object.fromEntries((await of(who)).rate_limits.map(({ policy, remaining }) => [policy, remaining]));
    expect(await left(key)).toMatchObject({ bulk: 58, simulate: 57, ingest: 999, preview: 60 });
    expect(await left(user)).toMatchObject({ bulk: 9, simulate: 57, ingest: 1000 });
    expect(await left({ ...byKey(1), tenant: tenant(2, 'pro') })).toMatchObject({ bulk: 60, simulate: 60 });
  });

  test('tell what the owner or the operator set', async () => {
    const who = byKey(0);
    const workspace = {
      ...who.workspace,
      bulkCreateMaxBatchSize: 5000,
      plan: 'enterprise' as const,
      enterpriseRateLimit: 7,
    };
    expect(await of({ ...who, workspace })).toMatchObject({
      tier: 'enterprise',
      bulk_create_max_batch_size: 5000,
      plan_limits: { rate_limit_per_hour: 7 },
    });
  });

  test('of an address are of no caller', () => {
    expect(() => counterFor(byKey(1), 'login')).toThrow('of one address');
  });
});
