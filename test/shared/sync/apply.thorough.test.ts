import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { newId } from '../../../shared/table/ids.ts';
import { fault } from '../../support/dynamodb-fake.ts';
import { everyCall } from '../../support/thorough.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { type Body, bulkTenant, Yard } from './yard.ts';

let yard: Yard;
const now = Date.parse('2026-03-22T10:00:00Z');

beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now, toFake: ['Date'] });
  yard = new Yard();
});
afterEach(() => {
  yard.database.restore();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const place = { latitude: 50, longitude: 10 };
const tags = ['s'];
const lists = (...names: string[]) => ({
  items: names.map((externalId) => ({ externalId, name: `New ${externalId}`, ...place, tags })),
  deleteMissing: true,
  scope: { tag: 's' },
  maxDeleteFraction: 1,
});
const quotaUsed = () => Number(yard.database.rows('access').find(({ pk }) => String(pk).endsWith('#quota'))?.used ?? 0);

describe('a plan that is applied', () => {
  test('does what it showed, each change with its result, and shows the same again', async () => {
    await yard.fence({ externalId: 'old', tags });
    const kept = await yard.fence({ externalId: 'kept', tags });
    const { id } = await yard.plan(lists('kept', 'new'));
    expect(await yard.apply(id)).toMatchObject({ state: 'APPLYING' });
    expect(await yard.see(id)).toMatchObject({ status: 'APPLYING', appliedAt: null });
    vi.setSystemTime(now + 5000);
    await yard.work();
    const fences = await yard.fences();
    expect([...fences.keys()].sort()).toEqual(['kept', 'new']);
    expect(fences.get('kept')).toMatchObject({ id: kept.id, name: 'New kept', version: 2 });
    const seen = await yard.see(id);
    expect(seen).toMatchObject({
      status: 'APPLIED',
      appliedAt: '2026-03-22T10:00:05Z',
      changes: [
        { op: 'update', externalId: 'kept', geofenceId: kept.id, result: 'done' },
        { op: 'create', externalId: 'new', geofenceId: fences.get('new')!.id, result: 'done' },
        { op: 'delete', externalId: 'old', result: 'done' },
      ],
    });
    expect(await yard.apply(id)).toMatchObject({ state: 'APPLIED' });
    expect([await yard.see(id), yard.queue]).toEqual([seen, []]);
    expect(yard.events()).toEqual({ 'geofence.create': 3, 'geofence.update': 1, 'geofence.delete': 1 });
    expect(quotaUsed()).toBe(2);
  });

  test('with nothing to do is done', async () => {
    await yard.fence({ externalId: 'a' });
    expect(await yard.synced({ items: [{ externalId: 'a' }] })).toMatchObject({ status: 'APPLIED', changes: [] });
  });

  test('is applied in the name of the caller who requested it', async () => {
    const who = { ...caller(bulkTenant()), principal: 'user_x', requestId: 'req_x' };
    const { id } = await yard.plan(lists('a'));
    await yard.apply(id, newId(now), who);
    await yard.work();
    const event = yard.database.rows('main').find(({ action }) => action === 'geofence.create');
    expect(event).toMatchObject({ actor: 'user_x', requestId: 'req_x' });
  });

  test('that takes longer than one run of the worker continues in the next', async () => {
    const { id } = await yard.plan(lists('a', 'b', 'c'));
    await yard.apply(id);
    let runs = 0;
    yard.database.after = ({ operation, input }) => {
      if (operation === 'GetCommand' && input.Key.pk.endsWith('#workspace') && runs++ < 3)
        vi.setSystemTime(now + runs * 60_000);
    };
    await yard.work();
    expect(runs).toBe(4);
    expect((await yard.see(id)).status).toBe('APPLIED');
    expect(yard.events()).toEqual({ 'geofence.create': 3 });
  });
});

describe('a plan is refused', () => {
  const changes: [string, (yard: Yard, id: string) => Promise<unknown>, string][] = [
    ['a geofence that it changes has changed', (y, id) => y.patch(id, { name: 'Other' }), 'old'],
    ['a geofence that it changes is gone', (y, id) => y.remove(id), 'old'],
    ['a geofence that it makes is there', (y) => y.fence({ externalId: 'new' }), 'made'],
  ];
  test.each(changes)('where %s, and changes nothing', async (_, change, whose) => {
    const { id } = await yard.fence({ externalId: 'kept', tags });
    const plan = await yard.plan(lists('kept', 'new', 'other'));
    const made = ((await change(yard, id)) as { id: string } | undefined)?.id;
    const before = await yard.fences();
    const geofence_ids = [whose === 'made' ? made : id];
    await expect(yard.apply(plan.id)).rejects.toMatchObject({ code: 'SYNC_PLAN_STALE', details: { geofence_ids } });
    await yard.work();
    expect(await yard.fences()).toEqual(before);
    expect((await yard.see(plan.id)).status).toBe('READY');
  });

  test('after 24 hours, and shown for days', async () => {
    const { id } = await yard.plan(lists('a'));
    vi.setSystemTime(now + 86_400_000 - 1);
    expect((await yard.see(id)).status).toBe('READY');
    vi.setSystemTime(now + 86_400_000);
    expect((await yard.see(id)).status).toBe('EXPIRED');
    await expect(yard.apply(id)).rejects.toMatchObject({ code: 'SYNC_PLAN_EXPIRED' });
    vi.setSystemTime(now + 8 * 86_400_000 - 1);
    expect((await yard.see(id)).status).toBe('EXPIRED');
    vi.setSystemTime(now + 8 * 86_400_000);
    await expect(yard.see(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('for callers without the scope for its deletes, and for other workspaces', async () => {
    await yard.fence({ externalId: 'old', tags });
    const { id } = await yard.plan(lists('a'));
    const writer = caller(bulkTenant(), ['geofences:write']);
    await expect(yard.apply(id, newId(now), writer)).rejects.toMatchObject({
      code: 'SCOPE_MISSING',
      details: { required_scope: 'geofences:delete' },
    });
    await expect(yard.apply(id, newId(now), caller(tenant(2)))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const harmless = await yard.plan({ items: lists('b').items });
    expect(await yard.apply(harmless.id, newId(now), writer)).toMatchObject({ state: 'APPLYING' });
  });

  test('by a caller who may not save its changes', async () => {
    const action = { run: { type: 'command', commandType: 'BEEP' } };
    const { id } = await yard.plan({ items: [{ externalId: 'a', name: 'A', ...place, action }] });
    const writer = caller(bulkTenant(), ['geofences:write']);
    await expect(yard.apply(id, newId(now), writer)).rejects.toMatchObject({ code: 'SCOPE_MISSING' });
    expect((await yard.see(id)).status).toBe('READY');
  });

  test('if the plan of the workspace has no quota for it; what it deletes is released first', async () => {
    yard.database.restore();
    yard = new Yard(caller(bulkTenant(3, 'free')));
    for (let i = 0; i < 99; i++) await yard.fence({ externalId: `e${i}`, tags, latitude: (i * 7) % 80 });
    const all = Array.from({ length: 99 }, (_, i) => `e${i}`);
    const more = await yard.plan(lists(...all, 'x', 'y'));
    await expect(yard.apply(more.id)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { resource: 'geofences', limit: 100, used: 99 },
    });
    expect((await yard.see(more.id)).status).toBe('READY');
    const { id } = await yard.plan({ ...lists(...all.slice(2), 'x', 'y', 'z'), updateExisting: false });
    await yard.apply(id);
    await yard.work();
    expect((await yard.see(id)).changes.map(({ result }) => result)).toEqual(Array(5).fill('done'));
    expect(quotaUsed()).toBe(100);
  });
});

describe('at once', () => {
  test('a second request is refused while the first runs, and its message has no effect', async () => {
    const { id } = await yard.plan(lists('a', 'b'));
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => yard.apply(id)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of outcomes) {
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({ code: 'INVALID_TRANSITION', details: { from: 'APPLYING', to: 'APPLYING' } });
    }
    await Promise.all(Array.from({ length: 4 }, () => yard.work()));
    expect(yard.events()).toEqual({ 'geofence.create': 2 });
    expect((await yard.see(id)).status).toBe('APPLIED');
  });

  test('the retry of a crashed request continues it; so does another request, which is refused', async () => {
    const { id } = await yard.plan(lists('a'));
    const once = newId(now);
    await yard.apply(id, once);
    yard.queue.length = 0; // it crashed before the message was sent
    expect(await yard.apply(id, once)).toMatchObject({ state: 'APPLYING' });
    yard.queue.length = 0;
    await expect(yard.apply(id)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await yard.work();
    expect((await yard.see(id)).status).toBe('APPLIED');
  });

  test('a plan that is computed cannot be applied', async () => {
    const { id } = await yard.plan({ items: [{ externalId: 'a', name: 'A', address: 'x' }] });
    await expect(yard.apply(id)).rejects.toMatchObject({ details: { from: 'COMPUTING', to: 'APPLYING' } });
  });

  test('a geofence that changes after the check fails in its own change, and in no other', async () => {
    const kept = await yard.fence({ externalId: 'kept', tags });
    const gone = await yard.fence({ externalId: 'gone', tags });
    const plan = await yard.plan(lists('kept', 'new', 'other'));
    await yard.apply(plan.id);
    await yard.patch(kept.id, { description: 'meanwhile' });
    await yard.remove(gone.id);
    await yard.fence({ externalId: 'new', name: 'Theirs' });
    await yard.work();
    expect((await yard.see(plan.id)).changes.map(({ externalId, result }) => [externalId, result])).toEqual([
      ['kept', 'failed'],
      ['new', 'failed'],
      ['other', 'done'],
      ['gone', 'failed'],
    ]);
    const fences = await yard.fences();
    expect(fences.get('kept')).toMatchObject({ name: 'A', description: 'meanwhile', version: 2 });
    expect(fences.get('new')).toMatchObject({ name: 'Theirs' });
  });
});

describe('wherever the worker crashes', () => {
  /** The state of the workspace, without ids and times. */
  const state = async () =>
    [...(await yard.fences()).values()]
      .map(({ externalId, name, version, tags: given }) => [externalId, name, version, given])
      .sort();

  async function applied(upset: () => void | Promise<void>): Promise<string> {
    yard.database.restore();
    yard = new Yard();
    for (const externalId of ['a', 'b', 'c', 'd']) await yard.fence({ externalId, tags });
    const { id } = await yard.plan(lists('a', 'b', 'x', 'y'));
    await yard.apply(id);
    await upset();
    await yard.work();
    yard.database.before = yard.database.after = () => undefined;
    return id;
  }

  test.each(['before', 'after'] as const)('%s any call, each change is made once', async (moment) => {
    await applied(() => undefined);
    const calm = await state();
    for (let dies = 1; ; dies += everyCall()) {
      let calls = 0;
      const id = await applied(async () => {
        const dead = new Promise<never>(() => undefined);
        yard.database[moment] = async () => {
          calls += 1;
          if (calls >= dies) await dead;
        };
        const [message] = yard.queue;
        void yard.work();
        for (let i = 0; i < 500 && calls < dies; i++) await new Promise(setImmediate);
        for (let i = 0; i < 50; i++) await new Promise(setImmediate);
        yard.database[moment] = () => undefined;
        yard.queue.push(message!);
      });
      const { changes, status } = await yard.see(id);
      expect([status, changes.map(({ result }) => result)], `dies at ${dies}`).toEqual([
        'APPLIED',
        Array(6).fill('done'),
      ]);
      expect(await state()).toEqual(calm);
      expect(yard.events()).toEqual({ 'geofence.create': 6, 'geofence.update': 2, 'geofence.delete': 2 });
      if (calls < dies) break;
    }
  });

  test.each(['before', 'after'] as const)('an outage %s any call ends nothing', async (moment) => {
    await applied(() => undefined);
    const calm = await state();
    for (let dies = 1; ; dies += everyCall()) {
      let calls = 0;
      const id = await applied(() => {
        yard.database[moment] = () => {
          if (++calls === dies) throw fault('TimeoutError');
        };
      });
      const { changes, status } = await yard.see(id);
      expect([status, changes.map(({ result }) => result)]).toEqual(['APPLIED', Array(6).fill('done')]);
      expect(await state()).toEqual(calm);
      expect(yard.events()).toEqual({ 'geofence.create': 6, 'geofence.update': 2, 'geofence.delete': 2 });
      if (calls < dies) break;
    }
  });

  test('what was reported as failed is not created by a worker that was only slow', async () => {
    const { id } = await yard.plan(lists('a'));
    await yard.apply(id);
    const gate = Promise.withResolvers<void>();
    let transactions = 0;
    yard.database.before = async ({ operation }) => {
      if (operation !== 'TransactWriteCommand') return;
      transactions += 1;
      if (transactions === 1) await gate.promise;
      else throw fault('Broken');
    };
    yard.queue.push(...yard.queue);
    const slow = yard.work();
    while (transactions === 0) await new Promise(setImmediate);
    await yard.work();
    expect((await yard.see(id)).changes).toMatchObject([{ result: 'failed' }]);
    gate.resolve();
    await slow;
    expect((await yard.see(id)).changes).toMatchObject([{ result: 'failed', geofenceId: null }]);
    expect([...(await yard.fences())]).toEqual([]);
  });

  test('if a database is unavailable for long, the message is redelivered', async () => {
    let away = 40;
    const id = await applied(() => {
      yard.database.before = ({ operation }) => {
        if (operation !== 'GetCommand' && away-- > 0) throw fault('TimeoutError');
      };
    });
    expect((await yard.see(id)).changes.map(({ result }) => result)).not.toContain(undefined);
  });
});

test('the writers of single geofences add nothing of their own', async () => {
  const { id } = await yard.fence({ externalId: 'a' });
  const seen: unknown[] = [];
  const once = { ...unrecorded, record: (_: unknown, answer: unknown) => void seen.push(answer) } as Body as never;
  await writeGeofences.open().update(yard.me, id, { name: 'B' }, 'patch', undefined, once);
  await writeGeofences.open().delete(yard.me, id, undefined, once);
  expect(seen).toMatchObject([{ status: 200, body: { name: 'B', version: 2 } }, { status: 204 }]);
});
