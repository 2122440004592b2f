import { expect, test } from 'vitest';
import { convert } from '../../../lib/openapi/json-schema.ts';
import { collections } from '../../../shared/ogc/collections.ts';
import { itemsQuery } from '../../../shared/ogc/items-query.ts';
import { queryablesOf, schemaOf } from '../../../shared/ogc/schemas.ts';
import { GeofenceProperties } from '../../../shared/ogc/wire.ts';
import { request } from '../support/people.ts';

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema
type Json = any;

const [geofences] = collections;
const schema = schemaOf(request({}), geofences!) as Json;
const { required, properties } = schema.properties.properties;

/** The properties in the form of the API. */
const wire = (convert(GeofenceProperties, 'output').definitions.get('GeofenceProperties') as Json).properties;

test('the schema names the properties that features have, and which of them may be null', () => {
  expect(Object.keys(properties).sort()).toEqual(Object.keys(wire).sort());
  const always = Object.keys(wire).filter((name) => !wire[name].nullable);
  expect([...required].sort()).toEqual(always.sort());
});

test.each(Object.keys(wire))('%s has its type, in words that GDAL knows', (name) => {
  const { type, enum: values, format } = wire[name];
  const told = properties[name];
  expect(['string', 'number', 'integer', 'boolean', 'array', 'object']).toContain(told.type);
  expect([type, type === 'integer' ? 'number' : type]).toContain(told.type);
  expect(told.enum).toEqual(values);
  if (type === 'string') expect(told.format).toBe(format);
  expect(told.description).toMatch(/\.$/);
});

test('whole numbers that 32 bits do not hold are numbers', () => {
  expect(properties.cooldownMs.type).toBe('number');
  expect(properties.radiusMeters.type).toBe('integer');
});

test('there is one date, which is what datetime filters by', () => {
  const dates = Object.keys(properties).filter((name) => properties[name].format === 'date-time');
  expect(dates).toEqual(['createdAt']);
});

test('queryables are properties, each a query parameter', () => {
  const { properties: queryables, additionalProperties } = queryablesOf(request({}), geofences!) as Json;
  expect(additionalProperties).toBe(false);
  for (const [name, told] of Object.entries(queryables)) {
    expect(told).toEqual(properties[name]);
    expect(Object.keys(itemsQuery.shape)).toContain(name);
  }
});
