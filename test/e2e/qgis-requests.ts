import { expect } from 'vitest';
import { collections as known } from '../../shared/ogc/collections.ts';

/**
 * The requests of QGIS when a layer is added, drawn and filtered: recorded from QGIS 3.22, with the additions of later
 * versions. Each request has a function that reads the response as QGIS does.
 */

interface World {
  readonly url: string;
  /** The number of all features. */
  readonly count: number;
  /** The id of one feature. */
  readonly id: string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

interface QgisRequest {
  readonly method: 'GET' | 'OPTIONS';
  /** Below the landing page. */
  readonly path: string;
  readonly accept: string;
  readonly expected: (body: Json, answer: Response, world: World) => void;
}

const json = 'application/json';
const features = 'application/geo+json, application/json';
const definition =
  'application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json';
const items = '/collections/geofences/items';

const linkOf = (body: Json, rel: string, type: string): string | undefined =>
  body.links.find((link: Json) => link.rel === rel && link.type === type)?.href;

/** A page with this number of features, out of this total, with a link to the next page if there is one. */
const pageOf =
  (returned: number, matched?: number): QgisRequest['expected'] =>
  (body, answer, { count }) => {
    expect(answer.headers.get('content-type')).toBe('application/geo+json');
    expect(body.features).toHaveLength(returned);
    expect(body.numberMatched).toBe(matched ?? count);
    for (const { id, geometry, properties } of body.features) {
      expect([typeof id, typeof geometry.type, typeof properties.name]).toEqual(['string', 'string', 'string']);
    }
    const next = linkOf(body, 'next', 'application/geo+json');
    expect(next !== undefined).toBe(returned < (matched ?? count));
  };

const get = (path: string, accept: string, expected: QgisRequest['expected']): QgisRequest => ({
  method: 'GET',
  path,
  accept,
  expected,
});

export const qgisRequests: readonly QgisRequest[] = [
  get('', json, (body, _, { url }) => {
    expect(linkOf(body, 'service-desc', 'application/vnd.oai.openapi+json;version=3.0')).toBe(`${url}/api`);
    expect(linkOf(body, 'data', json)).toBe(`${url}/collections`);
    expect(linkOf(body, 'conformance', json)).toBe(`${url}/conformance`);
  }),
  get('/api', definition, ({ components, paths }) => {
    expect(components.parameters.limit.schema).toMatchObject({ maximum: 1000, default: 50 });
    // QGIS leaves filters by these properties to the server.
    const queryables = paths[items].get.parameters.filter(
      (one: Json) =>
        one.in === 'query' && one.style === 'form' && one.explode === false && one.schema.type === 'string',
    );
    expect(queryables.map(({ name }: Json) => name)).toEqual(
      expect.arrayContaining(['status', 'groupName', 'externalId']),
    );
  }),
  get('/conformance', json, ({ conformsTo }) => expect(conformsTo).toHaveLength(3)),
  get('/collections', json, ({ collections }) =>
    expect(collections.map(({ id }: Json) => id)).toEqual(known.map(({ id }) => id)),
  ),
  get('/collections/geofences', json, ({ id, title, crs, extent }) => {
    expect({ id, title, crs }).toEqual({ id: 'geofences', title: 'Geofences', crs: [extent.spatial.crs] });
    expect(extent.spatial.bbox[0]).toHaveLength(4);
  }),
  get(`${items}?limit=10`, features, pageOf(10)),
  {
    method: 'OPTIONS',
    path: items,
    accept: '*/*',
    expected: (_, answer) => expect(answer.headers.get('allow')).toBe('GET, OPTIONS'),
  },
  get(`${items}?limit=1`, features, pageOf(1)),
  get(`${items}?limit=1000`, features, pageOf(1000)),
  get(`${items}?limit=1000&bbox=1.9,37.9,4.1,40.1`, features, pageOf(25, 25)),
  get(`${items}?limit=1000&bbox=170,-20,180,-10`, features, pageOf(0, 0)),
  get(`${items}?limit=1000&bbox=-180,-90,180,90`, features, pageOf(1000)),
  get(`${items}?limit=1000&datetime=2026-01-01T00:00:00Z%2F9999-12-31T00:00:00Z`, features, pageOf(1000)),
  get(`${items}?limit=1000&datetime=0000-01-01T00:00:00Z%2F2026-01-01T00:00:00Z`, features, pageOf(0, 0)),
  get(`${items}?limit=1000&status=inactive`, features, pageOf(105, 105)),
  get(`${items}?limit=1000&status=inactive&groupName=Group%200`, features, pageOf(15, 15)),
  get(`${items}/{id}`, features, (body, _, { id }) => expect([body.type, body.id]).toEqual(['Feature', id])),
];
