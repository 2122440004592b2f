import * as z from 'zod';
import { polygons } from './geometry-wire.ts';

/** The answers that show the index. */

export const GeofenceCells = z
  .object({
    geofenceId: z.uuid(),
    scheme: z.literal('h3'),
    count: z.int(),
    resolutions: z.array(z.int()),
    covers: z.boolean().meta({
      description: 'True when every point of the fence has an ancestor among the cells. Computed for this answer.',
    }),
    excessAreaRatio: z.number(),
    geofenceVersion: z.int(),
    cells: z.array(z.string()),
  })
  .meta({
    id: 'GeofenceCells',
    example: {
      geofenceId: '01957e2b-a400-7c3e-8a51-3f2d6c0e8b11',
      scheme: 'h3',
      count: 3,
      resolutions: [8, 10],
      covers: true,
      excessAreaRatio: 0.41,
      geofenceVersion: 3,
      cells: ['8828308281fffff', '8a2830828007fff', '8a283082800ffff'],
    },
  });

export const GeofenceCellFeatures = z
  .object({
    type: z.literal('FeatureCollection'),
    features: z.array(
      z.object({
        type: z.literal('Feature'),
        id: z.string(),
        geometry: z.union(polygons),
        properties: z.object({ resolution: z.int() }),
      }),
    ),
  })
  .meta({
    id: 'GeofenceCellFeatures',
    example: {
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          id: '8a2830828007fff',
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [-122.4181, 37.7763],
                [-122.4189, 37.7758],
                [-122.4188, 37.7751],
                [-122.4179, 37.7749],
                [-122.4171, 37.7754],
                [-122.4172, 37.7761],
                [-122.4181, 37.7763],
              ],
            ],
          },
          properties: { resolution: 10 },
        },
      ],
    },
  });
