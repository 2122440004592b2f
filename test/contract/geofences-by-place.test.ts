import { beforeAll, describe, expect, test } from 'vitest';
import { type BoundingBox, geometryIntersectsBox } from '../../shared/geo/box.ts';
import { distanceToEdgeMeters } from '../../shared/geo/contains.ts';
import { normalizeGeometry } from '../../shared/geo/normalize.ts';
import { writeGeofences } from '../../shared/geofences/writer.ts';
import { unrecorded } from '../../shared/http/once.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { anywhere, clampLatitude, starRing, travel } from '../shared/geo/support/globe.ts';
import { logUniform, pick, seededRandom } from '../shared/geo/support/random.ts';
import { endpoint } from '../support/endpoints.ts';
import { invoke } from '../support/invoke.ts';
import { newKey, newWorkspace } from '../support/stack.ts';

/** Lists by place, compared with a test of every fence. */

const random = seededRandom(20_261_121);
const list = endpoint('geofences/list');
// biome-ignore lint/suspicious/noExplicitAny: answers of the API
const fences: any[] = [];
let key: string;

/** Circles and stars of 10 m to 100 km around the globe, some across ±180 and at the poles, some close together. */
function geometryAt(number: number): unknown {
  const [longitude, latitude] = [anywhere(random), [179.99, 10], [20, 89.5], [2.3, 48.8]][number % 4] as [
    number,
    number,
  ];
  const center = travel([longitude, latitude], 7 * random(), 50_000 * random());
  const meters = Math.round(logUniform(random, 10, 100_000));
  if (number % 3 === 0 || Math.abs(center[1]) > 85) return { type: 'Circle', center, radiusMeters: meters };
  const radius = meters / 111_000;
  const ring = starRing([center[0], clampLatitude(center[1], 80)], 9, () => radius * (0.4 + 0.6 * random()));
  return { type: 'Polygon', coordinates: [ring] };
}

beforeAll(async () => {
  const workspace = await newWorkspace();
  key = await newKey(workspace, { scopes: ['geofences:read'] });
  for (let i = 0; i < 48; i++) {
    const draft = { name: `Place ${i}`, geometry: normalizeGeometry(geometryAt(i)), tags: i % 2 ? ['odd'] : [] };
    fences.push(await writeGeofences.open().create(systemCaller(workspace), draft, unrecorded));
  }
  fences.sort((a, b) => (a.id < b.id ? 1 : -1));
});

/** Every page of a list, by its cursors. */
async function all(query: string): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const { status, body } = await invoke(list, { key, query: `${query}&limit=7${more}` });
    expect(status).toBe(200);
    expect(body.total).toBeNull();
    names.push(...body.data.map(({ name }: { name: string }) => name));
    cursor = body.nextCursor;
  } while (cursor);
  return names;
}

const wrap = (longitude: number) => ((((longitude + 180) % 360) + 360) % 360) - 180;

describe('a list in a box', () => {
  test('holds exactly the fences that intersect it, newest first', async () => {
    for (let i = 0; i < 30; i++) {
      const { latitude, longitude } = pick(random, fences);
      const [width, height] = [logUniform(random, 0.001, 60), logUniform(random, 0.001, 40)];
      const south = clampLatitude(latitude - height * random());
      const box = [
        wrap(longitude - width * random()),
        south,
        wrap(longitude + width * random()),
        clampLatitude(south + height),
      ].map((degrees) => Number(degrees.toFixed(6))) as [number, number, number, number];
      const wanted = fences.filter((fence) => geometryIntersectsBox(fence.geometry, box as BoundingBox));
      expect(await all(`bbox=${box}`), `${box}`).toEqual(wanted.map(({ name }) => name));
    }
  });

  test('of the whole globe holds every fence, and other filters still hold', async () => {
    expect(await all('bbox=-180,-90,180,90')).toEqual(fences.map(({ name }) => name));
    const odd = fences.filter(({ tags }) => tags.includes('odd')).map(({ name }) => name);
    expect(await all('bbox=-180,-90,180,90&tag=odd')).toEqual(odd);
  });

  test('where a fence was moved holds it there and no longer here', async () => {
    const moved = await newWorkspace();
    const caller = systemCaller(moved);
    const reader = await newKey(moved, { scopes: ['geofences:read'] });
    const fence = await writeGeofences.open().create(caller, { name: 'Van', latitude: 10, longitude: 20 }, unrecorded);
    await writeGeofences.open().update(caller, fence.id, { latitude: -10 }, 'patch', undefined);
    const count = async (query: string) => (await invoke(list, { key: reader, query })).body.data.length;
    await expect.poll(() => count('bbox=19,-11,21,-9')).toBe(1);
    expect(await count('bbox=19,9,21,11')).toBe(0);
  });
});

describe('a list near a point', () => {
  test('holds exactly the fences within the distance, nearest first', async () => {
    for (let i = 0; i < 30; i++) {
      const start = pick(random, fences);
      const [longitude, latitude] = travel([start.longitude, start.latitude], 7 * random(), 200_000 * random());
      const [at, meters] = [
        [Number(latitude.toFixed(6)), Number(longitude.toFixed(6))] as const,
        Math.round(logUniform(random, 1, 100_000)),
      ];
      const measured = fences
        .map(({ name, id, geometry }) => ({ name, id, meters: Math.max(0, distanceToEdgeMeters(geometry, ...at)) }))
        .filter((fence) => fence.meters <= meters)
        .map((fence) => ({ ...fence, millimeters: Math.floor(fence.meters * 1000) }))
        .sort((a, b) => a.millimeters - b.millimeters || (a.id < b.id ? -1 : 1));
      expect(await all(`near=${at},${meters}`), `${at}, ${meters}`).toEqual(measured.map(({ name }) => name));
    }
  });

  test.each([
    'near=91,0',
    'near=1',
    'near=1,2,100001',
    'near=a,b',
    'near=1,2,3,4',
    'bbox=1,2,3',
    'bbox=0,10,1,9',
    'bbox=0,0,181,1',
    'bbox=,,,',
    'bbox=0,0,1,1&near=1,1',
  ])('is refused for %s', async (query) => {
    const { status, body } = await invoke(list, { key, query });
    expect([status, body.error_code]).toEqual([400, 'VALIDATION_ERROR']);
  });
});
