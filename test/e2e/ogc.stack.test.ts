import { beforeAll, describe, expect, inject, test } from 'vitest';
import * as routes from '../../functions/routes.ts';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { anyForm, collections } from '../../shared/ogc/collections.ts';
import { lint } from '../lib/openapi/lint.ts';
import { type ApiAnswer, apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** The path of a GIS client: from the landing page by links to every feature. */

const root = '/api/v1/ogc';
const itemsPath = `${root}/collections/geofences/items`;
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

let api: ReturnType<typeof apiClient>;
let readNothing: ReturnType<typeof apiClient>;
let fences: Json[];

const box = (west: number, south: number, east: number, north: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});

/** Oldest first. */
const drafts = [
  { name: 'Circle', latitude: 52.5, longitude: 13.4, radiusMeters: 1000, tags: ['city'] },
  { name: 'Box', geometry: box(10, 10, 11, 11), groupName: 'squares' },
  { name: 'Over the line', geometry: box(179, -18, -179, -16) },
  { name: 'Circle over the line', latitude: 0, longitude: 180, radiusMeters: 50_000, status: 'inactive' },
  { name: 'Pole', latitude: 90, longitude: 0, radiusMeters: 100_000, externalId: 'north' },
];

beforeAll(async () => {
  useDeployedTables();
  const workspace = await newWorkspace();
  api = apiClient(await newKey(workspace, { scopes: grantableScopes }));
  readNothing = apiClient(await newKey(workspace, { scopes: ['devices:read'] }));
  fences = [];
  for (const draft of drafts) {
    const { status, body } = await api('POST', '/api/v1/geofences', draft);
    expect(status, JSON.stringify(body)).toBe(201);
    fences.push(body);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

async function get(path: string, of = api): Promise<ApiAnswer> {
  const answer = await of('GET', path);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer;
}

const pathOf = (href: string) => href.slice(new URL(href).origin.length);
const linkOf = (body: Json, rel: string): string | undefined =>
  body.links.find((link: { rel: string }) => link.rel === rel)?.href;
const names = (body: Json): string[] => body.features.map(({ properties }: Json) => properties.name);
const found = async (query: string) => names((await get(`${itemsPath}?${query}`)).body);

function expectRing(ring: number[][]): void {
  expect(ring.length).toBeGreaterThanOrEqual(4);
  expect(ring.at(-1)).toEqual(ring[0]);
  for (const [x, y] of ring) {
    expect(Math.abs(x!)).toBeLessThanOrEqual(180);
    expect(Math.abs(y!)).toBeLessThanOrEqual(90);
  }
  const doubled = ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0]! * y! - x! * ring[i]![1]!, 0);
  expect(doubled, 'outer rings turn counterclockwise').toBeGreaterThan(0);
}

function expectFeature({ type, id, geometry, properties }: Json): void {
  expect([type, typeof id, typeof properties.name]).toEqual(['Feature', 'string', 'string']);
  expect(['Polygon', 'MultiPolygon']).toContain(geometry.type);
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  for (const [outer] of polygons) expectRing(outer);
}

const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

test('links lead from the landing page to everything', async () => {
  const { body: landing } = await get(root);
  const { body: conformance } = await get(pathOf(linkOf(landing, 'conformance')!));
  expect(conformance.conformsTo.map((uri: string) => uri.split('/').at(-1))).toEqual(['core', 'oas30', 'geojson']);
  const { body: data } = await get(pathOf(linkOf(landing, 'data')!));
  expect(data.collections.map(({ id }: Json) => id)).toEqual(['geofences', 'device-locations', 'tracks']);
  const { body: collection } = await get(pathOf(linkOf(data.collections[0], 'self')!));
  expect(collection).toEqual(data.collections[0]);
  const { body: schema } = await get(pathOf(linkOf(collection, 'describedby')!));
  expect(schema.$id).toBe(linkOf(collection, 'describedby'));
  const queryables = linkOf(collection, 'http://www.opengis.net/def/rel/ogc/1.0/queryables')!;
  expect(Object.keys((await get(pathOf(queryables))).body.properties)).toEqual(['status', 'groupName', 'externalId']);
  const { body: items, headers } = await get(pathOf(linkOf(collection, 'items')!));
  expect(headers.get('content-type')).toBe('application/geo+json');
  expect(items).toMatchObject({ type: 'FeatureCollection', numberReturned: 5, numberMatched: 5 });
  expect((await get(pathOf(linkOf(landing, 'self')!))).body).toEqual(landing);
  const docs = linkOf(landing, 'service-doc');
  if (docs) expect((await get(pathOf(docs))).headers.get('content-type')).toContain('text/html');
});

describe('the extent of a collection', () => {
  const extentOf = async (of = api) => (await get(`${root}/collections/geofences`, of)).body.extent;

  test('holds all of it: a box of all longitudes where a fence crosses ±180, and the time of creation', async () => {
    const created = fences.map(({ createdAt }) => createdAt as string);
    expect(await extentOf()).toEqual({
      spatial: { bbox: [[-180, expect.closeTo(-18.01, 0), 180, 90]], crs: crs84 },
      temporal: {
        interval: [[created[0], created.at(-1)]],
        trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
      },
    });
  });

  test('is no larger than need be, and is none where there is no fence', async () => {
    const workspace = await newWorkspace();
    const own = apiClient(await newKey(workspace, { scopes: grantableScopes }));
    expect(await extentOf(own)).toBeUndefined();
    const circle = { latitude: 52.5, longitude: 13.4, radiusMeters: 1000 };
    for (const more of [{}, { longitude: 13.5, radiusMeters: 100 }]) {
      expect((await own('POST', '/api/v1/geofences', { name: 'x', ...circle, ...more })).status).toBe(201);
    }
    const [west, south, east, north] = (await extentOf(own)).spatial.bbox[0];
    const features = (await get(itemsPath, own)).body.features.flatMap(({ geometry }: Json) => geometry.coordinates[0]);
    const [xs, ys] = [0, 1].map((axis) => features.map((position: number[]) => position[axis]));
    for (const [bound, of] of [
      [west, Math.min(...xs)],
      [south, Math.min(...ys)],
      [east, Math.max(...xs)],
      [north, Math.max(...ys)],
    ]) {
      expect(bound).toBeCloseTo(of, 4);
    }
    expect(west).toBeLessThanOrEqual(Math.min(...xs));
    expect(east).toBeGreaterThanOrEqual(Math.max(...xs));
  });
});

describe('HTTP Basic', () => {
  const as = (authorization: string) => ({ authorization });
  const basic = (password: string) => `Basic ${Buffer.from(`any:${password}`).toString('base64')}`;

  test('takes the key as password under /ogc, and nowhere else', async () => {
    const key = await newKey(await newWorkspace(), { scopes: ['geofences:read'] });
    const nobody = apiClient(undefined);
    for (const path of [root, `${root}/api`, `${root}/collections`, itemsPath]) {
      expect((await nobody('GET', path, undefined, as(basic(key)))).status, path).toBe(200);
    }
    const elsewhere = await nobody('GET', '/api/v1/geofences', undefined, as(basic(key)));
    expect([elsewhere.status, elsewhere.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test('is offered to callers without a key, or with a wrong one', async () => {
    for (const headers of [{}, as(basic('wrong')), as(basic(`hx_live_${'0'.repeat(62)}`))]) {
      const answer = await apiClient(undefined)('GET', itemsPath, undefined, headers as Record<string, string>);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer, Basic realm="Hexfence", charset="UTF-8"');
    }
  });
});

describe('the definition', () => {
  test('is valid OpenAPI 3.0 of exactly these routes', async () => {
    const { body: landing } = await get(root);
    const { body: document, headers } = await get(pathOf(linkOf(landing, 'service-desc')!));
    expect(headers.get('content-type')).toBe('application/vnd.oai.openapi+json;version=3.0');
    expect(document.openapi).toMatch(/^3\.0\./);
    expect(await lint(JSON.stringify(document))).toEqual([]);
    expect(document.servers.map(({ url }: Json) => new URL(url, inject('stack').url).href)).toEqual([
      linkOf(landing, 'self'),
    ]);
    const own = Object.values(routes).map(({ route }) => route.path as string);
    const paths = own.filter((path) => /^\/api\/v1\/ogc(\/|$)/.test(path));
    const served = paths.flatMap((path) =>
      [...collections, anyForm].map(({ id }) => path.slice(root.length).replace('{collectionId}', id) || '/'),
    );
    expect(Object.keys(document.paths).sort()).toEqual([...new Set(served)].sort());
    expect(Object.keys(document.paths['/collections/geofences/items'].get.responses['200'].content)).toEqual([
      'application/geo+json',
    ]);
  });
});

describe('items', () => {
  test('are valid features, each as it is by itself', async () => {
    const { body } = await get(itemsPath);
    for (const feature of body.features) {
      expectFeature(feature);
      const { body: alone, headers } = await get(`${itemsPath}/${feature.id}`);
      expect(headers.get('content-type')).toBe('application/geo+json');
      expect(alone).toMatchObject(feature);
      expect(pathOf(linkOf(alone, 'self')!)).toBe(`${itemsPath}/${feature.id}`);
      expect(pathOf(linkOf(alone, 'collection')!)).toBe(`${root}/collections/geofences`);
    }
    const shapes = body.features.map(({ geometry }: Json) => geometry.type);
    expect(shapes).toEqual(['Polygon', 'MultiPolygon', 'MultiPolygon', 'Polygon', 'Polygon']);
    const { id, geometry: _, updatedAt: __, ...properties } = fences[0];
    expect(body.features[4]).toMatchObject({ id });
    expect(body.features[4].properties).toEqual(properties);
    expect(body.features[4].geometry.coordinates[0]).toHaveLength(65);
  });

  test.each([
    ...['limit=1', 'limit=2', 'limit=1000', 'limit=5000', 'limit=2&datetime=../2099-01-01'],
    ...['limit=2&bbox=-180,-90,180,90', 'limit=2&bbox=-180,-80,180,90', 'limit=1&bbox=-500,-89,500,95'],
  ])('page by the link `next` to the end: %s', async (query) => {
    const seen: string[] = [];
    let next: string | undefined = `${itemsPath}?${query}`;
    for (let page = 1; next; page++) {
      const { body, headers }: ApiAnswer = await get(next);
      expect(body.numberReturned).toBe(body.features.length);
      expect(body.numberMatched).toBe(5);
      expect(headers.get('x-total-count')).toBe(page === 1 ? '5' : null);
      seen.push(...names(body));
      const href: string | undefined = linkOf(body, 'next');
      expect(headers.get('link')).toBe(href ? `<${href}>; rel="next"` : null);
      next = href && pathOf(href);
    }
    expect(seen).toEqual(drafts.map(({ name }) => name).reverse());
  });

  test.each([
    ['bbox=13,52,14,53', ['Circle']],
    ['bbox=13,52,-100,14,53,9000', ['Circle']],
    ['bbox=178,-20,-178,20', ['Circle over the line', 'Over the line']],
    ['bbox=178,-20,182,20', ['Circle over the line', 'Over the line']],
    ['bbox=-182,-20,-178,20', ['Circle over the line', 'Over the line']],
    ['bbox=538,-20,542,20', ['Circle over the line', 'Over the line']],
    ['bbox=370,9,372,12', ['Box']],
    ['bbox=-170,-100,190,100', drafts.map(({ name }) => name).reverse()],
    ['bbox=-179.9,-17,-179.8,-16.9', ['Over the line']],
    ['bbox=0,89.5,1,90', ['Pole']],
    ['bbox=20,20,30,30', []],
    ['bbox=178,-20,-178,20&status=active', ['Over the line']],
    ['tag=city', ['Circle']],
    ['group=squares', ['Box']],
    ['groupName=squares', ['Box']],
    ['groupName=squares&status=inactive', []],
    ['externalId=north', ['Pole']],
    ['datetime=2020-01-01T/..&groupName=squares', ['Box']],
  ])('filter by %s', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test('filter by the time of creation, to the millisecond', async () => {
    const [, second, third, fourth] = fences.map(({ createdAt }) => createdAt as string);
    const justBefore = (text: string) => new Date(Date.parse(text) - 1).toISOString();
    const named = (...at: number[]) => at.map((i) => drafts[i]!.name).reverse();
    expect(await found(`datetime=${second}`)).toEqual(named(1));
    expect(await found(`datetime=${justBefore(second!)}`)).toEqual([]);
    expect(await found(`datetime=${second}/${fourth}`)).toEqual(named(1, 2, 3));
    expect(await found(`datetime=../${third}`)).toEqual(named(0, 1, 2));
    expect(await found(`datetime=../${justBefore(third!)}`)).toEqual(named(0, 1));
    expect(await found(`datetime=${fourth}/..`)).toEqual(named(3, 4));
    expect(await found(`datetime=${second}/&bbox=9,9,14,53`)).toEqual(named(1));
    expect(await found(`datetime=${fourth}/..&externalId=north`)).toEqual(named(4));
    expect(await found(`datetime=../${third}&externalId=north`)).toEqual([]);
    const { body } = await get(`${itemsPath}?limit=1&datetime=${second}/${fourth}`);
    expect(body.numberMatched).toBe(3);
  });

  test('refuse a cursor of another filter', async () => {
    const next = new URL(linkOf((await get(`${itemsPath}?limit=1`)).body, 'next')!);
    const { status, body } = await api('GET', `${next.pathname}${next.search}&status=active`);
    expect([status, body.error_code]).toEqual([400, 'CURSOR_INVALID']);
  });
});

test('a key that may not read geofences sees no collection and is refused its features', async () => {
  expect((await get(`${root}/collections`, readNothing)).body.collections).toEqual([]);
  const collection = `${root}/collections/geofences`;
  const paths = ['', '/schema', '/queryables', '/items', `/items/${fences[0].id}`];
  for (const path of paths.map((more) => collection + more)) {
    const { status, body } = await readNothing('GET', path);
    expect([status, body.error_code, body.details]).toEqual([
      403,
      'SCOPE_MISSING',
      { required_scope: 'geofences:read' },
    ]);
  }
});
