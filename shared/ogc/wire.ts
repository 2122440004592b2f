import * as z from 'zod';
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

export const links = z.array(OgcLink);

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
        temporal: z.object({ interval: z.array(z.array(instant().nullable())), trs: z.string() }),
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
