import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { changeKeys } from '../../../shared/keys/change.ts';
import { createKeys } from '../../../shared/keys/create.ts';
import { revokeKeys } from '../../../shared/keys/revoke.ts';
import { rotateKeys } from '../../../shared/keys/rotate.ts';
import type { KeyFields } from '../../../shared/keys/wire.ts';
import { NotifyMessage } from '../../../shared/messages/notify.ts';
import { createKey } from '../../../shared/operator/keys.ts';
import { dueSweeper } from '../../../shared/relay/due-sweeper.ts';
import { dueKeys } from '../../../shared/table/keys/due.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { deliver, inboxOf, settle } from '../notifications/mailroom.ts';
import { catchMessages, type Sent } from '../relay/queue.ts';
import { catchOutput, workspaceWith } from '../support/platform.ts';
import { personOf } from './people.ts';

const stores = { ...createKeys.open(), ...changeKeys.open(), ...revokeKeys.open(), ...rotateKeys.open() };
const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-03-01T10:00:00Z');
let database: DynamoDbFake;
let sent: Sent;
let workspace: WorkspaceRow;
let admin: Caller;

beforeEach(async () => {
  vi.useFakeTimers({ now: start, toFake: ['Date'] });
  catchOutput();
  database = new DynamoDbFake();
  sent = catchMessages();
  workspace = await workspaceWith();
  admin = personOf(workspace);
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const create = async (given: KeyFields = {}) =>
  (await stores.create(admin, { ...given, name: 'CRM sync' }, unrecorded)).row;
const change = (id: string, given: KeyFields) => stores.change(admin, id, given, undefined);

/** When notices of a key are due, in days after the start. */
function dueDays(id: string): number[] {
  const { pk, sk } = dueKeys.due(workspace.reference, `api-key#${id}`);
  const row = database.row('main', pk, sk);
  return row ? (JSON.parse(String(row.steps)) as { at: number }[]).map(({ at }) => (at - start) / day) : [];
}

/** Lets days pass, with a sweep every six hours; returns the days on which a notification was sent. */
async function livesThrough(days: number): Promise<number[]> {
  const notified: number[] = [];
  for (let i = 0; i < days * 4; i++) {
    vi.setSystemTime(Date.now() + 6 * hour);
    const before = sent.messages.length;
    await dueSweeper.open().sweep();
    for (let more = before; more < sent.messages.length; more++) notified.push((Date.now() - start) / day);
  }
  return notified;
}

describe('notices of a key', () => {
  test('come 14, 7 and 1 days before its end, and never again', async () => {
    await create({ expires_at: start + 30 * day });
    expect(await livesThrough(40)).toEqual([16, 23, 29]);
    expect(database.rows('main').filter(({ due }) => due)).toEqual([]);
  });

  test('name the key, its end and where to extend it', async () => {
    const { id, prefix } = await create({ expires_at: start + 8 * day });
    await livesThrough(2);
    expect(sent.messages).toHaveLength(1);
    expect(NotifyMessage.parse(sent.messages[0])).toMatchObject({
      tenant: workspace.reference,
      audience: 'admins',
      type: 'api_key.expiring',
      title: 'The API key "CRM sync" expires on 2026-03-09',
      body: `The key ${prefix} stops working on 2026-03-09 at 10:00 UTC. Extend it, or replace it with a new key before then.`,
      link: `/api/v1/account/api-keys/${id}`,
    });
  });

  test.each([
    ['90 days', 90 * day, [76, 83, 89]],
    ['14 days, which its maker knows', 14 * day, [7, 13]],
    ['14 days by a clock a minute ahead', 14 * day + 60_000, [7 + 1 / 1440, 13 + 1 / 1440]],
    ['8 days', 8 * day, [1, 7]],
    ['a day', day, []],
    ['a minute', 60_000, []],
  ])('that lives %s', async (_, life, days) => {
    const { id } = await create({ expires_at: start + life });
    expect(dueDays(id)).toEqual(days.map((one) => expect.closeTo(one, 6)));
  });

  test('without an expiry there are none; with the expiry that the workspace requires there are', async () => {
    expect(dueDays((await create()).id)).toEqual([]);
    const { row } = await stores.create(
      { ...admin, workspace: { ...workspace, keyMaxLifetimeDays: 20 } },
      { name: 'K' },
      unrecorded,
    );
    expect(dueDays(row.id)).toEqual([6, 13, 19]);
  });

  test('are also sent for keys of the operator', async () => {
    const { id } = await createKey(workspace, { name: 'K', scopes: [], expiresAt: start + 20 * day });
    expect(dueDays(id)).toEqual([6, 13, 19]);
  });
});

describe('a change', () => {
  test('of the expiry moves them, also those that were sent', async () => {
    const { id } = await create({ expires_at: start + 15 * day });
    expect(await livesThrough(10)).toEqual([1, 8]);
    await change(id, { expires_at: start + 30 * day });
    expect(dueDays(id)).toEqual([16, 23, 29]);
    await change(id, { expires_at: start + 12 * day });
    expect(dueDays(id)).toEqual([11]);
    await change(id, { expires_at: null });
    expect(dueDays(id)).toEqual([]);
    expect(await livesThrough(40)).toEqual([]);
  });

  test('of the name is used by the next notice, and none is sent twice', async () => {
    const { id } = await create({ expires_at: start + 15 * day });
    await livesThrough(2);
    await change(id, { name: 'ERP sync' });
    expect(dueDays(id)).toEqual([8, 14]);
    expect(await livesThrough(20)).toEqual([8, 14]);
    expect(sent.messages.map(({ title }) => title)).toEqual([
      'The API key "CRM sync" expires on 2026-03-16',
      'The API key "ERP sync" expires on 2026-03-16',
      'The API key "ERP sync" expires on 2026-03-16',
    ]);
  });

  test('of the name just when one is due loses none, and a redelivered one is one notification', async () => {
    settle(database, admin.tenant, 'ana', 'admin');
    const { id } = await create({ expires_at: start + 15 * day });
    vi.setSystemTime(start + day + 60_000);
    await change(id, { name: 'A' }); // due, and not yet swept
    await dueSweeper.open().sweep();
    await change(id, { name: 'B' }); // swept just now
    await dueSweeper.open().sweep();
    expect(sent.messages.map(({ title }) => String(title).slice(12, 15))).toEqual(['"A"', '"B"']);
    expect(await deliver(...sent.messages, ...sent.messages)).toBe(0);
    expect(inboxOf(database, admin.tenant, 'ana')).toMatchObject([{ createdAt: start + day }]);
  });

  test('of anything else leaves them alone', async () => {
    const { id } = await create({ expires_at: start + 15 * day });
    const before = database.rows('main').filter(({ due }) => due);
    await change(id, {
      description: 'x',
      allowed_cidrs: ['10.0.0.0/8'],
      rate_limit_per_hour: 5,
      scopes: ['geofences:read'],
    });
    expect(database.rows('main').filter(({ due }) => due)).toEqual(before);
  });
});

test('a revoked key has no further notices', async () => {
  const { id } = await create({ expires_at: start + 15 * day });
  await livesThrough(2);
  await stores.revoke(admin, id, undefined);
  expect(dueDays(id)).toEqual([]);
  await change(id, { name: 'Gone', expires_at: start + 60 * day });
  expect(dueDays(id)).toEqual([]);
  expect(await livesThrough(60)).toEqual([]);
});

describe('a rotation', () => {
  test('has notices about the new key, and about the old one until its grace period ends', async () => {
    const old = await create({ expires_at: start + 90 * day });
    const { row } = await stores.rotate(admin, old.id, 72, unrecorded);
    expect(dueDays(row.id)).toEqual([76, 83, 89]);
    expect(dueDays(old.id)).toEqual([2]);
    await livesThrough(3);
    expect(sent.messages).toMatchObject([
      { body: expect.stringContaining('It was rotated: what still uses it needs the key that replaced it.') },
    ]);
  });

  test('with a short grace period has no notices about the old key', async () => {
    const old = await create({ expires_at: start + 90 * day });
    await stores.rotate(admin, old.id, 24, unrecorded);
    expect(dueDays(old.id)).toEqual([]);
  });

  test('of a key without expiry has notices about its end only', async () => {
    const old = await create();
    const { row } = await stores.rotate(admin, old.id, 720, unrecorded);
    expect(dueDays(row.id)).toEqual([]);
    expect(dueDays(old.id)).toEqual([16, 23, 29]);
  });
});

test('a write that fails leaves what is due as it was', async () => {
  const { id } = await create({ expires_at: start + 15 * day });
  await expect(change(id, { expires_at: start })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  expect(dueDays(id)).toEqual([1, 8, 14]);
});
