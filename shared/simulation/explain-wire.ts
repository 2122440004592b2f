import * as z from 'zod';
import { statuses } from '../geofences/terms.ts';
import { transitionTypes } from '../transitions/transition.ts';
import { givenId } from '../wire/id.ts';
import { whenMade } from '../wire/null.ts';
import { latitude, longitude } from '../wire/position.ts';
import { givenInstant, instant, strictObject } from '../wire/schema.ts';

/** The request and the response of an explanation. */

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
  since: instant().nullable(),
  confirmations: z.int(),
  cooldownEndsAt: instant().nullable(),
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
          wouldRecord: z.enum(transitionTypes).nullable(),
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
          state: {
            value: 'INSIDE',
            since: '2026-03-22T09:40:00Z',
            confirmations: 1,
            cooldownEndsAt: '2026-03-23T09:40:00Z',
          },
          decision: { wouldRecord: null, wouldFireAction: false, stoppedBy: 'NO_TRANSITION' },
        },
      ],
    },
  });
