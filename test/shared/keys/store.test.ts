import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keyIdOf, parseApiKey } from '../../../shared/auth/api-key.ts';
import type { Caller } from '../../../shared/auth/caller.ts';
import { type KeyRow, keyStatus } from '../../../shared/auth/key-record.ts';
import { readIfMatch } from '../../../shared/http/conditional.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { changeKeys } from '../../../shared/keys/change.ts';
import { createKeys } from '../../../shared/keys/create.ts';
import { getKeys } from '../../../shared/keys/find.ts';
import { listKeys } from '../../../shared/keys/list.ts';
import { revokeKeys } from '../../../shared/keys/revoke.ts';
import { rotateKeys } from '../../../shared/keys/rotate.ts';
import type { KeyFields } from '../../../shared/keys/wire.ts';
import { createKey, revokeKey } from '../../../shared/operator/keys.ts';
import { apiKeyKeys } from '../../../shared/table/keys/api-keys.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { Table } from '../../../shared/table/table.ts';
import { tenantOf, type WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { type Call, DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { catchOutput, workspaceWith } from '../support/platform.ts';
import { events, keyRows, personOf, quotaUsed } from './people.ts';

const stores = {
  ...createKeys.open(),
  ...changeKeys.open(),
  ...revokeKeys.open(),
  ...rotateKeys.open(),
  ...getKeys.open(),
};
const hour = 3_600_000;
let database: DynamoDbFake;
let workspace: WorkspaceRow;
let admin: Caller;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  database = new DynamoDbFake();
  workspace = await workspaceWith({ plan: 'free' });
  admin = personOf(workspace);
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const create = (given: KeyFields = {}) =>
  stores.create(admin, { scopes: ['geofences:read'], ...given, name: 'K' }, unrecorded);
const change = (id: string, given: KeyFields, ifMatch?: string) =>
  stores.change(admin, id, given, readIfMatch(ifMatch));
const revoke = (id: string, ifMatch?: string) => stores.revoke(admin, id, readIfMatch(ifMatch));
const rotate = (id: string, graceHours = 24) => stores.rotate(admin, id, graceHours, unrecorded);
const stored = (id: string): KeyRow => keyRows(database).find((row) => row.id === id)!;
const codes = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code));
const attempt = (act: Promise<unknown>) => Promise.allSettled([act]).then(([one]) => codes([one!])[0]);

