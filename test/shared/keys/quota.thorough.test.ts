import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { keyStatus } from '../../../shared/auth/key-record.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { changeKeys } from '../../../shared/keys/change.ts';
import { createKeys } from '../../../shared/keys/create.ts';
import { revokeKeys } from '../../../shared/keys/revoke.ts';
import { rotateKeys } from '../../../shared/keys/rotate.ts';
import { createKey } from '../../../shared/operator/keys.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { runs } from '../../support/thorough.ts';
import { catchOutput, workspaceWith } from '../support/platform.ts';
import { keyRows, personOf, quotaUsed } from './people.ts';

/**
 * The quota of keys under racing creates, revocations, rotations and changes, with keys that expire and writers that
 * crash at any of their calls: there are never more keys than the plan allows, and all free quota can be used.
 */

const stores = { ...createKeys.open(), ...changeKeys.open(), ...revokeKeys.open(), ...rotateKeys.open() };
const limit = 3; // of the plan `free`
const minute = 60_000;
const hour = 60 * minute;

let database: DynamoDbFake;
let workspace: WorkspaceRow;
let admin: Caller;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  catchOutput();
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const step = fc.record({
  kind: fc.constantFrom('create', 'create', 'create', 'revoke', 'rotate', 'extend', 'shorten'),
  /** Which of the existing keys. */
  which: fc.nat({ max: 9 }),
  lifeMinutes: fc.constantFrom(undefined, undefined, 1, 90),
  graceHours: fc.constantFrom(0, 1),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const round = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  /** For each call of the database in turn: how often it lets others run first, and whether it fails. */
  calls: fc.array(
    fc.record({
      pauses: fc.nat({ max: 3 }),
      fails: fc.constantFrom('no', 'no', 'no', 'no', 'no', 'no', 'before', 'after'),
    }),
    { maxLength: 30 },
  ),
  minutesLater: fc.constantFrom(0, 0, 1.01, 30, 100),
});

const holding = () => keyRows(database).filter((row) => keyStatus(row, Date.now()) === 'active' && !row.replacedBy);

async function act({ kind, which, lifeMinutes, graceHours }: Step): Promise<unknown> {
  const now = Date.now();
  const expires_at = lifeMinutes === undefined ? null : now + lifeMinutes * minute;
  if (kind === 'create') return await stores.create(admin, { name: 'K', expires_at }, unrecorded);
  const rows = keyRows(database);
  const id = rows[which % Math.max(1, rows.length)]?.id ?? 'none';
  if (kind === 'revoke') return await stores.revoke(admin, id, undefined);
  if (kind === 'rotate') return await stores.rotate(admin, id, graceHours, unrecorded);
  return await stores.change(admin, id, { expires_at: kind === 'extend' ? null : now + minute }, undefined);
}

const expected = ['QUOTA_EXCEEDED', 'NOT_FOUND', 'INVALID_TRANSITION', 'VALIDATION_ERROR', 'TimeoutError'];

test('is exact after any history', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async (rounds) => {
      database.restore();
      database = new DynamoDbFake();
      // A count reads the rows one by one, and the items of a transaction become visible one by one.
      database.pageRows = 1;
      database.between = () => new Promise((resolve) => setImmediate(resolve));
      workspace = await workspaceWith({ plan: 'free' });
      admin = personOf(workspace);
      for (const { steps, calls, minutesLater } of rounds) {
        const script = [...calls];
        database.before = async (call) => {
          const next = script.shift();
          for (let i = 0; i < (next?.pauses ?? 0); i++) await new Promise((resolve) => setImmediate(resolve));
          if (next?.fails === 'before') throw fault('TimeoutError');
          if (next?.fails === 'after') lost.add(call);
        };
        const lost = new Set<unknown>();
        database.after = (call) => {
          if (lost.has(call)) throw fault('TimeoutError');
        };
        for (const one of await Promise.allSettled(steps.map(act))) {
          if (one.status === 'rejected') expect(expected).toContain(one.reason.code ?? one.reason.name);
        }
        expect(holding().length).toBeLessThanOrEqual(limit);
        expect(quotaUsed(database)).toBeGreaterThanOrEqual(holding().length);
        vi.setSystemTime(Date.now() + minutesLater * minute);
      }
      database.before = () => undefined;
      database.after = () => undefined;
      // When nobody is working any more, all free quota can be used, and no more than that.
      vi.setSystemTime(Date.now() + 2 * minute);
      while (holding().length < limit) {
        await stores.create(admin, { name: 'K' }, unrecorded);
        vi.setSystemTime(Date.now() + 2 * minute);
      }
      const one = stores.create(admin, { name: 'K' }, unrecorded);
      await expect(one).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED', details: { limit, used: limit } });
      expect(quotaUsed(database)).toBe(limit);
    }),
    { numRuns: runs(80) },
  );
});

