import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PreviewRequest } from '../../../shared/bulk/preview-wire.ts';
import { previewBatches } from '../../../shared/bulk/previewer.ts';
import { submitBatches } from '../../../shared/bulk/submitter.ts';
import { BulkCreateRequest } from '../../../shared/bulk/wire.ts';
import { countLookUps } from '../../../shared/geocoding/budget.ts';
import { policies } from '../../../shared/limits/policies.ts';
import { planSync } from '../../../shared/sync/planner.ts';
import { SyncPlanRequest } from '../../../shared/sync/wire.ts';
import { newId } from '../../../shared/table/ids.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { fastTime } from '../support/fast-time.ts';
import { caller, workspaceOf } from '../support/people.ts';
import { bulkTenant } from '../sync/yard.ts';

/** A workspace has one budget of look-ups for all routes that use it. */

const me = caller(bulkTenant(1));
const { reference } = me.tenant;
const { limit } = policies.addresses;
let database: DynamoDbFake;
let sent: number;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  vi.stubEnv('GEOCODING_GEOCODE_QUEUE_URL', 'chunks');
  vi.stubEnv('GEOFENCES_DECIDE_BATCH_QUEUE_URL', 'decisions');
  vi.stubEnv('GEOFENCES_SYNC_QUEUE_URL', 'plans');
  database = new DynamoDbFake();
  database.set('main', { ...workspaceKeys.workspace(reference), ...workspaceOf(me.tenant) });
  sent = 0;
  takeMessages(() => {
    sent += 1;
  });
});
afterEach(() => {
  database.restore();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const used = () => Number(database.rows('access').find(({ pk }) => String(pk).includes('addresses'))?.n ?? 0);
const exceeded = { code: 'RATE_LIMIT_EXCEEDED', details: { policy: 'addresses', limit } };

const items = [{ address: 'A' }, { address: 'B' }, { address: 'C', lat: 1, lng: 2 }];
const named = [
  { externalId: 'a', name: 'A', address: 'A' },
  { externalId: 'b', name: 'B', address: 'B' },
  { externalId: 'c', name: 'C', latitude: 1, longitude: 2, radiusMeters: 100 },
];
const once = () => ({ objectId: newId(Date.now()) });
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  'a bulk creation': () => submitBatches.open().accept(me, BulkCreateRequest.parse({ items }), once()),
  'a preview': () => previewBatches.open().preview(me, PreviewRequest.parse({ items })),
  'a sync plan': () => planSync.open().plan(me, SyncPlanRequest.parse({ items: named }), once(), 0),
};

test('can be used up to the last address, and not further; refused requests do not count', async () => {
  await countLookUps(reference, limit - 3);
  await expect(countLookUps(reference, 4)).rejects.toMatchObject(exceeded);
  await countLookUps(reference, 0);
  await countLookUps(reference, 3);
  await expect(countLookUps(reference, 1)).rejects.toMatchObject(exceeded);
  expect(used()).toBe(limit);
  await countLookUps(bulkTenant(2).reference, 1);
});

test('is used exactly by many at once', async () => {
  await countLookUps(reference, limit - 70);
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => countLookUps(reference, 7)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect(used()).toBe(limit);
});

describe.each(Object.entries(ways))('%s', (name, ask) => {
  test('counts its addresses, and not the places that are given', async () => {
    vi.useRealTimers();
    // A preview waits for workers, and there are none here.
    const end = name === 'a preview' ? fastTime() : () => undefined;
    await ask().finally(end);
    expect(used()).toBe(2);
    expect(sent).toBe(1);
  });

  test('is refused above the budget, and leaves nothing to do', async () => {
    await countLookUps(reference, limit - 1);
    await expect(ask()).rejects.toMatchObject(exceeded);
    expect([used(), sent]).toEqual([limit - 1, 0]);
    const kinds = database.rows('main').map(({ sk }) => sk);
    expect(kinds.filter((sk) => ['batch', 'run', 'plan', 'turns'].includes(String(sk)))).toEqual([]);
  });
});