describe('a new key', () => {
  test('is found by its credential and by its id, and its row holds no secret', async () => {
    const { key, row } = await create({ description: 'd' });
    const parsed = parseApiKey(key)!;
    expect(parsed.keyId).toBe(keyIdOf(workspace.reference, row.id));
    expect(stored(row.id)).toMatchObject({ keyId: parsed.keyId, secretHash: parsed.secretHash, rateLimit: 100 });
    expect(JSON.stringify(database.rows('access'))).not.toContain(key.slice(-38, -6));
    database.calls.length = 0;
    expect(await stores.get(admin.tenant, row.id)).toMatchObject({ id: row.id, description: 'd', version: 1 });
    expect(database.calls.map(({ operation }) => operation)).toEqual(['GetCommand']);
  });

  test('carries the brand and the environment of the workspace', async () => {
    const other = personOf({ ...workspace, apiKeyBrand: 'qb', environment: 'test' });
    const { key, row } = await stores.create(other, { name: 'K' }, unrecorded);
    expect(key).toMatch(/^qb_test_/);
    expect(row).toMatchObject({ environment: 'test', prefix: key.slice(0, key.lastIndexOf('_')) });
  });

  test('has a rate in force: its own, or its tier’s', async () => {
    expect((await create()).row.rateLimit).toBe(100);
    expect((await create({ rate_limit_per_hour: 7 })).row).toMatchObject({ rateLimit: 7, ownRateLimit: 7 });
  });

  test('is recorded in the audit log, without its secret or its hash', async () => {
    const { key, row } = await create({ allowed_cidrs: ['203.0.113.0/24'], expires_at: Date.now() + hour });
    expect(events(database)).toMatchObject([
      {
        action: 'api_key.create',
        resourceType: 'api_key',
        resourceId: row.id,
        actor: admin.principal,
        changes: {
          name: [null, 'K'],
          scopes: [null, ['geofences:read']],
          allowed_cidrs: [null, ['203.0.113.0/24']],
          expires_at: [null, '2026-03-22T11:00:00Z'],
        },
      },
    ]);
    const stored = JSON.stringify(database.rows('main'));
    for (const secret of [key, key.slice(-38), row.secretHash]) expect(stored).not.toContain(secret);
  });

  test('counts toward the quota; what is refused does not', async () => {
    await create();
    await expect(create({ expires_at: Date.now() })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await expect(create({ scopes: ['users:write'] })).rejects.toMatchObject({ code: 'SCOPE_NOT_GRANTABLE' });
    expect(quotaUsed(database)).toBe(1);
    await create();
    await create();
    await expect(create()).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { resource: 'api_keys', limit: 3, used: 3 },
    });
    expect(keyRows(database)).toHaveLength(3);
  });

  test('of the operator counts too, and is never refused for the limit', async () => {
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push((await createKey(workspace, { name: 'K', scopes: [] })).id);
    expect(quotaUsed(database)).toBe(5);
    await expect(create()).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED', details: { limit: 3, used: 5 } });
    for (const id of ids.slice(0, 3)) expect(await revokeKey(workspace, id)).toBe(true);
    expect(quotaUsed(database)).toBe(2);
    await create();
  });

  test('that certainly failed releases its reservation; one that may have succeeded keeps it', async () => {
    const failing = (error: Error) => {
      database.before = ({ operation }: Call) => {
        if (operation === 'TransactWriteCommand') throw error;
      };
    };
    failing(fault('ThrottlingException'));
    await expect(create()).rejects.toThrow('ThrottlingException');
    expect(quotaUsed(database)).toBe(0);
    failing(fault('TimeoutError'));
    await expect(create()).rejects.toThrow('TimeoutError');
    expect(quotaUsed(database)).toBe(1);
  });
});

describe('a change', () => {
  test('has the next version, and is recorded with before and after', async () => {
    const { row } = await create();
    const changed = await change(row.id, { name: 'New', allowed_cidrs: ['10.0.0.0/8'], rate_limit_per_hour: 5 });
    expect(changed).toMatchObject({ name: 'New', cidrs: ['10.0.0.0/8'], ownRateLimit: 5, rateLimit: 5, version: 2 });
    expect(stored(row.id)).toMatchObject({ name: 'New', ownRateLimit: 5, rateLimit: 5, version: 2 });
    const update = events(database).find(({ action }) => action === 'api_key.update');
    expect(update).toMatchObject({
      changes: { name: ['K', 'New'], allowed_cidrs: [[], ['10.0.0.0/8']], rate_limit_per_hour: [null, 5] },
    });
  });

  test('that changes nothing has no new version and no audit entry', async () => {
    const { row } = await create();
    expect(await change(row.id, { name: 'K', scopes: ['geofences:read'], expires_at: null })).toMatchObject({
      version: 1,
    });
    expect(events(database)).toHaveLength(1);
  });

  test('removes what it clears', async () => {
    const { row } = await create({ rate_limit_per_hour: 5, expires_at: Date.now() + hour });
    await change(row.id, { rate_limit_per_hour: null, expires_at: null });
    expect(stored(row.id)).toMatchObject({ rateLimit: 100, version: 2 });
    expect(stored(row.id)).not.toHaveProperty('ownRateLimit');
    expect(stored(row.id)).not.toHaveProperty('expiresAt');
  });

  test('keeps what each use of the key writes meanwhile', async () => {
    const { row } = await create();
    const at = apiKeyKeys.apiKey(workspace.reference, row.keyId);
    let used = false;
    database.before = async ({ operation }) => {
      if (operation !== 'TransactWriteCommand' || used) return;
      used = true;
      const count = { expression: 'SET n1 = :n, lastUsedAt = :now', values: { ':n': 9, ':now': 77 } };
      await new Table('access').update(at, count);
    };
    await change(row.id, { name: 'New' });
    expect(stored(row.id)).toMatchObject({ name: 'New', n1: 9, lastUsedAt: 77 });
  });

  test('holds If-Match against the version', async () => {
    const { row } = await create();
    await change(row.id, { name: 'A' }, '"v1"');
    await expect(change(row.id, { name: 'B' }, '"v1"')).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      details: { current_version: 2 },
    });
    await expect(revoke(row.id, '"v1"')).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  });

  test('of many at once keeps all changes, and without If-Match none is refused', async () => {
    const { row } = await create();
    const fields: KeyFields[] = [{ name: 'A' }, { description: 'B' }, { rate_limit_per_hour: 9 }, { scopes: [] }];
    await Promise.all(fields.map((given) => change(row.id, given)));
    expect(stored(row.id)).toMatchObject({ name: 'A', description: 'B', rateLimit: 9, scopes: [], version: 5 });
  });

  test.each(['unknown', '', 'ü', '0d0c4c1e-8a52-7d40-9a51-3f2d6c0e8b11'])('of %j is of no key', async (id) => {
    await expect(change(id, { name: 'A' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { resource: 'api_key' },
    });
  });
});

