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
  .meta({ id: 'OgcLink' });

const links = z.array(OgcLink);

export const OgcLandingPage = z
  .object({ title: z.string(), description: z.string(), links })
  .meta({ id: 'OgcLandingPage' });

export const OgcConformance = z
  .object({ conformsTo: z.array(z.string()).meta({ description: 'Addresses of the conformance classes.' }) })
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
  .meta({ id: 'OgcCollection' });

export const OgcCollections = z.object({ collections: z.array(OgcCollection), links }).meta({ id: 'OgcCollections' });

export const OgcSchema = z
  .looseObject({
    $schema: z.string(),
    $id: z.string(),
    title: z.string(),
    type: z.literal('object'),
    properties: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'OgcSchema', description: 'A JSON Schema.' });

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

const FeatureOfMany = z.object(feature).meta({ id: 'GeofenceFeature' });

export const GeofenceFeature = z.object({ ...feature, links }).meta({ id: 'LinkedGeofenceFeature' });

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
  .meta({ id: 'GeofenceFeatures' });
