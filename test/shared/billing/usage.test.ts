import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Month, monthOf } from '../../../shared/billing/month.ts';
import { periodQuery, readUsage } from '../../../shared/billing/usage.ts';
import { parsed } from '../../../shared/http/failures.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import type { Key } from '../../../shared/table/key.ts';
import { apiKeyKeys } from '../../../shared/table/keys/api-keys.ts';
import { quotaKeys } from '../../../shared/table/keys/quota.ts';
import { usageKeys } from '../../../shared/table/keys/usage.ts';
import { userKeys } from '../../../shared/table/keys/users.ts';
import type { Plan } from '../../../shared/tenancy/tenant.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { tenant } from '../support/people.ts';

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

describe('a month', () => {
  test('begins where the one before ends, and holds its instants', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }),
        (date) => {
          const { name, from, to } = monthOf(date.getTime());
          expect(from <= date.getTime() && date.getTime() < to).toBe(true);
          expect(name).toBe(date.toISOString().slice(0, 7));
          expect([monthOf(to).from, monthOf(to - 1).name]).toEqual([to, name]);
          expect(new Date(from).toISOString()).toMatch(/-01T00:00:00\.000Z$/);
        },
      ),
    );
  });
});

describe('the period', () => {
  const read = (text: string) => parsed(periodQuery, 'query', text) as Month;
  const failure = (text: string) => {
    try {
      return read(text).name;
    } catch (error) {
      return (error as Problem).fields?.[0]?.type;
    }
  };

  test.each([
    ['current', '2026-03'],
    ['2026-03', '2026-03'],
    ['2026-02', '2026-02'],
    ['1999-12', '1999-12'],
  ])('%s is %s', (text, name) => {
    expect(read(text).name).toBe(name);
  });

  test.each([
    ['2026-04', 'too_large'],
    ['9999-12', 'too_large'],
    ['2026-00', 'pattern'],
    ['2026-13', 'pattern'],
    ['2026-3', 'pattern'],
    ['2026-03-01', 'pattern'],
    ['Current', 'pattern'],
    ['', 'pattern'],
  ])('%s is refused: %s', (text, type) => {
    expect(failure(text)).toBe(type);
  });

  test('next month begins when it begins', () => {
    vi.setSystemTime('2026-03-31T23:59:59.999Z');
    expect(failure('2026-04')).toBe('too_large');
    vi.setSystemTime('2026-04-01T00:00:00Z');
    expect([failure('2026-04'), read('current').name]).toEqual(['2026-04', '2026-04']);
  });
});

describe('usage', () => {
  const of = (plan: Plan, month = monthOf(now)) => readUsage.open().of(tenant(1, plan), month);
  const row = (key: Key, attributes: object) => database.set('access', { ...key, ...attributes });
  const { reference } = tenant(1);

  test('of an empty workspace is zero everywhere', async () => {
    expect(await of('pro')).toEqual({
      period_start: '2026-03-01T00:00:00Z',
      period_end: '2026-04-01T00:00:00Z',
      metrics: {
        events: { used: 0, limit: 250_000, percent: 0 },
        geofences: { used: 0, limit: 5000, percent: 0 },
        webhooks: { used: 0, limit: 10, percent: 0 },
        devices: { used: 0, limit: 250, percent: 0 },
        api_requests: { used: 0, limit: -1, percent: 0 },
        webhook_deliveries: { used: 0, limit: -1, percent: 0 },
        storage_bytes: { used: 0, limit: 53_687_091_200, percent: 0 },
      },
    });
  });

  test('is read in one wave, and counts as documented', async () => {
    const { reference: other } = tenant(2);
    row(apiKeyKeys.apiKey(reference, 'a'), { m202603: 90_000, m202602: 5, n1: 7 });
    row(apiKeyKeys.apiKey(reference, 'b'), { m202603: 100, revokedAt: 1 });
    row(userKeys.user(reference, 'u'), { m202603: 22 });
    row(apiKeyKeys.apiKey(other, 'a'), { m202603: 1000 });
    row(usageKeys.month(reference, '2026-03'), { webhook_deliveries: 17_100 });
    row(usageKeys.events(reference, '2026-03', 'a'), { events: 18_000 });
    row(usageKeys.events(reference, '2026-03', 'b'), { events: 211 });
    row(usageKeys.events(reference, '2026-02', 'a'), { events: 1 });
    row(quotaKeys.quota(reference, 'geofences'), { used: 412 });
    row(quotaKeys.quota(reference, 'webhooks'), { used: 3 });
    row(quotaKeys.quota(reference, 'devices'), { used: 88 });
    row(quotaKeys.quota(reference, 'storage_bytes#0'), { used: 800_000 });
    row(quotaKeys.quota(reference, 'storage_bytes#7'), { used: 12_334 });
    const { metrics } = await of('pro');
    expect(metrics).toEqual({
      events: { used: 18_211, limit: 250_000, percent: 7 },
      geofences: { used: 412, limit: 5000, percent: 8 },
      webhooks: { used: 3, limit: 10, percent: 30 },
      devices: { used: 88, limit: 250, percent: 35 },
      api_requests: { used: 90_122, limit: -1, percent: 0 },
      webhook_deliveries: { used: 17_100, limit: -1, percent: 0 },
      storage_bytes: { used: 812_334, limit: 53_687_091_200, percent: 0 },
    });
    expect(database.calls).toHaveLength(4);
    const february = await of('pro', monthOf(Date.parse('2026-02-10T00:00:00Z')));
    expect(february).toMatchObject({
      period_start: '2026-02-01T00:00:00Z',
      metrics: { events: { used: 1 }, api_requests: { used: 5 }, geofences: { used: 412 } },
    });
  });

  test('begins its reads together', async () => {
    let running = 0;
    let most = 0;
    database.before = async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
    };
    await of('pro');
    expect(most).toBe(4);
  });

  test('may exceed its limit, and is never negative', async () => {
    row(quotaKeys.quota(reference, 'geofences'), { used: 150 });
    row(quotaKeys.quota(reference, 'devices'), { used: -2 });
    row(usageKeys.events(reference, '2026-03', 'a'), { events: 24_999 });
    const { metrics } = await of('free');
    expect(metrics.geofences).toEqual({ used: 150, limit: 100, percent: 150 });
    expect(metrics.devices.used).toBe(0);
    expect(metrics.events.percent).toBe(99);
  });

  test('of an unlimited resource has no percentage', async () => {
    row(quotaKeys.quota(reference, 'geofences'), { used: 99_999 });
    const { metrics } = await of('enterprise');
    expect(metrics.geofences).toEqual({ used: 99_999, limit: -1, percent: 0 });
    expect(metrics.storage_bytes.limit).toBe(-1);
  });
});