describe('a revoked key', () => {
  test('releases once, however often it is revoked', async () => {
    const { row } = await create();
    expect(codes(await Promise.allSettled([revoke(row.id), revoke(row.id), revoke(row.id)]))).toEqual([
      'done',
      'done',
      'done',
    ]);
    await revoke(row.id);
    expect(stored(row.id)).toMatchObject({ revokedAt: Date.now(), version: 2 });
    expect(quotaUsed(database)).toBe(0);
    expect(events(database).map(({ action }) => action)).toEqual(['api_key.create', 'api_key.revoke']);
  });

  test('is revoked all the same where its quota cannot be released', async () => {
    catchOutput();
    const { row } = await create();
    database.before = ({ operation }) => {
      if (operation === 'UpdateCommand') throw fault('ThrottlingException');
    };
    await revoke(row.id);
    expect(stored(row.id).revokedAt).toBeDefined();
    expect(quotaUsed(database)).toBe(1); // found when the limit is reached
  });

  test('releases nothing where its end was not announced', async () => {
    catchOutput();
    const { row } = await create();
    let updates = 0;
    database.before = ({ operation }) => {
      if (operation === 'UpdateCommand' && ++updates === 1) throw fault('ThrottlingException');
    };
    await revoke(row.id);
    expect(quotaUsed(database)).toBe(1);
  });

  test('that had expired gives none back', async () => {
    const { row } = await create({ expires_at: Date.now() + hour });
    vi.setSystemTime(Date.now() + hour);
    await revoke(row.id);
    expect(quotaUsed(database)).toBe(1); // found when the limit is reached
  });

  test('stays in lists, as what it is', async () => {
    const [a, b] = [await create(), await create({ expires_at: Date.now() + hour })];
    await revoke(a.row.id);
    vi.setSystemTime(Date.now() + hour);
    const c = await create();
    const page = { limit: 50, offset: 0, after: undefined, counted: true };
    const { rows } = await listKeys.open().list(admin.tenant, {}, page);
    expect(rows.map(({ item }) => [item.id, item.status])).toEqual([
      [c.row.id, 'active'],
      [b.row.id, 'expired'],
      [a.row.id, 'revoked'],
    ]);
  });

  test('is found by the operator by id, key id or prefix, and by nothing else', async () => {
    for (const name of ['id', 'keyId', 'prefix'] as const) {
      const { row } = await create();
      expect(await revokeKey(workspace, row[name])).toBe(true);
      expect(stored(row.id).revokedAt).toBeDefined();
    }
    const { row } = await create();
    for (const other of ['', '_', `xx_${row.keyId}`, `${row.prefix}x`, 'K']) {
      expect(await revokeKey(workspace, other), other).toBe(false);
    }
    expect(events(database).filter(({ actor }) => actor === 'system')).toHaveLength(3);
  });
});

