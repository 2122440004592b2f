import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BoundingBox, geometryIntersectsBox } from '../../../shared/geo/box.ts';
import { distanceToEdgeMeters } from '../../../shared/geo/contains.ts';
import type { Position } from '../../../shared/geo/geometry.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { draftFence, type Fence } from '../../../shared/geofences/fence.ts';
import type { GeofenceFilters } from '../../../shared/geofences/filters.ts';
import { findGeofences } from '../../../shared/geofences/finder.ts';
import { bodyRow } from '../../../shared/geofences/rows.ts';
import { thinRow } from '../../../shared/geofences/thin-row.ts';
import { newId } from '../../../shared/table/ids.ts';
import { geofenceKeys } from '../../../shared/table/keys/geofences.ts';
import type { PageRequest } from '../../../shared/table/page.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { anywhere, clampLatitude, starRing, travel } from '../geo/support/globe.ts';
import { logUniform, type Random, seededRandom } from '../geo/support/random.ts';
import { tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

/** Lists by place of workspaces with thousands of fences: they are exact, and the reads of a page are bounded. */

const me = tenant(1, 'enterprise');
const firstPage: PageRequest = { limit: 50, offset: 0, after: undefined, counted: false };
let database: DynamoDbFake;

beforeEach(() => {
  catchOutput();
  database = new DynamoDbFake();
  database.pageRows = 5000;
});
afterEach(() => database.restore());

function geometryAt(random: Random, center: Position, meters: number): unknown {
  if (random() < 0.7 || Math.abs(center[1]) > 80) return { type: 'Circle', center, radiusMeters: Math.ceil(meters) };
  return { type: 'Polygon', coordinates: [starRing(center, 7, () => (meters / 111_000) * (0.4 + 0.6 * random()))] };
}

/** Fences in their stored form, without postings; newest first. */
function store(random: Random, count: number, placeOf: (i: number) => Position, metersOf: () => number): Fence[] {
  const rows: Record<string, unknown>[] = [];
  const fences = Array.from({ length: count }, (_, i): Fence => {
    const geometry = normalizeGeometry(geometryAt(random, placeOf(i), metersOf()));
    const tags = i % 3 === 0 ? ['third'] : [];
    const fence = draftFence(newId(1_700_000_000_000 + i), { name: `${i}`, geometry, tags }, 0);
    const thin = { ...geofenceKeys.thin(me.reference, fence.id), ...thinRow(me.reference, fence) };
    rows.push(thin);
    database.set('main', thin);
    database.set('main', { ...geofenceKeys.body(me.reference, fence.id), ...bodyRow(fence) });
    return fence;
  });
  database.indexed = () => rows;
  return fences.reverse();
}

interface Paged {
  readonly ids: string[];
  /** The most that one page read: rows of queries, and fences. */
  readonly rows: number;
  readonly bodies: number;
}

/** Every page of a list, by its cursors. */
async function all(filters: GeofenceFilters, limit = 50, most = Number.POSITIVE_INFINITY): Promise<Paged> {
  const ids: string[] = [];
  let [rows, bodies] = [0, 0];
  let after: string | undefined;
  for (let pages = 0; pages < most; pages++) {
    [database.rowsQueried, database.calls.length] = [0, 0];
    const page = await findGeofences.open().list(me, filters, { ...firstPage, limit, after });
    ids.push(...page.rows.map(({ item }) => item.id));
    rows = Math.max(rows, database.rowsQueried);
    bodies = Math.max(bodies, bodiesRead());
    after = page.next ?? page.rows.at(-1)?.position;
    if (!page.more || after === undefined) break;
  }
  return { ids, rows, bodies };
}

const bodiesRead = () =>
  database.calls
    .filter(({ operation }) => operation === 'BatchGetCommand')
    .reduce((sum, { input }) => sum + input.RequestItems.main.Keys.length, 0);

const inBox = (fences: Fence[], bbox: BoundingBox) =>
  fences.filter(({ shape }) => geometryIntersectsBox(shape.geometry, bbox)).map(({ id }) => id);

function byDistance(fences: Fence[], latitude: number, longitude: number, meters: number): string[] {
  return fences
    .map(({ id, shape }) => ({ id, meters: Math.max(0, distanceToEdgeMeters(shape.geometry, latitude, longitude)) }))
    .filter((fence) => fence.meters <= meters)
    .map((fence) => ({ ...fence, millimeters: Math.floor(fence.meters * 1000) }))
    .sort((a, b) => a.millimeters - b.millimeters || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

describe('a workspace all over the globe', () => {
  test('its whole is listed newest first, each page reading little more than it shows', async () => {
    const random = seededRandom(801);
    const fences = store(
      random,
      2600,
      () => anywhere(random),
      () => logUniform(random, 10, 50_000),
    );
    const world = await all({ bbox: [-180, -90, 180, 90] }, 200);
    expect(world.ids).toEqual(fences.map(({ id }) => id));
    // The first page also detects that there are too many matches for the index.
    expect(world.rows).toBeLessThan(5000);
    expect(world.bodies).toBeLessThan(500);
    const third = fences.filter(({ tags }) => tags.includes('third')).map(({ id }) => id);
    expect((await all({ bbox: [-180, -90, 180, 90], tag: ['third'] }, 200)).ids).toEqual(third);
    for (const bbox of [
      [-100, -60, 120, 70],
      [100, -90, -100, 90],
      [-10, 30, 40, 60],
    ] as BoundingBox[]) {
      const part = await all({ bbox }, 200);
      expect(part.ids).toEqual(inBox(fences, bbox));
      expect(part.rows).toBeLessThan(5000);
    }
    const { rows } = await findGeofences
      .open()
      .list(me, { bbox: [-180, -90, 180, 90] }, { ...firstPage, offset: 2590 });
    expect(rows.map(({ item }) => item.id)).toEqual(fences.slice(2590).map(({ id }) => id));
    const [from, to] = [1_700_000_001_100, 1_700_000_002_099];
    const created = await all({ bbox: [-180, -90, 180, 90], created: { from, to } });
    expect(created.ids).toEqual(fences.slice(500, 1500).map(({ id }) => id));
  });

  test('a box that only the oldest lie in is found by pages that read a bounded part each', async () => {
    const random = seededRandom(802);
    const old = 2100;
    const placeOf = (i: number): Position => (i < old ? travel([10, 50], 7 * random(), 5e4 * random()) : [-60, -30]);
    const fences = store(random, 6000, placeOf, () => 10);
    const bbox = [5, 45, 15, 55] as const;
    const listed = await all({ bbox }, 200);
    expect(listed.ids).toEqual(inBox(fences, bbox));
    expect(listed.ids).toHaveLength(old);
    expect(listed.rows).toBeLessThan(4000 + 10_500);
  });
});

describe('a workspace in one city', () => {
  test('lists the nearest first, reading what is near', async () => {
    const random = seededRandom(803);
    const city: Position = [13.4, 52.5];
    const fences = store(
      random,
      2600,
      () => travel(city, 7 * random(), 30_000 * Math.sqrt(random())),
      () => logUniform(random, 20, 800),
    );
    const near = { latitude: 52.5, longitude: 13.4, meters: 100_000 };
    const wanted = byDistance(fences, 52.5, 13.4, 100_000);
    const first = await all({ near }, 50, 1);
    expect(first.ids).toEqual(wanted.slice(0, 50));
    expect(first.rows).toBeLessThan(5000);
    expect(first.bodies).toBeLessThan(500);
    const pages = await all({ near }, 200, 3);
    expect(pages.ids).toEqual(wanted.slice(0, 600));
    const third = fences.filter(({ tags }) => tags.includes('third'));
    expect((await all({ near, tag: ['third'] }, 200, 2)).ids).toEqual(
      byDistance(third, 52.5, 13.4, 100_000).slice(0, 400),
    );
    const { rows } = await findGeofences.open().list(me, { near }, { ...firstPage, offset: 1000 });
    expect(rows.map(({ item }) => item.id)).toEqual(wanted.slice(1000, 1050));
    const nothing = await all({ near, group: 'none' });
    expect(nothing.ids).toEqual([]);
    const small = { ...near, meters: 700 };
    expect((await all({ near: small })).ids).toEqual(byDistance(fences, 52.5, 13.4, 700));
    expect((await all({ near: small, externalId: 'nobody' })).ids).toEqual([]);
  });

  test('lists hundreds of fences around one point, at one distance', async () => {
    const random = seededRandom(804);
    const fences = store(
      random,
      1300,
      () => [13.4, clampLatitude(52.5)],
      () => 1000,
    );
    const near = { latitude: 52.5, longitude: 13.4, meters: 100_000 };
    expect((await all({ near }, 200, 7)).ids).toEqual(byDistance(fences, 52.5, 13.4, 100_000));
  });
});

test('fences of 5,000 corners fill an answer, not the memory', async () => {
  const random = seededRandom(805);
  const ring = starRing([10, 50], 4999, () => 1 + random() / 10);
  const geometry = normalizeGeometry({ type: 'Polygon', coordinates: [ring] });
  for (let i = 0; i < 60; i++) {
    const fence = draftFence(newId(1_700_000_000_000 + i), { name: `${i}`, geometry }, 0);
    database.set('main', { ...geofenceKeys.thin(me.reference, fence.id), ...thinRow(me.reference, fence) });
    database.set('main', { ...geofenceKeys.body(me.reference, fence.id), ...bodyRow(fence) });
  }
  for (const filters of [
    {},
    { bbox: [-180, -90, 180, 90] as const },
    { near: { latitude: 50, longitude: 10, meters: 5 } },
  ]) {
    const { rows } = await findGeofences.open().list(me, filters, { ...firstPage, limit: 200 });
    const bytes = rows.map(({ item }) => JSON.stringify(item).length);
    expect(bytes.slice(0, -1).reduce((sum, size) => sum + size, 0)).toBeLessThan(4 * 1024 * 1024);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(4 * 1024 * 1024);
  }
});
