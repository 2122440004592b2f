import * as z from 'zod';
import { polygons } from '../geofences/geometry-wire.ts';
import { Geofence } from '../geofences/wire.ts';
import { instant } from '../wire/schema.ts';

/** What OGC API Features, part 1, says that answers look like. */

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
  .object({ conformsTo: z.array(z.string()).meta({ description: 'Conformance classes, by address.' }) })
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
      .meta({ description: 'A box and a span of time that hold all features; absent where there is no feature.' }),
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
 * Without `updatedAt`: GIS clients send a comparison with any date as `datetime`, and so would be given, without a word,
 * what was created then. `version` tells that a fence has changed.
 */
export const GeofenceProperties = Geofence.omit({ id: true, geometry: true, updatedAt: true }).meta({
  id: 'GeofenceProperties',
  description: 'The geofence; `radiusMeters` is that of the circle where `geometryType` is `Circle`.',
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
    numberMatched: z.int().optional().meta({ description: 'Matches in all; absent where they are too many to count.' }),
    timeStamp: instant(),
    links,
  })
  .meta({ id: 'GeofenceFeatures' });
