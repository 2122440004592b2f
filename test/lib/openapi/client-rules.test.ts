import { describe, expect, test } from 'vitest';
import { renderDocument } from '../../../lib/openapi/document.ts';
import { featuresDocument } from '../../../lib/openapi/features.ts';
import { addressed } from '../../support/endpoints.ts';
import { clientRules } from './client-rules.ts';
import type { Json } from './walk.ts';

/** Documents whose generated clients do not compile, or cannot call, are refused by name; see `test/clients` too. */

const routes = addressed.map(({ route }) => route);
const document = renderDocument(routes, '1.2.3') as Json;
const features = featuresDocument(routes, '1.2.3') as Json;

type RuleName = keyof typeof clientRules;
const names = Object.keys(clientRules) as RuleName[];

test.each(names)('no fault by the rule "%s"', (name) => {
  expect(clientRules[name](document)).toEqual([]);
  expect(clientRules[name](features)).toEqual([]);
});

/** For each rule the fault that it was made for. */
const planted: Readonly<Record<RuleName, (schemas: Json, broken: Json) => void>> = {
  constructors: (schemas) => {
    schemas.NewApiKey = schemas.CreatedApiKey;
  },
  operationResponses: (schemas) => {
    schemas.ChangePlanResponse = schemas.Subscription;
  },
  joinedNames: (schemas) => {
    const code = { type: 'string', enum: ['GEOCODE_FAILED'] };
    schemas.BulkResult.properties.error_code = code;
    schemas.BulkResult.properties.error = { type: 'object', properties: { code } };
  },
  nullableDefaults: (schemas) => {
    schemas.BulkCreateRequest.properties.dedup_strategy.default = 'skip';
  },
  branches: (schemas) => {
    schemas.Error.properties.detail.oneOf = [
      { type: 'string', title: 'A' },
      { type: 'array', title: 'B', items: {} },
    ];
  },
  sentDefaults: (_, { paths }) => {
    paths['/api/v1/geofences'].get.parameters.find(({ name }: Json) => name === 'offset').schema.default = 0;
  },
  idFormats: (_, { paths }) => {
    delete paths['/api/v1/geofences/{id}'].get.parameters[0].schema.format;
  },
  hosts: (_, broken) => {
    broken.servers[0].url = '/';
  },
  examples: (_, { paths }) => {
    delete paths['/api/v1/sites'].get.responses[200].content['application/json'].example;
  },
  rings: (schemas) => {
    delete schemas.MultiPolygon.properties.coordinates.items.items.minItems;
  },
};

describe('a planted fault is found', () => {
  test.each(names)('%s', (name) => {
    const broken = structuredClone(document);
    planted[name](broken.components.schemas, broken);
    expect(clientRules[name](broken)).toHaveLength(1);
  });
});
