import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BoundingBox, geometryIntersectsBox } from '../../../shared/geo/box.ts';
import { draftFence, type Fence } from '../../../shared/geofences/fence.ts';
import type { GeofenceFilters } from '../../../shared/geofences/filters.ts';
import { findGeofences } from '../../../shared/geofences/finder.ts';
import { bodyRow } from '../../../shared/geofences/rows.ts';
import { thinRow } from '../../../shared/geofences/thin-row.ts';
import { newId } from '../../../shared/table/ids.ts';
import { geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { anywhere, clampLatitude } from '../geo/support/globe.ts';
import { logUniform, pick, seededRandom } from '../geo/support/random.ts';
import { tenant } from '../support/people.ts';

const owner = tenant(1, 'enterprise');
const finder = findGeofences.open();
const began = Date.parse('2026-03-17T10:00:00Z');
let database: DynamoDbFake;
let fences: Fence[];

beforeEach(() => {
  database = new DynamoDbFake();
  fences = [];
});
afterEach(() => database.restore());

/** Oldest first, one in each millisecond. */
function store(count: number, draft: (i: number) => Parameters<typeof draftFence>[1]): void {
  for (let i = 0; i < count; i++) {
    const at = began + fences.length;
    const fence = draftFence(newId(at), draft(i), at);
    database.set('main', { ...geofenceKeys.thin(owner.reference, fence.id), ...thinRow(owner.reference, fence) });
    database.set('main', { ...geofenceKeys.body(owner.reference, fence.id), ...bodyRow(fence) });
    fences.push(fence);
  }
  // Nothing more is written, so the index need not be built again for each query.
  const rows = database.rows('main').filter(({ placeCell }) => placeCell);
  database.indexed = () => rows;
  database.calls.length = 0;
}

const circle = (longitude: number, latitude: number, radiusMeters = 1000) => ({
  name: 'x',
  longitude,
  latitude,
  radiusMeters,
});
const isIn = (bbox: BoundingBox) => (fence: Fence) => geometryIntersectsBox(fence.shape.geometry, bbox);
const newestFirst = (wanted: (fence: Fence) => boolean) =>
  fences
    .filter(wanted)
    .map(({ id }) => id)
    .reverse();
const wrapped = (longitude: number) => ((((longitude + 180) % 360) + 360) % 360) - 180;
const indexReads = () => database.calls.filter(({ input }) => input.IndexName !== undefined).length;

/** Every page of a list, and the count on the first one. */
async function pages(filters: GeofenceFilters, limit: number) {
  const lengths: number[] = [];
  const ids: string[] = [];
  let [total, capped]: [number | undefined, boolean] = [undefined, false];
  let after: string | undefined;
  for (let counted = true; ; counted = false) {
    const page = await finder.list(owner, filters, { limit, offset: 0, after, counted });
    if (counted) [total, capped] = [page.total, page.totalCapped];
    ids.push(...page.rows.map(({ position }) => position));
    lengths.push(page.rows.length);
    if (!page.more) return { ids, total, capped, lengths };
    after = page.next ?? page.rows.at(-1)!.position;
  }
}

describe('a box', () => {
  test('in a small workspace is read without the index, and counted', async () => {
    store(300, (i) => circle(i % 20, Math.floor(i / 20)));
    const bbox: BoundingBox = [3.5, 2.5, 12.5, 9.5];
    const found = await pages({ bbox }, 10);
    expect(found).toMatchObject({ ids: newestFirst(isIn(bbox)), total: 63, capped: false });
    expect(indexReads()).toBe(0);
  });

  describe('in a large workspace', () => {
    beforeEach(() => store(3000, (i) => circle((i % 100) - 50, (i % 60) - 30)));

    test('with few of its fences is found by the index', async () => {
      const bbox: BoundingBox = [-20.5, -20.5, -15.5, 9.5];
      const wanted = newestFirst(isIn(bbox));
      expect(wanted.length).toBeGreaterThan(50);
      expect(await pages({ bbox }, 30)).toMatchObject({ ids: wanted, total: wanted.length });
      expect(indexReads()).toBeGreaterThan(0);
    });

    test('with most of them is read on from fence to fence, no more of them than fill the page', async () => {
      const bbox: BoundingBox = [-179, -89, 179, 89];
      expect(await pages({ bbox }, 1000)).toMatchObject({ ids: newestFirst(() => true), total: 3000 });
      database.calls.length = 0;
      const after = fences[2500]!.id;
      const page = await finder.list(owner, { bbox }, { limit: 100, offset: 0, after, counted: false });
      expect(page.rows.map(({ position }) => position)).toEqual(newestFirst(() => true).slice(500, 600));
      expect(database.calls.filter(({ operation }) => operation === 'QueryCommand')).toHaveLength(1);
      expect(indexReads()).toBe(0);
    });

    test('with other filters holds what passes them', async () => {
      const bbox: BoundingBox = [-179, -89, 179, 0.5];
      const created = { from: began + 1000, to: began + 1999 };
      const wanted = newestFirst(
        (fence) => isIn(bbox)(fence) && fence.createdAt >= created.from && fence.createdAt <= created.to,
      );
      expect(await pages({ bbox, created }, 70)).toMatchObject({ ids: wanted, total: wanted.length });
      expect(await pages({ bbox, status: 'inactive' }, 70)).toMatchObject({ ids: [], total: 0 });
    });

    test('whose edge runs through too many fences to read them all is not counted', async () => {
      const bbox: BoundingBox = [-179, -89, 179, 89];
      store(1000, (i) => circle(179 + (i % 10) / 1000, 0, 5000));
      expect(await pages({ bbox }, 200)).toMatchObject({ total: undefined, capped: true });
      expect((await pages({ bbox }, 200)).ids).toEqual(newestFirst(isIn(bbox)));
    });
  });
});

test('boxes of any size and place hold exactly what intersects them, by the index and without', {
  timeout: 120_000,
}, async () => {
  const random = seededRandom(20_261_130);
  store(2200, (i) => {
    const [longitude, latitude] = i % 5 === 0 ? [179.99, 89 * (random() * 2 - 1)] : anywhere(random);
    return circle(longitude, latitude, Math.round(logUniform(random, 10, 100_000)));
  });
  let byIndex = 0;
  for (let i = 0; i < 25; i++) {
    const { longitude, latitude } = pick(random, fences).shape;
    const [width, height] = [350 * random() ** 2, 170 * random()];
    const south = clampLatitude(latitude - height * random());
    const west = longitude - width * random();
    const bbox: BoundingBox = [wrapped(west), south, wrapped(west + width), clampLatitude(south + height)];
    database.calls.length = 0;
    const wanted = newestFirst(isIn(bbox));
    const { ids, total, capped } = await pages({ bbox }, 150);
    expect(ids, JSON.stringify(bbox)).toEqual(wanted);
    if (!capped) expect(total).toBe(wanted.length);
    byIndex += Math.min(1, indexReads());
  }
  expect(byIndex).toBeGreaterThan(5);
  expect(byIndex).toBeLessThan(20);
});

test('a page ends where it fills an answer, in a box or not, and the next one continues', async () => {
  const metadata = { text: 'x'.repeat(15_000) };
  store(700, (i) => ({ ...circle(i % 50, 0), metadata }));
  for (const filters of [{}, { bbox: [-1, -1, 51, 1] as const }]) {
    const { ids, lengths, total } = await pages(filters, 1000);
    expect(ids).toEqual(newestFirst(() => true));
    expect(lengths.length).toBeGreaterThan(1);
    expect(Math.max(...lengths) * 15_000).toBeLessThan(8 * 1024 * 1024);
    expect(total).toBe(700);
  }
});
