import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { unrecorded } from '../../../shared/http/once.ts';
import { createKeys } from '../../../shared/keys/create.ts';
import { revokeKeys } from '../../../shared/keys/revoke.ts';
import type { Quota } from '../../../shared/quota/record.ts';
import { announceRelease, release, releaseUnused } from '../../../shared/quota/release.ts';
import { reserveBeyondLimit, reserveFor, reserve as reserveOf, reserveUpTo } from '../../../shared/quota/reserve.ts';
import { removeUsers } from '../../../shared/users/remove.ts';
import { type Call, DynamoDbFake, fault } from '../../support/dynamodb-fake.ts';
import { keyRows, personOf, quotaUsed } from '../keys/people.ts';
import { tenant } from '../support/people.ts';
import { workspaceWith } from '../support/platform.ts';
import { Crew } from '../users/crew.ts';

/** The database client repeats a write whose response was lost. A counter must not count it twice. */

const free = tenant(1, 'free'); // 100 geofences
const kind = 'geofences';
let database: DynamoDbFake;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  vi.stubEnv('LOG_LEVEL', 'SILENT');
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const row = () => database.rows('access').find(({ sk }) => sk === kind) ?? {};
const used = () => Number(row().used ?? 0);
const quota: Quota = { resource: kind, count: async () => used() };
const reserve = (amount = 1) => reserveOf(free, quota, amount);
const marks = () => Object.keys(row()).filter((name) => name.startsWith('release#'));

const isQuotaWrite = ({ operation, input }: Call) =>
  operation === 'UpdateCommand' && String(input.Key.pk).endsWith('#quota');

/** Repeats every write of a counter, as the client does if it got no response to the first. */
function repeatWrites(times = 1): void {
  database.repeats = (call) => (isQuotaWrite(call) ? times : 0);
}

describe('a write that is repeated', () => {
  test('releases once: of two that are used, one is left', async () => {
    await reserve(2);
    repeatWrites();
    await release(free, quota, await announceRelease(free, quota));
    expect([used(), marks()]).toEqual([1, []]);
  });

  test('reserves once, even the last one, and is not refused because of its own reservation', async () => {
    await reserve(98);
    repeatWrites(2);
    await reserve();
    expect(used()).toBe(99);
    await reserve();
    expect(used()).toBe(100);
    await expect(reserve()).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(used()).toBe(100);
  });

  test('reserves once where the plan sets no limit, beyond it, and up to it', async () => {
    repeatWrites();
    const endless = tenant(2, 'enterprise');
    await reserveOf(endless, quota, 7);
    expect(used()).toBe(7);
    database.restore();
    database = new DynamoDbFake();
    repeatWrites();
    await reserveBeyondLimit(free, quota, async () => undefined);
    expect((await reserveUpTo(free, quota, 120)).amount).toBe(99);
    expect(used()).toBe(100);
  });

  test('releases once what was reserved in vain', async () => {
    await reserve(2);
    repeatWrites();
    const failing = reserveFor(free, quota, async () => {
      expect(used()).toBe(3);
      throw new Error('not made');
    });
    await expect(failing).rejects.toThrow('not made');
    await releaseUnused(free, quota, 2);
    expect([used(), marks()]).toEqual([0, []]);
  });
});

describe('a write that arrives late, after its repetition', () => {
  test('releases nothing more', async () => {
    await reserve(2);
    const announced = await announceRelease(free, quota);
    await release(free, quota, announced);
    await reserve();
    await release(free, quota, announced);
    expect(used()).toBe(2);
  });

  test('leaves at most the mark of an announcement, which the next release after a minute removes', async () => {
    await reserve(3);
    const dead = await Promise.all([1, 2, 3].map(() => announceRelease(free, quota)));
    expect(marks()).toHaveLength(3);
    await release(free, quota, await announceRelease(free, quota));
    expect(marks().toSorted(), 'which may still be under way').toEqual(
      dead.map((announced) => announced!.mark).toSorted(),
    );
    vi.setSystemTime(Date.now() + 60_001);
    await release(free, quota, await announceRelease(free, quota));
    expect([used(), marks()]).toEqual([1, []]);
  });
});

test('a release has no effect once a recount has seen that the thing is deleted', async () => {
  await reserve(100);
  const announced = await announceRelease(free, quota);
  vi.setSystemTime(Date.now() + 60_001);
  await reserveOf(free, { ...quota, count: async () => 99 });
  await release(free, quota, announced);
  expect([used(), marks()]).toEqual([100, []]);
});

test('a release never takes a counter below zero', async () => {
  await reserve();
  for (let i = 0; i < 2; i++) await release(free, quota, await announceRelease(free, quota));
  await release(free, quota, await announceRelease(free, quota), 5);
  expect(used()).toBe(0);
});

test('what cannot be announced is not released', async () => {
  await reserve(2);
  database.before = () => {
    throw fault('ThrottlingException');
  };
  const announced = await announceRelease(free, quota);
  database.before = () => undefined;
  await release(free, quota, announced);
  expect([announced, used()]).toEqual([undefined, 2]);
});

describe('through the stores', () => {
  test('two keys of which one is revoked count as one', async () => {
    const workspace = await workspaceWith({ plan: 'free' });
    const admin = personOf(workspace);
    repeatWrites();
    for (const name of ['One', 'Two']) await createKeys.open().create(admin, { name, scopes: [] }, unrecorded);
    expect(quotaUsed(database)).toBe(2);
    await revokeKeys.open().revoke(admin, keyRows(database)[0]!.id, undefined);
    expect(quotaUsed(database)).toBe(1);
  });

  test('two users of whom one is removed count as one', async () => {
    const crew = await Crew.of(database, { plan: 'free' });
    const [{ id: owner }, { id }] = [await crew.add('owner'), await crew.add('viewer')];
    repeatWrites();
    await removeUsers.open().remove(crew.caller(owner), id);
    expect(crew.quotaUsed()).toBe(1);
  });
});