describe('a rotation', () => {
  test('makes a key like the old one, which ends after the grace', async () => {
    const given = { description: 'd', allowed_cidrs: ['10.0.0.0/8'], rate_limit_per_hour: 5 };
    const { row: old } = await create(given);
    const { key, row, previousExpiresAt } = await rotate(old.id, 2);
    expect(previousExpiresAt).toBe(Date.now() + 2 * hour);
    expect(row).toMatchObject({ name: 'K', description: 'd', scopes: ['geofences:read'], cidrs: ['10.0.0.0/8'] });
    expect(row).toMatchObject({
      rateLimit: 5,
      ownRateLimit: 5,
      rotatedFrom: old.id,
      createdBy: admin.principal,
      version: 1,
    });
    expect(parseApiKey(key)?.secretHash).not.toBe(old.secretHash);
    expect(stored(old.id)).toMatchObject({ expiresAt: Date.now() + 2 * hour, replacedBy: row.id, version: 2 });
  });

  test('never puts an earlier end off, and without grace ends the old key now', async () => {
    const soon = (await create({ expires_at: Date.now() + hour })).row.id;
    vi.setSystemTime(Date.now() + hour / 2);
    const next = await rotate(soon, 720);
    const end = Date.now() + hour / 2;
    expect([next.row.expiresAt, next.previousExpiresAt, stored(soon).expiresAt]).toEqual([end, end, end]);
    const { row } = await create();
    await rotate(row.id, 0);
    expect((await stores.get(admin.tenant, row.id)).status).toBe('expired');
  });

  test('is recorded for both keys, in the transaction that created them', async () => {
    const { row: old } = await create();
    vi.setSystemTime(Date.now() + 1);
    database.calls.length = 0;
    const { row } = await rotate(old.id);
    expect(database.calls.filter(({ operation }) => operation === 'TransactWriteCommand')).toHaveLength(1);
    const recorded = events(database).slice(1);
    expect(recorded.map(({ action, resourceId }) => [action, resourceId]).sort()).toEqual([
      ['api_key.create', row.id],
      ['api_key.rotate', old.id],
    ]);
    expect(recorded.find(({ action }) => action === 'api_key.rotate')?.changes).toEqual({
      expires_at: [null, '2026-03-23T10:00:00.001Z'],
      replaced_by: [null, row.id],
    });
  });

  test('counts as one with the key that it replaces, and ending that one releases nothing', async () => {
    const made = [await create(), await create(), await create()];
    const { row } = await rotate(made[0]!.row.id);
    expect(quotaUsed(database)).toBe(3);
    await revoke(made[0]!.row.id);
    expect(quotaUsed(database)).toBe(3);
    await revoke(row.id);
    expect(quotaUsed(database)).toBe(2);
  });

  test('of a revoked or expired key is refused, with its state', async () => {
    const transition = (id: string) =>
      rotate(id).then(
        () => 'done',
        ({ code, details }) => [code, details],
      );
    const { row: revoked } = await create();
    await revoke(revoked.id);
    expect(await transition(revoked.id)).toEqual(['INVALID_TRANSITION', { from: 'revoked', to: 'rotated' }]);
    const { row: rotated } = await create();
    await rotate(rotated.id);
    expect(await transition(rotated.id)).toEqual(['INVALID_TRANSITION', { from: 'rotated', to: 'rotated' }]);
    const { row: expired } = await create({ expires_at: Date.now() + 1 });
    vi.setSystemTime(Date.now() + 1);
    expect(await transition(expired.id)).toEqual(['INVALID_TRANSITION', { from: 'expired', to: 'rotated' }]);
    expect(await attempt(rotate('unknown'))).toBe('NOT_FOUND');
  });

  test('leaves no more keys in their grace than the plan has keys, however often one is rotated', async () => {
    let { row } = await create();
    for (let i = 0; i < 3; i++) ({ row } = await rotate(row.id, 720));
    expect(await attempt(rotate(row.id, 720)), 'a fourth would work beside four others').toBe('INVALID_TRANSITION');
    ({ row } = await rotate(row.id, 0));
    expect(await attempt(rotate(row.id, 1))).toBe('INVALID_TRANSITION');
    expect(keyRows(database).filter((one) => keyStatus(one, Date.now()) === 'active')).toHaveLength(4);
    await revoke(row.rotatedFrom!);
    expect(await attempt(rotate(row.id, 1)), 'that one had ended').toBe('INVALID_TRANSITION');
    await revoke(
      keyRows(database).find(
        ({ replacedBy, revokedAt, expiresAt }) => replacedBy && !revokedAt && expiresAt! > Date.now(),
      )!.id,
    );
    expect(await attempt(rotate(row.id, 1))).toBe('done');
  });

  test('of one key at once happens once', async () => {
    const { row } = await create();
    const outcomes = codes(await Promise.allSettled([rotate(row.id), rotate(row.id), rotate(row.id)]));
    expect(outcomes.sort()).toEqual(['INVALID_TRANSITION', 'INVALID_TRANSITION', 'done']);
    expect(keyRows(database)).toHaveLength(2);
    expect(quotaUsed(database)).toBe(1);
  });

  test('beside a revocation: the old key ends, and the quota is right', async () => {
    for (let round = 0; round < 10; round++) {
      const { row } = await create();
      const acts = round % 2 ? [rotate(row.id), revoke(row.id)] : [revoke(row.id), rotate(row.id)];
      const rotated = codes(await Promise.allSettled(acts))[round % 2 ? 0 : 1];
      expect(stored(row.id).revokedAt).toBeDefined();
      const next = keyRows(database).find(({ rotatedFrom }) => rotatedFrom === row.id);
      expect(rotated).toBe(next ? 'done' : 'INVALID_TRANSITION');
      expect(quotaUsed(database)).toBe(next ? 1 : 0);
      if (next) await revoke(next.id);
      expect(quotaUsed(database)).toBe(0);
    }
  });

  test('that failed halfway has no effect', async () => {
    const { row } = await create();
    database.before = ({ operation }) => {
      if (operation === 'TransactWriteCommand') throw fault('ThrottlingException');
    };
    await expect(rotate(row.id)).rejects.toThrow('ThrottlingException');
    database.before = () => undefined;
    expect(keyRows(database)).toHaveLength(1);
    expect(stored(row.id)).not.toHaveProperty('expiresAt');
    await rotate(row.id);
  });
});

