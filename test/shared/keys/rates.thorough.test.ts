import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { changeKeys } from '../../../shared/keys/change.ts';
import { createKeys } from '../../../shared/keys/create.ts';
import { rewriteRateLimits } from '../../../shared/keys/rates.ts';
import { rotateKeys } from '../../../shared/keys/rotate.ts';
import { rateInForce } from '../../../shared/keys/tier.ts';
import { createKey } from '../../../shared/operator/keys.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { Table } from '../../../shared/table/table.ts';
import type { Plan } from '../../../shared/tenancy/tenant.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { runs } from '../../support/thorough.ts';
import { workspaceWith } from '../support/platform.ts';
import { keyRows, personOf } from './people.ts';

/** Each key carries a copy of the tier's rate limit, which follows the tier even while other writers change keys. */

const stores = { ...createKeys.open(), ...changeKeys.open(), ...rotateKeys.open() };
let database: DynamoDbFake;
let workspace: WorkspaceRow;

const begin = async () => {
  database?.restore();
  database = new DynamoDbFake();
  workspace = await workspaceWith({ plan: 'pro' });
};
beforeEach(begin);
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
});

const key = () => workspaceKeys.workspace(workspace.reference);
const present = async () => (await new Table('main').get<WorkspaceRow>(key()))!;

/** The effect of the operator's command. */
async function toPlan(plan: Plan, enterpriseRateLimit = 42): Promise<number> {
  const changed = await new Table('main').update<WorkspaceRow>(key(), {
    expression: 'SET #plan = :plan, enterpriseRateLimit = :rate',
    names: { '#plan': 'plan' },
    values: { ':plan': plan, ':rate': enterpriseRateLimit },
  });
  return await rewriteRateLimits(changed);
}

test('every key of the workspace gets the rate of its new tier, and its own stays its own', async () => {
  for (let i = 0; i < 120; i++)
    await createKey(workspace, { name: 'K', scopes: [], ...(i % 2 ? { rateLimit: 200 } : {}) });
  const versions = keyRows(database).map(({ version }) => version);
  expect(await toPlan('free')).toBe(120);
  expect(new Set(keyRows(database).map(({ rateLimit }) => rateLimit))).toEqual(new Set([100]));
  expect(await toPlan('business')).toBe(120);
  expect(new Set(keyRows(database).map(({ rateLimit }) => rateLimit))).toEqual(new Set([200, 5000]));
  expect(keyRows(database).map(({ version }) => version)).toEqual(versions);
  expect(await rewriteRateLimits(await present())).toBe(0);
});

test('of an enterprise follow its own rate', async () => {
  await createKey(workspace, { name: 'K', scopes: [], rateLimit: 50 });
  await createKey(workspace, { name: 'K', scopes: [] });
  await toPlan('enterprise', 70);
  expect(
    keyRows(database)
      .map(({ rateLimit }) => rateLimit)
      .sort(),
  ).toEqual([50, 70]);
});

test('a limit of its own holds, though the rate was rewritten between the look at the key and the change', async () => {
  const { id } = await createKey(workspace, { name: 'K', scopes: [] });
  const changed = await new Table('main').update<WorkspaceRow>(key(), {
    expression: 'SET #plan = :plan',
    names: { '#plan': 'plan' },
    values: { ':plan': 'business' },
  });
  database.before = async ({ operation }) => {
    if (operation !== 'TransactWriteCommand') return;
    database.before = () => undefined;
    expect(await rewriteRateLimits(changed)).toBe(1);
  };
  await stores.change(personOf(changed), id, { rate_limit_per_hour: 1000 }, undefined);
  expect(keyRows(database)).toMatchObject([{ rateLimit: 1000, ownRateLimit: 1000 }]);
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('plan' as const),
    plan: fc.constantFrom<Plan>('free', 'pro', 'business', 'enterprise'),
  }),
  fc.record({ kind: fc.constant('own' as const), which: fc.nat(5), own: fc.constantFrom(null, 40, 100, 1000) }),
  fc.record({ kind: fc.constantFrom('create' as const, 'rotate' as const), which: fc.nat(5) }),
);

test('are right after any race of changes of plan, of keys and of their own limits', async () => {
  const round = fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 7 }),
    pauses: fc.array(fc.nat({ max: 4 }), { maxLength: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4 }), async (rounds) => {
      await begin();
      database.pageRows = 1;
      for (let i = 0; i < 3; i++) await createKey(workspace, { name: 'K', scopes: [] });
      for (const { steps, pauses } of rounds) {
        const script = [...pauses];
        const admin: Caller = personOf(await present());
        database.before = async () => {
          for (let i = script.shift() ?? 0; i > 0; i--) await new Promise((resolve) => setImmediate(resolve));
        };
        await Promise.allSettled(
          steps.map(async (one) => {
            if (one.kind === 'plan') return await toPlan(one.plan);
            const rows = keyRows(database);
            const { id } = rows[one.which % rows.length]!;
            if (one.kind === 'own') return await stores.change(admin, id, { rate_limit_per_hour: one.own }, undefined);
            if (one.kind === 'rotate') return await stores.rotate(admin, id, 24, unrecorded);
            return await stores.create(admin, { name: 'K' }, unrecorded);
          }),
        );
        const now = await present();
        for (const row of keyRows(database)) expect(row.rateLimit).toBe(rateInForce(now, row.ownRateLimit));
      }
    }),
    { numRuns: runs(60) },
  );
});
