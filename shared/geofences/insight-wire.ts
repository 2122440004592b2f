import * as z from 'zod';
import { givenId } from '../wire/id.ts';
import { whenMade } from '../wire/null.ts';
import { latitude, longitude } from '../wire/position.ts';
import { givenInstant, strictObject } from '../wire/schema.ts';
import { polygons } from './geometry-wire.ts';
import { statuses } from './terms.ts';

/** The bodies of requests and answers of the endpoints that explain the index. */

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

export const ExplainRequest = strictObject(
  whenMade({
    latitude,
    longitude,
    accuracyMeters: z.number().min(0).optional(),
    geofenceId: givenId()
      .optional()
      .meta({ names: 'geofence', description: 'If absent, all candidates, of which the 50 nearest are shown.' }),
    deviceId: givenId().optional().meta({ names: 'device' }),
    at: givenInstant().optional().meta({ description: 'When the position was recorded. The present, if absent.' }),
  }),
).meta({ id: 'GeofenceExplainRequest', example: { latitude: 37.7955, longitude: -122.3937, accuracyMeters: 8 } });

/** Reasons that would keep a device's point from recording an event or from firing the action. */
const stops = [
  'STATUS_INACTIVE',
  'OUTSIDE',
  'NO_TRANSITION',
  'MAX_ACCURACY',
  'ENTER_CONFIRMATIONS',
  'EXIT_HOLD',
  'HYSTERESIS',
  'EXIT_ACCURACY',
  'TRIGGER_ON',
  'COOLDOWN',
  'DWELL_NOT_REACHED',
  'LATE',
  'MAINTENANCE',
] as const;
export type Stop = (typeof stops)[number];

const State = z.object({
  value: z.enum(['UNKNOWN', 'OUTSIDE', 'ENTERING', 'INSIDE', 'EXITING']),
  since: z.string(),
  confirmations: z.int(),
  cooldownEndsAt: z.string().nullable(),
});

export const Explanation = z
  .object({
    latitude: z.number(),
    longitude: z.number(),
    cellsTried: z.array(z.string()),
    candidateCount: z.int(),
    geofences: z.array(
      z.object({
        geofenceId: z.uuid(),
        geofenceName: z.string(),
        status: z.enum(statuses),
        geometryType: z.enum(['Circle', 'Polygon', 'MultiPolygon']),
        inside: z.boolean(),
        distance: z.int().meta({ description: 'Metres from the point to the centre or centroid.' }),
        distanceToEdgeMeters: z.number().meta({ description: 'Negative inside.' }),
        indexHit: z
          .boolean()
          .meta({ description: 'True when the index holds the fence in one of the cells that were read.' }),
        state: State.nullable(),
        decision: z.object({
          wouldRecord: z.enum(['enter', 'exit', 'dwell']).nullable(),
          wouldFireAction: z.boolean(),
          stoppedBy: z.enum(stops).nullable(),
        }),
      }),
    ),
  })
  .meta({
    id: 'GeofenceExplanation',
    example: {
      latitude: 37.7955,
      longitude: -122.3937,
      cellsTried: ['8a2830828007fff', '8828308281fffff'],
      candidateCount: 1,
      geofences: [
        {
          geofenceId: '01957e2b-a400-7c3e-8a51-3f2d6c0e8b11',
          geofenceName: 'Ferry Building, San Francisco',
          status: 'active',
          geometryType: 'Circle',
          inside: true,
          distance: 37,
          distanceToEdgeMeters: -63.1,
          indexHit: true,
          state: null,
          decision: { wouldRecord: 'enter', wouldFireAction: true, stoppedBy: null },
        },
      ],
    },
  });