test('a writer that knew the plan of before makes its key with the rate of the new one', async () => {
  const key = workspaceKeys.workspace(workspace.reference);
  const toPlan = (plan: string) =>
    new Table('main').update(key, {
      expression: 'SET #plan = :plan',
      names: { '#plan': 'plan' },
      values: { ':plan': plan },
    });
  admin = { ...admin, workspace: { ...workspace, plan: 'pro' } };
  await toPlan('business');
  const { row } = await create();
  expect(stored(row.id).rateLimit).toBe(5000);
  expect(await change(row.id, { rate_limit_per_hour: 900 })).toMatchObject({ ownRateLimit: 900, rateLimit: 900 });
  expect(await change(row.id, { rate_limit_per_hour: null })).toMatchObject({ rateLimit: 5000 });
  await toPlan('free');
  await expect(change(row.id, { rate_limit_per_hour: 500 })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  expect((await rotate(row.id)).row.rateLimit).toBe(100);
});

test('a writer that loses every race reports it', async () => {
  catchOutput();
  const { row } = await create();
  database.before = ({ operation }) => {
    if (operation === 'TransactWriteCommand') throw fault('TransactionConflictException');
  };
  expect(await attempt(change(row.id, { name: 'New' }))).toBe('SERVICE_UNAVAILABLE');
});

test('keys of another workspace do not exist', async () => {
  const { row } = await create();
  const other = personOf(await workspaceWith());
  expect(await attempt(stores.get(other.tenant, row.id))).toBe('NOT_FOUND');
  expect(await attempt(stores.revoke(other, row.id, undefined))).toBe('NOT_FOUND');
  expect(await attempt(stores.rotate(other, row.id, 1, unrecorded))).toBe('NOT_FOUND');
  expect(await attempt(stores.change(other, row.id, { name: 'X' }, undefined))).toBe('NOT_FOUND');
  expect(stored(row.id)).toMatchObject({ name: 'K', version: 1 });
  expect(tenantOf(workspace).reference).not.toBe(other.tenant.reference);
});
