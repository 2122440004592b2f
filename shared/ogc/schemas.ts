import type { z } from 'zod';
import type { HttpRequest } from '../http/request.ts';
import type { Collection } from './collections.ts';
import { geofenceSchema } from './geofence-schema.ts';
import { hrefOf } from './links.ts';
import { locationSchema } from './location-schema.ts';
import { trackSchema } from './track-schema.ts';
import type { OgcSchema } from './wire.ts';

/**
 * The schema that a collection publishes for its features. Programs that keep features in tables need one type for each
 * column, and treat a list of types as text. So a property that may be null has only the type of its values, as in a
 * table.
 */

export interface JsonSchema {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  readonly [keyword: string]: unknown;
}

export interface FeatureSchema {
  /** The geometry types of GeoJSON that the features may have. */
  readonly geometries: readonly string[];
  /** Properties by name: those that always have a value, and those that may be null. */
  readonly required: Readonly<Record<string, JsonSchema>>;
  readonly nullable: Readonly<Record<string, JsonSchema>>;
  /** Names of the properties by which features can be filtered. */
  readonly queryables: readonly string[];
}

const schemas = {
  geofences: geofenceSchema,
  'device-locations': locationSchema,
  tracks: trackSchema,
} as const satisfies Record<string, FeatureSchema>;

/** The schema of a collection that every workspace has. */
export const schemaOfKind = (kind: keyof typeof schemas): FeatureSchema => schemas[kind];

const $schema = 'https://json-schema.org/draft/2020-12/schema';

/** The schema of a feature of the collection; the relation of its link is `describedby`. */
export function schemaOf(
  request: HttpRequest,
  { title }: Collection,
  { geometries, required, nullable }: FeatureSchema,
): z.input<typeof OgcSchema> {
  return {
    $schema,
    $id: hrefOf(request, ''),
    title,
    description: 'Properties that are not required may be null.',
    type: 'object',
    required: ['type', 'id', 'geometry', 'properties'],
    properties: {
      type: { type: 'string', enum: ['Feature'] },
      id: { type: 'string' },
      geometry: { oneOf: geometries.map((shape) => ({ $ref: `https://geojson.org/schema/${shape}.json` })) },
      properties: { type: 'object', required: Object.keys(required), properties: { ...required, ...nullable } },
    },
  };
}

/**
 * The properties by which features can be filtered. Each name is a query parameter, and the property must equal its
 * value.
 */
export function queryablesOf(
  request: HttpRequest,
  { title }: Collection,
  { required, nullable, queryables }: FeatureSchema,
): z.input<typeof OgcSchema> {
  const all = { ...required, ...nullable };
  return {
    $schema,
    $id: hrefOf(request, ''),
    title,
    type: 'object',
    properties: Object.fromEntries(queryables.map((name) => [name, all[name]])),
    additionalProperties: false,
  };
}
