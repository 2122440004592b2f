import { describe, expect, test } from 'vitest';
import { featuresDocument } from '../../../lib/openapi/features.ts';
import { anyForm, collections } from '../../../shared/ogc/collections.ts';
import { addressed } from '../../support/endpoints.ts';
import { lint } from './lint.ts';
import { at, everyObject, type Json, resolvedIn } from './walk.ts';

const document = featuresDocument(
  addressed.map(({ route }) => route),
  '1.2.3',
) as Json;
const items = document.paths['/collections/geofences/items'].get;
const resolved = (value: Json): Json => resolvedIn(document, value);

test('is valid and lint-clean, and every reference leads somewhere', async () => {
  expect(await lint(JSON.stringify(document))).toEqual([]);
  const targets = [...everyObject(document)].map(({ $ref }) => $ref).filter((ref) => typeof ref === 'string');
  expect(targets.filter((target) => at(document, target) === undefined)).toEqual([]);
});

test('names addresses from the landing page on, literally', () => {
  expect(document.servers.map(({ url }: Json) => url)).toEqual(['https://api.example.net/api/v1/ogc']);
  const ofCollections = [...collections, anyForm].flatMap(({ id }) =>
    ['', '/items', '/items/{featureId}', '/queryables', '/schema'].map((path) => `/collections/${id}${path}`),
  );
  const others = ['/', '/api', '/collections', '/conformance'];
  expect(Object.keys(document.paths).sort()).toEqual([...others, ...ofCollections].sort());
  const ids = Object.values<Json>(document.paths).map(({ get }) => get.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('query parameters', () => {
  test('are all written out, with style and explode', () => {
    const queryOf = ({ get }: Json) =>
      get.parameters.map(resolved).filter((parameter: Json) => parameter.in === 'query');
    for (const { id, filters } of collections) {
      expect(new Set(queryOf(document.paths[`/collections/${id}/items`]).map(({ name }: Json) => name))).toEqual(
        new Set(['bbox', 'cursor', 'datetime', 'limit', ...filters]),
      );
    }
    const query = Object.values<Json>(document.paths).flatMap(queryOf);
    expect(query.length).toBeGreaterThan(10);
    for (const { name, style, explode, required, description } of query) {
      expect([name, style, explode, required]).toEqual([name, 'form', name === 'tag', false]);
      if (['limit', 'bbox', 'datetime', 'cursor'].includes(name)) expect(description).toMatch(/\.$/);
    }
  });

  test('of the size of a page is the component that GDAL and QGIS look for', () => {
    expect(items.parameters.filter(({ $ref }: Json) => $ref === '#/components/parameters/limit')).toHaveLength(1);
    expect(document.components.parameters.limit).toMatchObject({
      name: 'limit',
      in: 'query',
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
    });
  });

  test('of a box is what the standard prints', () => {
    expect(items.parameters.find(({ name }: Json) => name === 'bbox')).toMatchObject({
      in: 'query',
      required: false,
      schema: { type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } },
    });
  });
});

test('wrong parameters are 400, and a key may be the password of HTTP Basic', () => {
  expect(items.responses).toHaveProperty('400');
  expect(items.responses).not.toHaveProperty('422');
  for (const { get } of Object.values<Json>(document.paths)) expect(get.security).toContainEqual({ basic: [] });
  expect(document.components.securitySchemes.basic).toMatchObject({ type: 'http', scheme: 'basic' });
});
