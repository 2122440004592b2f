import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readSchema } from '../../../shared/forms/read-schema.ts';
import { validate } from '../../../shared/forms/validate.ts';
import { distanceToEdgeMeters } from '../../../shared/geo/contains.ts';
import type { Geometry } from '../../../shared/geo/geometry.ts';
import { toDegrees } from '../../../shared/geo/grid.ts';
import { checkGeofences } from '../../../shared/geofences/checker.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { checkPlaces } from '../../../shared/submissions/places.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { type Random, seededRandom } from '../geo/support/random.ts';
import { caller, tenant } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

/** `within_geofence` and the check of geofences agree on which points are inside. */

const me = caller(tenant(1, 'enterprise'));
const fences = writeGeofences.open();
const index = checkGeofences.open();
let database: DynamoDbFake;
beforeEach(() => {
  catchOutput();
  vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date'] });
  database = new DynamoDbFake();
});
afterEach(() => {
  database.restore();
  vi.useRealTimers();
});

type Point = readonly [latitude: number, longitude: number];

/** Later ones have greater ids. */
async function aFence(fields: object): Promise<string> {
  vi.setSystemTime(Date.now() + 1);
  const { id } = await fences.create(me, { name: 'F', ...fields } as never, unrecorded);
  return id;
}

async function checkOf(rule: object, [latitude, longitude]: Point, more: object = {}) {
  const gps = { id: 'gps', type: 'geopoint', label: 'GPS', within_geofence: rule };
  const read = readSchema({ title: 'Where', fields: [gps] });
  const data = { gps: { latitude, longitude, ...more } };
  const { places } = validate(
    read.failures ? expect.fail(JSON.stringify(read.failures)) : read.schema,
    data,
    [],
    '2026-03-22',
  );
  return await checkPlaces(me.tenant, places);
}

const isAccepted = async (rule: object, point: Point) => (await checkOf(rule, point)).failures.length === 0;

/** The geofences that the check finds. */
async function found([latitude, longitude]: Point): Promise<string[]> {
  const rows = await index.candidates(me.tenant.reference, latitude, longitude, new AbortController().signal);
  return (await index.matches(me.tenant, latitude, longitude, rows)).matches.map(({ geofenceId }) => geofenceId);
}

const onGrid = (degrees: number) => Math.round(degrees * 1e7) / 1e7;

/** A triangle in a triangle, whose corners are anywhere. */
function aFrame(random: Random) {
  const [y, x] = [10 + random() * 0.01, 20 + random() * 0.01];
  const corner = (turn: number, reach: number) => [
    onGrid(x + Math.cos(turn) * reach),
    onGrid(y + Math.sin(turn) * reach),
  ];
  const ring = (reach: number, turn: number) => {
    const corners = [0, 2.1, 4.2].map((step) => corner(turn + step, reach));
    return [...corners, corners[0]!];
  };
  const turn = random() * 6;
  return { type: 'Polygon', coordinates: [ring(0.004, turn), ring(0.0015, turn + 0.4)] };
}

/** Points on corners and edges, or as near to them as coordinates can be. */
function edgePoints({ coordinates }: { coordinates: number[][][] }, random: Random): Point[] {
  const step = () => (Math.floor(random() * 3) - 1) * 1e-7;
  return coordinates.flatMap((ring) =>
    ring.slice(1).flatMap(([x = 0, y = 0], i) => {
      const [fromX = 0, fromY = 0] = ring[i]!;
      const along = [0, random()];
      return along.map(
        (part): Point => [
          onGrid(fromY + (y - fromY) * part + (part && step())),
          onGrid(fromX + (x - fromX) * part + (part && step())),
        ],
      );
    }),
  );
}

