import * as z from 'zod';
import { triggers } from '../geofences/terms.ts';
import { suppressions } from '../transitions/action.ts';
import { transitionTypes } from '../transitions/transition.ts';
import { keptObject } from '../wire/free-object.ts';
import { instant, queryBoolean } from '../wire/schema.ts';
import { spanParameters } from '../wire/time-span.ts';

/** Events at geofences as answers show them. Code that only writes events does not need it. */

const place = z.object({ latitude: z.number(), longitude: z.number() });

export const GeofenceEvent = z
  .object({
    id: z.uuid(),
    tenantId: z.uuid(),
    type: z.enum(transitionTypes),
    geofenceId: z.uuid(),
    geofenceName: z.string(),
    geofenceVersion: z.int(),
    deviceId: z.uuid(),
    deviceName: z.string(),
    sessionId: z
      .uuid()
      .nullable()
      .meta({ description: 'The tracking session that `occurredAt` belongs to, as known when the event was stored.' }),
    occurredAt: instant().meta({ description: 'When it happened, by the times of the points.' }),
    receivedAt: instant().meta({ description: 'When it was stored.' }),
    latitude: z.number().meta({ description: 'Of the newest point at or before `occurredAt`.' }),
    longitude: z.number(),
    accuracyMeters: z.number().nullable(),
    distance: z.int().meta({ description: 'Metres to the centre or centroid of the geofence.' }),
    distanceToEdgeMeters: z.number().meta({ description: 'Negative inside.' }),
    dwellMinutes: z.int().nullable().meta({ description: 'Of the geofence; null for events other than `dwell`.' }),
    initial: z.boolean().meta({ description: 'An entry of a device whose state was not known before.' }),
    evidence: z.enum(['point', 'timer']),
    crossing: z
      .object({
        enteredAt: instant(),
        exitedAt: instant(),
        entry: place,
        exit: place,
        insideSeconds: z.number(),
      })
      .nullable()
      .meta({ description: 'For a `cross`: where the line between two points goes through the geofence.' }),
    triggerOn: z.enum(triggers),
    action: keptObject(),
    actionFired: z.boolean(),
    suppressedBy: z.enum(suppressions).nullable(),
    cooldownEndsAt: instant().nullable().meta({ description: 'Null if no cooldown runs.' }),
    late: z.boolean().meta({ description: 'Whether it was found by points that arrived late.' }),
    supersedes: z.uuid().nullable(),
    supersededBy: z.uuid().nullable(),
    retracted: z.boolean().meta({ description: 'Says that the event that it supersedes did not happen.' }),
  })
  .meta({
    id: 'GeofenceEvent',
    example: {
      id: '019d14ea-6840-7b1c-8f5e-3a0d2c4b6e81',
      tenantId: '7b1e0c5a-4f3d-4c2b-9a8e-1d2c3b4a5f60',
      type: 'enter',
      geofenceId: '550e8400-e29b-41d4-a716-446655440000',
      geofenceName: 'SF Downtown Hub',
      geofenceVersion: 3,
      deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      deviceName: 'Van 7',
      sessionId: null,
      occurredAt: '2026-03-22T09:40:00Z',
      receivedAt: '2026-03-22T09:40:02Z',
      latitude: 37.775,
      longitude: -122.419,
      accuracyMeters: 8,
      distance: 37,
      distanceToEdgeMeters: -62.8,
      dwellMinutes: null,
      initial: false,
      evidence: 'point',
      crossing: null,
      triggerOn: 'enter',
      action: {},
      actionFired: true,
      suppressedBy: null,
      cooldownEndsAt: '2026-03-23T09:40:00Z',
      late: false,
      supersedes: null,
      supersededBy: null,
      retracted: false,
    },
  });

/** What the lists of events say about themselves. */
export const aboutEvents =
  'Entries, exits, dwells and crossings by `occurredAt`, the times of the points. An event that later data has moved has ' +
  '`supersededBy`; one that is `retracted` says that the event in `supersedes` did not happen.';

/** The query parameters that the lists of events share. */
export const eventFilters = {
  type: z.enum(transitionTypes).optional(),
  late: queryBoolean().optional().meta({ description: 'Whether it was found by points that arrived late.' }),
  ...spanParameters,
};
