import * as z from 'zod';
import { triggers } from '../geofences/terms.ts';
import { parseExactly } from '../json/exact.ts';
import { suppressions } from '../transitions/action.ts';
import type { Crossing } from '../transitions/transition.ts';
import { transitionTypes } from '../transitions/transition.ts';
import { keptObject } from '../wire/free-object.ts';
import { instant, printInstant, printInstantOrNull, queryBoolean } from '../wire/schema.ts';
import { spanParameters } from '../wire/time-span.ts';

/** What happened between a device and a geofence, as it is stored and shown. */

/** The attributes of an event. Instants are in milliseconds since 1970. */
export interface GeofenceEventRecord {
  readonly id: string;
  readonly type: (typeof transitionTypes)[number];
  readonly geofenceId: string;
  readonly geofenceName: string;
  readonly geofenceVersion: number;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly sessionId: string | null;
  readonly occurredAt: number;
  /** Event time of the point that decided it; for a timer its due time. */
  readonly decidedAt: number;
  readonly receivedAt: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly accuracyMeters: number | null;
  readonly distance: number;
  readonly distanceToEdgeMeters: number;
  readonly dwellMinutes: number | null;
  readonly initial: boolean;
  readonly evidence: 'point' | 'timer';
  readonly crossing: Crossing | null;
  readonly triggerOn: (typeof triggers)[number];
  /** JSON. */
  readonly action: string;
  readonly actionFired: boolean;
  readonly suppressedBy: (typeof suppressions)[number] | null;
  readonly cooldownEndsAt: number | null;
  readonly late: boolean;
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
  readonly retracted: boolean;
}

/** A stored event. */
export type GeofenceEventRow = GeofenceEventRecord & {
  readonly sk: string;
  /** The end of its retention, in seconds since 1970. */
  readonly ttl: number;
};

/** Whether an event tells what happened, as far as is known now. */
export const isStanding = ({ supersededBy, retracted }: GeofenceEventRecord): boolean =>
  supersededBy === null && !retracted;

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
    dwellMinutes: z.int().nullable().meta({ description: 'Of the geofence; null for events that are no `dwell`.' }),
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
      .meta({ description: 'For a `cross`: where the way between two points went through.' }),
    triggerOn: z.enum(triggers),
    action: keptObject(),
    actionFired: z.boolean(),
    suppressedBy: z.enum(suppressions).nullable(),
    cooldownEndsAt: instant().nullable().meta({ description: 'Null if no cooldown runs.' }),
    late: z.boolean().meta({ description: 'Points that came late have shown it.' }),
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

/** An event as answers show it. */
export function showEvent(tenantId: string, event: GeofenceEventRecord): z.input<typeof GeofenceEvent> {
  const { decidedAt: _, occurredAt, receivedAt, crossing, action, cooldownEndsAt, ...shown } = event;
  return {
    ...shown,
    tenantId,
    occurredAt: printInstant(occurredAt),
    receivedAt: printInstant(receivedAt),
    crossing: crossing && {
      ...crossing,
      enteredAt: printInstant(crossing.enteredAt),
      exitedAt: printInstant(crossing.exitedAt),
      insideSeconds: (crossing.exitedAt - crossing.enteredAt) / 1000,
    },
    action: parseExactly(action) as Record<string, unknown>,
    cooldownEndsAt: printInstantOrNull(cooldownEndsAt),
  };
}

/** What the lists of events say about themselves. */
export const aboutEvents =
  'Entries, exits, dwells and crossings by `occurredAt`, the times of the points. An event that later data has moved has ' +
  '`supersededBy`; one that is `retracted` says that the event in `supersedes` did not happen.';

/** The query parameters that the lists of events share. */
export const eventFilters = {
  type: z.enum(transitionTypes).optional(),
  late: queryBoolean().optional().meta({ description: 'Whether points that came late have shown it.' }),
  ...spanParameters,
};