describe('a point at the very edge', () => {
  test('is inside for a geofence and a tag exactly where the check finds the geofence', async () => {
    const random = seededRandom(5);
    const frames = Array.from({ length: 3 }, () => aFrame(random));
    const ids: string[] = [];
    for (const geometry of frames) ids.push(await aFence({ geometry, tags: ['area'] }));
    const tally = { inside: 0, outside: 0 };
    for (const [i, frame] of frames.entries()) {
      for (const point of edgePoints(frame, random)) {
        const all = await found(point);
        expect(await isAccepted({ geofence_id: ids[i] }, point), `seed 5: ${point}`).toBe(all.includes(ids[i]!));
        expect(await isAccepted({ tag: 'area' }, point), `seed 5: ${point}`).toBe(all.length > 0);
        tally[all.includes(ids[i]!) ? 'inside' : 'outside'] += 1;
      }
    }
    expect(Math.min(tally.inside, tally.outside)).toBeGreaterThan(8);
  });

  /** Points whose distance from the centre differs from 100 km by less than a nanometre. */
  const circles: readonly [center: Point, point: Point, isInside: boolean][] = [
    [[11.7825408, -54.141014], [11.9917481, -53.2471972], true],
    [[-10.3872377, -77.7545625], [-9.6080721, -77.2985482], false],
    [[-24.27376, 48.0443265], [-23.6850265, 48.788381], false],
  ];
  test.each(circles)('of a circle around %j: %j, inside %s', async ([latitude, longitude], point, isInside) => {
    const id = await aFence({ latitude, longitude, radiusMeters: 100_000, tags: ['area'] });
    expect(await found(point)).toEqual(isInside ? [id] : []);
    expect(await isAccepted({ geofence_id: id }, point)).toBe(isInside);
    expect(await isAccepted({ tag: 'area' }, point)).toBe(isInside);
    const circle: Geometry = { type: 'Circle', center: [longitude, latitude], radiusMeters: 100_000 };
    expect(distanceToEdgeMeters(circle, ...point) > 0).toBe(!isInside);
  });
});

describe('a point a few centimetres outside', () => {
  const centimetre = 9e-8;

  test.each(['geofence_id', 'tag'] as const)(
    'is reported with a distance above 0, and with one that suffices: %s',
    async (by) => {
      const id = await aFence({ latitude: 0, longitude: 0, radiusMeters: 100, tags: ['area'] });
      const edge = 100 / ((6_371_008.7714 * Math.PI) / 180);
      const rule = by === 'tag' ? { tag: 'area' } : { geofence_id: id };
      for (const centimetres of [1, 4, 14]) {
        const point: Point = [edge + centimetres * centimetre, 0];
        const { refused, failures } = await checkOf(rule, point);
        const meters = centimetres > 10 ? 0.2 : 0.1;
        expect(refused).toEqual([{ field: 'gps', distance_meters: meters, geofence_id: id }]);
        expect(failures[0]!.msg).toBe(`${meters} m outside of the area where this may be collected`);
        expect(await isAccepted({ ...rule, max_distance_meters: meters }, point)).toBe(true);
      }
    },
  );
});

test('one match is enough, also beside an older geofence whose edge is less than a millimetre away', async () => {
  const metersOfStep = (6_371_008.7714 * Math.PI) / 180 / 1e7;
  const step = Array.from({ length: 1e6 }, (_, i) => i).find((i) => i > 9000 && (i * metersOfStep) % 1 < 5e-4)!;
  const point: Point = [0, toDegrees(step)];
  const radiusMeters = Math.floor(step * metersOfStep);
  await aFence({ latitude: 0, longitude: 0, radiusMeters, tags: ['area'] });
  expect(await isAccepted({ tag: 'area' }, point)).toBe(false);
  await aFence({ latitude: 0, longitude: point[1], radiusMeters: 10, tags: ['area'] });
  expect(await isAccepted({ tag: 'area' }, point)).toBe(true);
});

