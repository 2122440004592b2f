import * as z from 'zod';
import { GeofencePatch } from '../geofences/wire.ts';
import { suppressions } from '../transitions/action.ts';
import { transitionTypes } from '../transitions/transition.ts';
import { givenId } from '../wire/id.ts';
import { TrackPoint } from '../wire/location-point.ts';
import { whenMade } from '../wire/null.ts';
import { boundedInstant, instant, strictObject } from '../wire/schema.ts';

/** The request and the response of a simulation. */

const mostFences = 20;
const mostDevices = 50;
const mostTrackPoints = 10_000;
const mostDays = 31;
export const mostEvents = 1000;

const SimulatedGeofence = strictObject({
  ...GeofencePatch.shape,
  ...whenMade({ id: givenId().optional().meta({ names: 'geofence', description: 'A stored geofence.' }) }),
})
  .refine(({ id, name }) => id !== undefined || name !== undefined, {
    path: ['name'],
    message: 'Field required unless "id" is given',
    params: { type: 'missing' },
  })
  .meta({
    id: 'SimulatedGeofence',
    description:
      'A stored geofence by its `id`, with fields that are to differ; or, without an `id`, one as it would be created.',
  });
export type SimulatedGeofence = z.output<typeof SimulatedGeofence>;

interface Given {
  readonly deviceIds?: unknown;
  readonly track?: unknown;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

type Refuse = (field: keyof Given, type: string, message: string) => void;

function requireOneSource({ deviceIds, track }: Given, refuse: Refuse): void {
  if (deviceIds && track) refuse('track', 'conflict', 'Send either "deviceIds" or "track"');
  if (!deviceIds && !track) refuse('track', 'missing', 'Send either "track", or "deviceIds" with "from" and "to"');
}

function requireSpan({ deviceIds, from, to }: Given, refuse: Refuse): void {
  for (const [field, value] of Object.entries({ from, to }) as ['from' | 'to', number | undefined][]) {
    if (deviceIds && value === undefined) refuse(field, 'missing', 'Field required with "deviceIds"');
    if (!deviceIds && value !== undefined) refuse(field, 'conflict', 'Goes with "deviceIds" only');
  }
  if (from === undefined || to === undefined) return;
  if (to < from) refuse('to', 'conflict', 'Should not be before "from"');
  if (to - from > mostDays * 86_400_000) refuse('to', 'too_large', `Should be at most ${mostDays} days after "from"`);
}

export const SimulationRequest = strictObject(
  whenMade({
    geofences: z.array(SimulatedGeofence).min(1).max(mostFences),
    deviceIds: z
      .array(givenId().meta({ names: 'device' }))
      .min(1)
      .max(mostDevices)
      .optional()
      .meta({ description: 'Whose stored points are taken, from `from` to `to`.' }),
    from: boundedInstant().optional(),
    to: boundedInstant().optional(),
    track: z
      .array(TrackPoint)
      .min(1)
      .max(mostTrackPoints)
      .optional()
      .meta({ description: 'Points of one pretended device, in any order.' }),
    startState: z.enum(['unknown', 'outside', 'inside']).default('unknown').meta({
      description: 'Of each device and geofence before the first point. Inside: since that point. Default `unknown`.',
    }),
  }),
)
  .superRefine((given, context) => {
    const refuse: Refuse = (field, type, message) =>
      context.addIssue({ code: 'custom', path: [field], message, params: { type } });
    requireOneSource(given, refuse);
    requireSpan(given, refuse);
  })
  .meta({
    id: 'SimulationRequest',
    example: {
      geofences: [{ name: 'Depot', latitude: 37.7749, longitude: -122.4194, radiusMeters: 100, dwellMinutes: 5 }],
      track: [
        { latitude: 37.78, longitude: -122.4194, recordedAt: '2026-03-20T07:59:00Z' },
        { latitude: 37.775, longitude: -122.4194, recordedAt: '2026-03-20T08:00:00Z' },
      ],
    },
  });

const SimulatedEvent = z
  .object({
    type: z.enum(transitionTypes),
    geofenceId: z.uuid().nullable().meta({ description: 'Null for one that is not stored.' }),
    deviceId: z.uuid().nullable().meta({ description: 'Null for the pretended device.' }),
    occurredAt: instant(),
    actionFired: z.boolean(),
    suppressedBy: z.enum(suppressions).nullable(),
  })
  .meta({ id: 'SimulatedEvent' });

export const Simulation = z
  .object({
    pointsEvaluated: z.int(),
    summary: z.object({ enter: z.int(), exit: z.int(), dwell: z.int(), cross: z.int(), actionsFired: z.int() }),
    events: z.array(SimulatedEvent).meta({ description: `The first ${mostEvents}, in order of time.` }),
    truncated: z.boolean().meta({ description: 'There are more events; the summary counts all.' }),
  })
  .meta({
    id: 'Simulation',
    example: {
      pointsEvaluated: 2,
      summary: { enter: 1, exit: 0, dwell: 1, cross: 0, actionsFired: 1 },
      events: [
        {
          type: 'enter',
          geofenceId: null,
          deviceId: null,
          occurredAt: '2026-03-20T08:00:00Z',
          actionFired: true,
          suppressedBy: null,
        },
      ],
      truncated: false,
    },
  });
