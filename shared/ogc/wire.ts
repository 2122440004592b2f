import * as z from 'zod';
import { polygons } from '../geofences/geometry-wire.ts';
import { Geofence } from '../geofences/wire.ts';
import { instant } from '../wire/schema.ts';

/** Answers in the form that OGC API Features, part 1, defines. */

export const OgcLink = z
  .object({
    href: z.string(),
    rel: z.string(),
    type: z.string(),
    title: z.string(),
  })
  .meta({
    id: 'OgcLink',
    example: {
      href: 'https://api.example.net/api/v1/ogc/collections',
      rel: 'data',
      type: 'application/json',
      title: 'Collections',
    },
  });

const links = z.array(OgcLink);

export const OgcLandingPage = z
  .object({
    title: z.string().meta({ example: 'Hexfence' }),
    description: z.string().meta({ example: 'Geofences as OGC API Features.' }),
    links,
  })
  .meta({ id: 'OgcLandingPage' });

export const OgcConformance = z
  .object({
    conformsTo: z.array(z.string()).meta({
      description: 'Addresses of the conformance classes.',
      example: ['http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'],
    }),
  })
  .meta({ id: 'OgcConformance' });

export const OgcCollection = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    itemType: z.literal('feature'),
    crs: z.array(z.string()),
    extent: z
      .object({
        spatial: z.object({ bbox: z.array(z.array(z.number())), crs: z.string() }),
        temporal: z.object({ interval: z.array(z.array(instant())), trs: z.string() }),
      })
      .optional()
      .meta({ description: 'A box and a time span that contain all features; absent if there is no feature.' }),
    links,
  })
  .meta({
    id: 'OgcCollection',
    example: {
      id: 'geofences',
      title: 'Geofences',
      description: 'Areas as polygons; circles with 64 sides. Their time is that of their creation.',
      itemType: 'feature',
      crs: ['http://www.opengis.net/def/crs/OGC/1.3/CRS84'],
      extent: {
        spatial: { bbox: [[-122.6, 37.6, -122.3, 37.9]], crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' },
        temporal: {
          interval: [['2026-03-17T10:00:00Z', '2026-03-22T10:00:00Z']],
          trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
        },
      },
      links: [
        {
          href: 'https://api.example.net/api/v1/ogc/collections/geofences/items',
          rel: 'items',
          type: 'application/geo+json',
          title: 'Geofences',
        },
      ],
    },
  });

export const OgcCollections = z.object({ collections: z.array(OgcCollection), links }).meta({ id: 'OgcCollections' });

export const OgcSchema = z
  .looseObject({
    $schema: z.string(),
    $id: z.string(),
    title: z.string(),
    type: z.literal('object'),
    properties: z.record(z.string(), z.unknown()),
  })
  .meta({
    id: 'OgcSchema',
    description: 'A JSON Schema.',
    example: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'https://api.example.net/api/v1/ogc/collections/geofences/queryables',
      title: 'Geofences',
      type: 'object',
      properties: { status: { title: 'Status', type: 'string', enum: ['active', 'inactive'] } },
    },
  });

/**
 * Without `updatedAt`: GIS clients send every comparison with a date as `datetime`, so a filter by `updatedAt` would
 * silently compare the time of creation. `version` shows that a fence has changed.
 */
export const GeofenceProperties = Geofence.omit({ id: true, geometry: true, updatedAt: true }).meta({
  id: 'GeofenceProperties',
  description: 'The geofence. If `geometryType` is `Circle`, `radiusMeters` is the radius of the circle.',
});

const feature = {
  type: z.literal('Feature'),
  id: z.uuid(),
  geometry: z.union(polygons),
  properties: GeofenceProperties,
};

const {
  id,
  geometry: _geometry,
  updatedAt: _updatedAt,
  ...exampleProperties
} = (Geofence.meta() as { readonly example: z.input<typeof Geofence> }).example;
const exampleFeature: z.input<typeof FeatureOfMany> = {
  type: 'Feature',
  id,
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [-122.4194, 37.7758],
        [-122.4205, 37.7749],
        [-122.4194, 37.774],
        [-122.4183, 37.7749],
        [-122.4194, 37.7758],
      ],
    ],
  },
  properties: exampleProperties,
};

const FeatureOfMany = z.object(feature).meta({ id: 'GeofenceFeature' });

export const GeofenceFeature = z
  .object({ ...feature, links })
  .meta({ id: 'LinkedGeofenceFeature', example: { ...exampleFeature, links: [] } });

export const GeofenceFeatures = z
  .object({
    type: z.literal('FeatureCollection'),
    features: z.array(FeatureOfMany),
    numberReturned: z.int(),
    numberMatched: z
      .int()
      .optional()
      .meta({ description: 'Number of all matching features; absent if there are too many to count.' }),
    timeStamp: instant(),
    links,
  })
  .meta({
    id: 'GeofenceFeatures',
    example: {
      type: 'FeatureCollection',
      features: [exampleFeature],
      numberReturned: 1,
      numberMatched: 1,
      timeStamp: '2026-03-22T10:00:00Z',
      links: [],
    },
  });