describe('a tag and a group', () => {
  const near: Point = [0, 0];
  const away: Point = [0.01, 0];
  const rules = { tag: { tag: 'area' }, 'group name': { group_name: 'Areas' } };

  test.each(Object.entries(rules))('a %s refuses what is outside of all its active geofences', async (_, rule) => {
    const mine = { tags: ['area'], groupName: 'Areas' };
    const id = await aFence({ latitude: 0, longitude: 0, radiusMeters: 100, ...mine });
    await aFence({ latitude: 0.01, longitude: 0, radiusMeters: 100, tags: ['areas'], groupName: 'areas' });
    await aFence({ latitude: 0.01, longitude: 0, radiusMeters: 100, ...mine, status: 'inactive' });
    expect(await isAccepted(rule, near)).toBe(true);
    const { refused, failures } = await checkOf(rule, away);
    expect(refused).toEqual([{ field: 'gps', distance_meters: 1012, geofence_id: id }]);
    expect(failures).toMatchObject([{ type: 'within_geofence', loc: ['gps'], msg: expect.stringContaining('1012 m') }]);
    expect(await isAccepted({ ...rule, max_distance_meters: 1011 }, away)).toBe(false);
    expect(await isAccepted({ ...rule, max_distance_meters: 1012 }, away)).toBe(true);
    const nowhere = await checkOf(rule, [45, 45]);
    expect(nowhere.refused).toEqual([{ field: 'gps', distance_meters: null, geofence_id: null }]);
  });

  test.each(Object.entries(rules))('a %s sees geofences as they are when the data arrives', async (_, rule) => {
    const mine = { tags: ['area'], groupName: 'Areas' };
    const id = await aFence({ latitude: 0, longitude: 0, radiusMeters: 100, ...mine });
    const patch = (fields: object) => fences.update(me, id, fields as never, 'patch', undefined);
    const accepted = async () => [await isAccepted(rule, near), await isAccepted(rule, away)];
    expect(await accepted()).toEqual([true, false]);
    await patch({ latitude: 0.01, longitude: 0 });
    expect(await accepted()).toEqual([false, true]);
    await patch({ tags: [], groupName: 'Others' });
    expect(await accepted()).toEqual([false, false]);
    await patch({ ...mine, status: 'inactive' });
    expect(await accepted()).toEqual([false, false]);
    await patch({ status: 'active' });
    expect(await accepted()).toEqual([false, true]);
    await fences.delete(me, id, undefined);
    // Unlike a geofence that is named by its id, one with a tag may have been replaced, so that nothing is flagged.
    expect(await accepted()).toEqual([false, false]);
  });

  test('an accuracy counts only where the rule says so', async () => {
    await aFence({ latitude: 0, longitude: 0, radiusMeters: 100, tags: ['area'] });
    const refusals = async (rule: object, accuracy: number) =>
      (await checkOf({ tag: 'area', ...rule }, away, { accuracy })).failures.length;
    expect(await refusals({}, 5000)).toBe(1);
    expect(await refusals({ use_accuracy: true }, 1011)).toBe(1);
    expect(await refusals({ use_accuracy: true }, 1012)).toBe(0);
    expect(await refusals({ use_accuracy: true, max_distance_meters: 12 }, 1000)).toBe(0);
  });
});

describe('a submission with a thousand places', () => {
  /** A star with ten thousand positions around 0, 0. */
  const star = {
    type: 'Polygon',
    coordinates: [
      Array.from({ length: 10_000 }, (_, i) => {
        const turn = ((i % 9999) / 9999) * 2 * Math.PI;
        const reach = 0.05 * (1 + 0.3 * Math.sin(37 * turn));
        return [onGrid(reach * Math.cos(turn)), onGrid(reach * Math.sin(turn))];
      }),
    ],
  };
  const random = seededRandom(7);
  const somewhere = () => ({ latitude: onGrid(random() * 0.2 - 0.1), longitude: onGrid(random() * 0.2 - 0.1) });
  const thousand = Array.from({ length: 1000 }, somewhere);

  async function spent(fields: readonly object[], data: object) {
    const read = readSchema({ title: 'Where', fields });
    if (read.failures) expect.fail(JSON.stringify(read.failures));
    const { places } = validate(read.schema, data as never, [], '2026-03-22');
    const begun = process.cpuUsage();
    const { failures } = await checkPlaces(me.tenant, places);
    const { user, system } = process.cpuUsage(begun);
    return { failures: failures.length, milliseconds: (user + system) / 1000 };
  }

  test.each(['named', 'tagged'])('costs little, where the geofence is %s', async (how) => {
    const ids = [await aFence({ geometry: star, tags: ['area'] }), await aFence({ geometry: star, tags: ['area'] })];
    const rule = how === 'named' ? { geofence_id: ids[0] } : { tag: 'area' };
    const gps = { id: 'gps', type: 'geopoint', label: 'GPS', within_geofence: rule };
    const rows = { id: 'rows', type: 'repeat', label: 'Rows', fields: [gps] };
    const { failures, milliseconds } = await spent([rows], { rows: thousand.map((point) => ({ gps: point })) });
    expect(failures).toBe(100);
    expect(milliseconds).toBeLessThan(2000);
    const reads = database.calls.filter((call) => JSON.stringify(call).includes('BatchGet')).length;
    expect(reads).toBeLessThan(1200);
  });

  test('costs little along a trace', async () => {
    const id = await aFence({ geometry: star });
    const trace = { id: 'trace', type: 'geotrace', label: 'T', within_geofence: { geofence_id: id } };
    const { failures, milliseconds } = await spent([trace], { trace: { points: thousand } });
    expect(failures).toBe(1);
    expect(milliseconds).toBeLessThan(2000);
  });
});
