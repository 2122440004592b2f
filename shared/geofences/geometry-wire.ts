import * as z from 'zod';
import { latitude, longitude } from '../wire/position.ts';

/** Geometry and points as the API shows them. */

export const centre = { latitude, longitude };
export const radiusMeters = z.int().min(1).max(2_000_001);

const position = z
  .array(z.number())
  .min(2)
  .meta({ description: 'Longitude, latitude.', example: [-122.4194, 37.7749] });

const rings = z.array(z.array(position).min(4)).min(1).meta({
  description:
    'An outer ring, then up to 1,000 holes. Rings are closed; their edges are straight in longitude and latitude.',
});

/** The two types that GeoJSON defines. */
export const polygons = [
  z
    .object({ type: z.literal('Polygon'), coordinates: rings })
    .meta({ title: 'Polygon', description: 'Up to 10,000 positions over all rings.' }),
  z
    .object({ type: z.literal('MultiPolygon'), coordinates: z.array(rings).min(1) })
    .meta({ title: 'MultiPolygon', description: 'Up to 1,000 polygons, and 10,000 positions over all their rings.' }),
] as const;

/**
 * The schema only documents a geometry. `shared/geo` checks it, because its reasons are more precise than a schema's.
 */
export const Geometry = z
  .union([
    z
      .object({ type: z.literal('Circle'), center: position, radiusMeters: z.int().min(1).max(100_000) })
      .meta({ title: 'Circle' }),
    ...polygons,
  ])
  .meta({ id: 'Geometry', description: 'A circle, or a GeoJSON Polygon or MultiPolygon with holes.' });
