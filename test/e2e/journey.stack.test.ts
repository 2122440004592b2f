import { beforeAll, describe, expect, test } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { type ApiAnswer, apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** The main task over HTTP on the deployed stack: create geofences, and ask which of them contain a point. */

type Api = ReturnType<typeof apiClient>;
type Shape = Record<string, unknown>;

async function newApi(): Promise<Api> {
  useDeployedTables();
  return apiClient(await newKey(await newWorkspace(), { scopes: grantableScopes }));
}

let api: Api;
beforeAll(async () => {
  api = await newApi();
});

const path = '/api/v1/geofences';

async function create(body: Shape): Promise<ApiAnswer['body']> {
  const answer = await api('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

/** Ids of the fences that contain a point, longitude first. */
async function holding([longitude, latitude]: readonly [number, number]): Promise<string[]> {
  const { status, body } = await api('POST', `${path}/check`, { latitude, longitude });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.matches.map((match: { geofenceId: string }) => match.geofenceId);
}

const polygon = (...rings: number[][][]) => ({ type: 'Polygon', coordinates: rings.map((ring) => [...ring, ring[0]]) });
const box = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
];

/** Shapes with points inside, on the edge (which is inside) and outside. */
const shapes: Record<string, { body: Shape; inside: [number, number][]; outside: [number, number][] }> = {
  'a circle': {
    body: { latitude: 52.5, longitude: 13.4, radiusMeters: 1000 },
    inside: [
      [13.4, 52.5],
      [13.4, 52.5089],
    ],
    outside: [
      [13.4, 52.51],
      [13.5, 52.5],
    ],
  },
  'a polygon with a hole': {
    body: { geometry: polygon(box(10, 10, 10.4, 10.4), box(10.1, 10.1, 10.3, 10.3)) },
    inside: [
      [10.05, 10.05],
      [10, 10],
      [10.4, 10.2],
      [10.1, 10.2],
      [10.3, 10.3],
    ],
    outside: [
      [10.2, 10.2],
      [9.9999999, 10.2],
      [10.4000001, 10.2],
    ],
  },
  'two polygons in one': {
    body: {
      geometry: {
        type: 'MultiPolygon',
        coordinates: [
          [0, 5].map((at) => polygon(box(at, 0, at + 1, 1)).coordinates[0])[0],
          [5].map((at) => polygon(box(at, 0, at + 1, 1)).coordinates[0])[0],
        ].map((ring) => [ring]),
      },
    },
    inside: [
      [0.5, 0.5],
      [5.5, 0.5],
      [1, 1],
    ],
    outside: [
      [3, 0.5],
      [0.5, 1.1],
    ],
  },
  'a polygon across ±180°': {
    body: { geometry: polygon(box(179, -18, -179, -16)) },
    inside: [
      [179.5, -17],
      [-179.5, -17],
      [180, -17],
      [-180, -17],
      [179, -16],
    ],
    outside: [
      [178.9, -17],
      [-178.9, -17],
      [0, -17],
    ],
  },
  'a circle round the north pole': {
    body: { latitude: 90, longitude: 0, radiusMeters: 100_000 },
    inside: [
      [0, 89.5],
      [180, 89.5],
      [-90, 89.2],
      [45, 90],
    ],
    outside: [
      [0, 89],
      [180, 88.5],
    ],
  },
  'a circle near the south pole that reaches over it': {
    body: { latitude: -89.9, longitude: 10, radiusMeters: 50_000 },
    inside: [
      [10, -89.6],
      [-170, -89.9],
      [100, -90],
    ],
    outside: [[-170, -89.6]],
  },
};

describe.each(Object.entries(shapes))('%s', (name, { body, inside, outside }) => {
  test('contains what lies in it or on its edge, and nothing else, from its creation to its deletion', async () => {
    const { id, geometryType } = await create({ name, ...body });
    expect(geometryType).toBe('geometry' in body ? (body.geometry as Shape).type : 'Circle');
    for (const point of inside) expect(await holding(point), `${point} is inside`).toContain(id);
    for (const point of outside) expect(await holding(point), `${point} is outside`).not.toContain(id);
    expect((await api('DELETE', `${path}/${id}`)).status).toBe(204);
    for (const point of inside) expect(await holding(point)).not.toContain(id);
  });
});

describe('a change is seen by the next check', () => {
  const berlin: [number, number] = [13.4, 52.5];
  const paris: [number, number] = [2.3, 48.85];

  test('PATCH moves it, and moves it back', async () => {
    const { id } = await create({ name: 'Mover', longitude: berlin[0], latitude: berlin[1] });
    for (const [here, there] of [
      [berlin, paris],
      [paris, berlin],
    ] as const) {
      expect(await holding(here)).toContain(id);
      const { status } = await api('PATCH', `${path}/${id}`, { longitude: there[0], latitude: there[1] });
      expect(status).toBe(200);
      expect(await holding(there)).toContain(id);
      expect(await holding(here)).not.toContain(id);
    }
  });

  test('PATCH makes it larger, inactive, and active again', async () => {
    const { id } = await create({ name: 'Grower', longitude: 13.4, latitude: 52.5, radiusMeters: 10 });
    const near: [number, number] = [13.41, 52.5];
    expect(await holding(near)).not.toContain(id);
    await api('PATCH', `${path}/${id}`, { radiusMeters: 2000 });
    expect(await holding(near)).toContain(id);
    await api('PATCH', `${path}/${id}`, { status: 'inactive' });
    expect(await holding(near)).not.toContain(id);
    await api('PATCH', `${path}/${id}`, { status: 'active' });
    expect(await holding(near)).toContain(id);
  });

  test('a match has the present name, distance, radius, action and trigger', async () => {
    const { id } = await create({ name: 'Old', longitude: 20, latitude: 20, radiusMeters: 5000 });
    const large = { note: 'x'.repeat(4000) };
    for (const change of [{ name: 'New', triggerOn: 'dwell' }, { action: { offer: 'tea' } }, { action: large }]) {
      await api('PATCH', `${path}/${id}`, change);
    }
    const { body } = await api('POST', `${path}/check`, { longitude: 20.01, latitude: 20, customerId: 'c-1' });
    expect(body).toEqual({
      customerId: 'c-1',
      longitude: 20.01,
      latitude: 20,
      count: 1,
      matches: [
        { geofenceId: id, geofenceName: 'New', distance: 1045, radiusMeters: 5000, action: large, triggerOn: 'dwell' },
      ],
    });
  });

  test('PUT with the id in the body changes what it gives; PUT on the id replaces the whole', async () => {
    const { id } = await create({ name: 'Put', longitude: 30, latitude: 30, tags: ['kept'], metadata: { a: 1 } });
    const updated = await api('PUT', path, { id, radiusMeters: 900 });
    expect(updated.body).toMatchObject({
      name: 'Put',
      tags: ['kept'],
      metadata: { a: 1 },
      radiusMeters: 900,
      version: 2,
    });
    const whole = { name: 'Whole', geometry: polygon(box(40, 40, 40.1, 40.1)) };
    const replaced = await api('PUT', `${path}/${id}`, whole);
    expect(replaced.body).toMatchObject({ name: 'Whole', tags: [], metadata: {}, geometryType: 'Polygon', version: 3 });
    expect(await holding([30, 30])).not.toContain(id);
    expect(await holding([40.05, 40.05])).toContain(id);
    expect((await api('GET', `${path}/${id}`)).body).toEqual(replaced.body);
  });

  test('DELETE by query and by path: gone at once from every answer', async () => {
    for (const remove of [(id: string) => `${path}?id=${id}`, (id: string) => `${path}/${id}`]) {
      const { id } = await create({ name: 'Doomed', longitude: 50, latitude: 50, externalId: 'doomed' });
      const { status, body } = await api('DELETE', remove(id));
      expect([status, body]).toEqual(remove('').includes('?') ? [200, { success: true, id }] : [204, '']);
      expect(await holding([50, 50])).toEqual([]);
      expect((await api('GET', `${path}/${id}`)).status).toBe(404);
      expect((await api('DELETE', `${path}/${id}`)).status).toBe(404);
      expect((await api('GET', `${path}?externalId=doomed`)).body.data).toEqual([]);
    }
  });
});

test('matches come nearest first, then by id', async () => {
  const at = (metres: number) => ({ longitude: 60 + metres / 111_195 / Math.cos(Math.PI / 3), latitude: 60 });
  for (const metres of [300, 0, 100, 200, 0]) await create({ name: `${metres}`, ...at(metres), radiusMeters: 1000 });
  const { body } = await api('POST', `${path}/check`, { longitude: 60, latitude: 60 });
  expect(body.matches.map((match: { distance: number }) => match.distance)).toEqual([0, 0, 100, 200, 300]);
  const [first, second] = body.matches;
  expect(first.geofenceId < second.geofenceId).toBe(true);
});

test('a list pages over HTTP by the links it gives, to the end', async () => {
  const listed = await newApi();
  for (let i = 0; i < 7; i++)
    await listed('POST', path, { name: `Fence ${i}`, latitude: i, longitude: i, tags: ['t'] });
  for (const first of ['?limit=3&tag=t', '?limit=3']) {
    const names: string[] = [];
    let next: string | undefined = path + first;
    while (next) {
      const { body, headers }: ApiAnswer = await listed('GET', next);
      names.push(...body.data.map((fence: { name: string }) => fence.name));
      const link: string | undefined = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
      next = link && new URL(link).pathname + new URL(link).search;
    }
    expect(names).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `Fence ${i}`));
  }
});

test('a polygon of 5,000 positions is created, moved and checked, each within one request', async () => {
  const star = (longitude: number) =>
    Array.from({ length: 4999 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 4999;
      const radius = i % 2 ? 2 : 1.9;
      return [longitude + radius * Math.cos(angle), 40 + radius * Math.sin(angle)];
    });
  const { id, version } = await create({ name: 'Star', geometry: polygon(star(10)) });
  expect(version).toBe(1);
  expect(await holding([11.85, 40])).toContain(id);
  expect(await holding([12.01, 40])).not.toContain(id);
  expect((await api('PATCH', `${path}/${id}`, { geometry: polygon(star(20)) })).status).toBe(200);
  expect(await holding([11.85, 40])).not.toContain(id);
  expect(await holding([21.85, 40])).toContain(id);
  const read = await api('GET', `${path}/${id}`);
  expect(read.body.geometry.coordinates[0]).toHaveLength(5000);
  expect((await api('PUT', `${path}/${id}`, read.body)).body.version).toBe(2);
});