test('are right without a recount if nothing crashes and nothing expires', async () => {
  const calm = fc.array(
    fc.array(
      step.map((one) => ({ ...one, lifeMinutes: undefined })).filter(({ kind }) => kind !== 'shorten'),
      { minLength: 1, maxLength: 8 },
    ),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(calm, async (rounds) => {
      database.restore();
      database = new DynamoDbFake();
      workspace = await workspaceWith({ plan: 'free' });
      admin = personOf(workspace);
      for (const steps of rounds) {
        await Promise.allSettled(steps.map(act));
        expect(quotaUsed(database)).toBe(holding().length);
        expect(holding().length).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: runs(100) },
  );
});

test('of the operator count, and are found free when they end', async () => {
  workspace = await workspaceWith({ plan: 'free' });
  admin = personOf(workspace);
  for (let i = 0; i < 4; i++) await createKey(workspace, { name: 'K', scopes: [], expiresAt: Date.now() + hour });
  await expect(stores.create(admin, { name: 'K' }, unrecorded)).rejects.toMatchObject({ details: { limit, used: 4 } });
  vi.setSystemTime(Date.now() + 2 * hour);
  for (let i = 0; i < limit; i++) await stores.create(admin, { name: 'K' }, unrecorded);
  await expect(stores.create(admin, { name: 'K' }, unrecorded)).rejects.toMatchObject({ details: { used: limit } });
});

test('are not recounted while one key replaces another', async () => {
  for (let round = 0; round < 16; round++) {
    database.restore();
    database = new DynamoDbFake();
    workspace = await workspaceWith({ plan: 'free' });
    admin = personOf(workspace);
    for (let i = 0; i < limit; i++) await stores.create(admin, { name: 'K' }, unrecorded);
    vi.setSystemTime(Date.now() + 2 * minute);
    database.pageRows = 1;
    const last = keyRows(database).toSorted((a, b) => (a.keyId < b.keyId ? 1 : -1))[0]!;
    let pages = 0;
    database.after = async ({ operation }) => {
      // The count has read two of the keys: it reads neither the old one, which then expires, nor the new one behind
      // it.
      if (operation === 'QueryCommand' && ++pages === 2) await stores.rotate(admin, last.id, 0, unrecorded);
    };
    await stores.create(admin, { name: 'K' }, unrecorded).catch(() => undefined);
    expect(pages).toBeGreaterThan(2);
    expect(holding()).toHaveLength(limit);
  }
});

test('of a key at its end are kept for a writer that met it alive', async () => {
  workspace = await workspaceWith({ plan: 'free' });
  admin = personOf(workspace);
  const end = Date.now() + hour;
  const { row } = await stores.create(admin, { name: 'K', expires_at: end }, unrecorded);
  for (let i = 1; i < limit; i++) await stores.create(admin, { name: 'K' }, unrecorded);
  vi.setSystemTime(end - 1);
  database.before = async ({ operation }) => {
    if (operation !== 'TransactWriteCommand') return;
    database.before = () => undefined;
    vi.setSystemTime(end + 29_000); // the longest time of a function
    await stores.create(admin, { name: 'K' }, unrecorded).catch(() => undefined);
  };
  await stores.change(admin, row.id, { expires_at: null }, undefined);
  expect(holding()).toHaveLength(limit);
});
