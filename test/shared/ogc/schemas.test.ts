import { describe, expect, test } from 'vitest';
import { convert } from '../../../lib/openapi/json-schema.ts';
import { collections } from '../../../shared/ogc/collections.ts';
import { DeviceLocationProperties, GeofenceProperties } from '../../../shared/ogc/feature-wire.ts';
import { itemsQuery } from '../../../shared/ogc/items-query.ts';
import { queryablesOf, schemaOf, schemaOfKind } from '../../../shared/ogc/schemas.ts';
import { TrackProperties } from '../../../shared/ogc/track-wire.ts';
import { request } from '../support/people.ts';

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema
type Json = any;

/** The properties of each collection in the form of the API, and the date among them. */
const wires = {
  geofences: { wire: GeofenceProperties, date: 'createdAt' },
  'device-locations': { wire: DeviceLocationProperties, date: 'recordedAt' },
  tracks: { wire: TrackProperties, date: 'startedAt' },
};

describe.each(collections)('$id', (collection) => {
  const schema = schemaOf(request({}), collection, schemaOfKind(collection.kind)) as Json;
  const { required, properties } = schema.properties.properties;
  const { wire: zod, date } = wires[collection.kind];
  const { properties: wire } = [...convert(zod, 'output').definitions.values()].at(-1) as Json;

  test('the schema names the properties that features have, and which of them may be null', () => {
    expect(Object.keys(properties).sort()).toEqual(Object.keys(wire).sort());
    const always = Object.keys(wire).filter((name) => !wire[name].nullable);
    expect([...required].sort()).toEqual(always.sort());
  });

  test.each(Object.keys(wire))('%s has its type, in words that GDAL knows', (name) => {
    const { type, enum: values, format } = wire[name];
    const declared = properties[name];
    expect(['string', 'number', 'integer', 'boolean', 'array', 'object']).toContain(declared.type);
    expect([type, type === 'integer' ? 'number' : type]).toContain(declared.type);
    expect(declared.enum).toEqual(values);
    if (type === 'string') expect(declared.format).toBe(format);
    expect(declared.description).toMatch(/\.$/);
  });

  test('there is one date, which is what datetime filters by', () => {
    const dates = Object.keys(properties).filter((name) => properties[name].format === 'date-time');
    expect(dates).toEqual([date]);
  });

  test('queryables are properties, each a query parameter of the collection', () => {
    const { properties: queryables, additionalProperties } = queryablesOf(
      request({}),
      collection,
      schemaOfKind(collection.kind),
    ) as Json;
    expect(additionalProperties).toBe(false);
    for (const [name, declared] of Object.entries(queryables)) {
      expect(declared).toEqual(properties[name]);
      expect(Object.keys(itemsQuery.shape)).toContain(name);
      expect(collection.filters).toContain(name);
    }
  });
});

test('whole numbers that 32 bits do not hold are numbers', () => {
  const { properties } = (schemaOf(request({}), collections[0]!, schemaOfKind('geofences')) as Json).properties
    .properties;
  expect(properties.cooldownMs.type).toBe('number');
  expect(properties.radiusMeters.type).toBe('integer');
});
