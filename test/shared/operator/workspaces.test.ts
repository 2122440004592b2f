import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeyRow } from '../../../shared/auth/key-record.ts';
import { assignFeatures, assignPlan, listWorkspaces } from '../../../shared/operator/workspaces.ts';
import { apiKeyKeys } from '../../../shared/table/keys/api-keys.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { plans } from '../../../shared/tenancy/plans.ts';
import { tenantOf, type WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { writeWorkspace } from '../../../shared/workspaces/writer.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { eventsOf } from '../../support/orders.ts';
import { person } from '../support/people.ts';
import { keyOf, workspaceWith } from '../support/platform.ts';

let database: DynamoDbFake;
let workspace: WorkspaceRow;

beforeEach(async () => {
  database = new DynamoDbFake();
  workspace = await workspaceWith({ plan: 'business' });
});
afterEach(() => database.restore());

const stored = () => {
  const { pk, sk } = workspaceKeys.workspace(workspace.reference);
  return database.row('main', pk, sk) as unknown as WorkspaceRow;
};
const rates = () =>
  (database.rows('access') as unknown as (KeyRow & { pk: string })[])
    .filter(({ pk }) => pk === apiKeyKeys.apiKeys(workspace.reference))
    .map(({ rateLimit }) => rateLimit)
    .sort((a, b) => a - b);
const events = (action: string) =>
  eventsOf(database.rows('main'))
    .filter((row) => row.action === action)
    .map((row) => ({ actor: row.actor, changes: JSON.parse(String(row.changes)) }));
const settings = (given: object) =>
  writeWorkspace.open().update({ ...person('owner', tenantOf(stored())), workspace: stored() }, given, undefined);

describe('a plan', () => {
  test('is assigned in one write with its audit entry, and the keys follow', async () => {
    await keyOf(workspace);
    await keyOf(workspace, { rateLimit: 50 });
    expect(rates()).toEqual([50, 5000]);
    const after = await assignPlan(workspace, 'pro');
    expect(after).toMatchObject({ plan: 'pro', version: 2 });
    expect(rates()).toEqual([50, 1000]);
    expect(events('workspace.plan_change')).toEqual([
      { actor: 'system', changes: { plan: ['business', 'pro'], rate_limit_per_hour: [5000, 1000] } },
    ]);
  });

  test('limits the retention that was set, and keeps what the plan allows', async () => {
    await settings({ location_retention_days: 60 });
    expect(await assignPlan(workspace, 'pro')).toMatchObject({ locationRetentionDays: 60 });
    expect(await assignPlan(workspace, 'free')).toMatchObject({ locationRetentionDays: 30 });
    expect(events('workspace.plan_change').map(({ changes }) => changes)).toContainEqual(
      expect.objectContaining({ location_retention_days: [60, 30] }),
    );
    expect((await assignPlan(workspace, 'business')).locationRetentionDays).toBe(30);
  });

  test('of an enterprise has a rate that was agreed, kept until it ends', async () => {
    await keyOf(workspace);
    await assignPlan(workspace, 'enterprise', 20_000);
    expect([stored().enterpriseRateLimit, rates()]).toEqual([20_000, [20_000]]);
    await assignPlan(workspace, 'enterprise');
    expect(stored()).toMatchObject({ enterpriseRateLimit: 20_000, version: 2 });
    await assignPlan(workspace, 'enterprise', 30_000);
    expect([stored().version, rates()]).toEqual([3, [30_000]]);
    await assignPlan(workspace, 'business');
    expect([stored().enterpriseRateLimit, rates()]).toEqual([undefined, [5000]]);
    await assignPlan(workspace, 'enterprise');
    expect(rates()).toEqual([plans.enterprise.limits.rate_limit_per_hour]);
  });

  test('is not written again if it is unchanged, but keys that an earlier run left behind are corrected', async () => {
    await keyOf(workspace);
    let broken = true;
    database.before = ({ operation, input }) => {
      if (broken && operation === 'QueryCommand' && input.TableName === 'access') throw fault('TimeoutError');
    };
    await expect(assignPlan(workspace, 'pro')).rejects.toThrow('TimeoutError');
    expect([stored().plan, rates()]).toEqual(['pro', [5000]]);
    broken = false;
    await assignPlan(workspace, 'pro');
    expect([stored().version, rates()]).toEqual([2, [1000]]);
    expect(events('workspace.plan_change')).toHaveLength(1);
  });

  test('and settings that change at once are both kept, within the plan', async () => {
    for (const days of [10, 300]) {
      const [, set] = await Promise.allSettled([
        assignPlan(workspace, days === 10 ? 'pro' : 'free'),
        settings({ location_retention_days: days, name: `After ${days}` }),
      ]);
      const { plan, name, locationRetentionDays = 0 } = stored();
      expect(locationRetentionDays).toBeLessThanOrEqual(plans[plan].limits.location_retention_days);
      if (set?.status === 'fulfilled') expect(name).toBe(`After ${days}`);
      else expect(set?.reason).toMatchObject({ code: 'VALIDATION_ERROR' });
    }
  });
});

describe('features', () => {
  test('are set for a workspace beside its plan, or follow the plan again', async () => {
    const free = await assignPlan(workspace, 'free');
    expect(tenantOf(free).features).toEqual([]);
    expect(tenantOf(await assignFeatures(workspace, ['BULK_IMPORT'])).features).toEqual(['BULK_IMPORT']);
    expect(tenantOf(await assignPlan(workspace, 'pro')).features).toEqual(['BULK_IMPORT']);
    expect(tenantOf(await assignFeatures(workspace, [])).features).toEqual([]);
    expect(tenantOf(await assignFeatures(workspace, undefined)).features).toEqual(['BULK_IMPORT']);
    expect(stored().features).toBeUndefined();
    // Events of one millisecond are in no order.
    const changes = events('workspace.features_change').map(({ changes }) => JSON.stringify(changes.features));
    expect(changes.sort()).toEqual(['[["BULK_IMPORT"],[]]', '[[],null]', '[null,["BULK_IMPORT"]]']);
  });

  test('that hold already are not written again', async () => {
    await assignFeatures(workspace, undefined);
    await assignFeatures(workspace, ['BULK_IMPORT']);
    await assignFeatures(workspace, ['BULK_IMPORT']);
    expect(stored().version).toBe(2);
  });
});

test('the list of workspaces has each once, by slug, across pages', async () => {
  database.pageRows = 2;
  const made = [workspace, await workspaceWith({ slug: 'zebra' }), await workspaceWith({ slug: 'aardvark' })];
  const slugs = (await listWorkspaces()).map(({ slug }) => slug);
  expect(slugs).toEqual(made.map(({ slug }) => slug).sort());
});
