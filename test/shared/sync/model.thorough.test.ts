import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isThorough, runs } from '../../support/thorough.ts';
import { catchOutput } from '../support/platform.ts';
import { geocodeOf, type Naive, naiveSync, request, type Site, type Sites, storedSites } from './naive.ts';
import { type Body, Yard } from './yard.ts';

/**
 * Any list applied to any state results in the state of the naive sync, each change is made once, and a second plan has
 * no changes.
 */

beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const shown = [
  'name',
  'latitude',
  'longitude',
  'radiusMeters',
  'tags',
  'status',
  'description',
  'groupName',
  'metadata',
];

const pick = (fence: Body): Site => Object.fromEntries(shown.map((field) => [field, fence[field]])) as unknown as Site;

async function sitesOf(yard: Yard): Promise<Sites> {
  const fences = await yard.fences();
  return new Map([...fences].filter(([name]) => name !== 'null').map(([name, fence]) => [name, pick(fence)]));
}

/** By name, since the order of fields has no meaning. */
const sorted = (sites: Sites) => Object.fromEntries([...sites].sort(([a], [b]) => (a < b ? -1 : 1)));

async function readyPlan(yard: Yard, body: Body): Promise<string> {
  const plan = await yard.plan(body);
  if (plan.state === 'COMPUTING') await yard.geocode(plan, geocodeOf);
  await yard.work();
  return plan.id;
}

async function compare(yard: Yard, stored: readonly [string, object][], body: Body): Promise<Naive> {
  for (const [externalId, fields] of stored) await yard.fence({ externalId, ...fields });
  await yard.fence({ tags: ['s'] });
  const before = await sitesOf(yard);
  const ids = new Map([...(await yard.fences())].map(([name, { id, version }]) => [name, { id, version }]));
  const naive = naiveSync(before, body);
  if (naive.refused) {
    await expect(yard.plan(body)).rejects.toMatchObject({ code: 'DELETE_GUARD' });
    expect(sorted(await sitesOf(yard))).toEqual(sorted(before));
    return naive;
  }
  const id = await readyPlan(yard, body);
  expect((await yard.see(id)).counts).toEqual(naive.counts);
  expect(sorted(await sitesOf(yard))).toEqual(sorted(before));
  await yard.apply(id);
  yard.queue.push(...yard.queue);
  await Promise.all([yard.work(), yard.work()]);
  const done = await yard.see(id);
  for (const { op, result } of done.changes) expect(result).toBe(op === 'error' ? undefined : 'done');
  expect(sorted(await sitesOf(yard))).toEqual(sorted(naive.sites));
  const updated = new Set(done.changes.flatMap(({ externalId, op }) => (op === 'update' ? [externalId] : [])));
  for (const [name, { id: present, version }] of await yard.fences()) {
    const old = ids.get(name);
    if (old) expect([present, version]).toEqual([old.id, Number(old.version) + (updated.has(name) ? 1 : 0)]);
  }
  await yard.apply(id);
  expect(await yard.see(id)).toEqual(done);
  const again = await yard.see(await readyPlan(yard, body));
  const { error } = naive.counts;
  const unchanged = (body.items as Body[]).length - error;
  expect(again.counts).toEqual({ create: 0, update: 0, delete: 0, unchanged, error });
  return naive;
}

test('plan and apply do what the naive sync does', async () => {
  let refused = 0;
  let deleted = 0;
  await fc.assert(
    fc.asyncProperty(storedSites, request, async (stored, body) => {
      const yard = new Yard();
      try {
        const { refused: isRefused, counts } = await compare(yard, stored as never, body);
        if (isRefused) refused += 1;
        else deleted += counts.delete;
      } finally {
        yard.database.restore();
      }
    }),
    { numRuns: runs(150) },
  );
  // A few plans may be all of one kind.
  if (isThorough()) expect([refused > 0, deleted > 0], 'plans delete, and are refused').toEqual([true, true]);
});
