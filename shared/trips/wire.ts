import * as z from 'zod';
import { parseExactly } from '../json/exact.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { whenChanged, whenMade } from '../wire/null.ts';
import { boundedInstant, instant, printInstant, printInstantOrNull, readOnly, strictObject } from '../wire/schema.ts';
import { label, prose } from '../wire/text.ts';
import { type Count, pausesOf, secondsOf, type TripBody, type TripRow, tripStatuses } from './trip.ts';

/** Trips in bodies and responses: the API calls them sessions. */

export const TripName = label(255);
const metadata = () => freeObject(16 * 1024);

/** What bodies may have, since an object that was read may be sent back. */
const served = Object.fromEntries(
  [
    ...['id', 'deviceId', 'status', 'endedAt', 'pauses', 'pointCount', 'distanceMeters', 'durationSeconds'],
    ...['createdAt', 'updatedAt', 'version'],
  ].map((field) => [field, readOnly()]),
);

export const TripDraft = strictObject({
  ...whenMade({
    name: TripName.optional(),
    metadata: metadata().optional(),
    startedAt: boundedInstant().optional(),
  }),
  ...served,
}).meta({ id: 'TrackingSessionDraft', example: { name: 'Morning round', metadata: { driver: 'd-7' } } });
export interface TripDraft {
  readonly name?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly startedAt?: number | undefined;
}

export const TripPatch = strictObject({
  ...whenChanged(
    { name: TripName, metadata: metadata(), notes: prose(4000) },
    { name: null, metadata: {} as Readonly<Record<string, unknown>>, notes: '' },
  ),
  startedAt: readOnly(),
  ...served,
}).meta({ id: 'TrackingSessionPatch', example: { notes: 'A detour because of road works' } });
export interface TripPatch {
  readonly name?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly notes?: string | undefined;
}

export const Trip = z
  .object({
    id: z.uuid(),
    deviceId: z.uuid(),
    name: z.string().nullable(),
    status: z.enum(tripStatuses),
    startedAt: instant(),
    endedAt: instant().nullable(),
    pauses: z.array(
      z.object({ pausedAt: instant(), resumedAt: instant().nullable() }).meta({ id: 'TrackingSessionPause' }),
    ),
    pointCount: z.int(),
    distanceMeters: z.int(),
    durationSeconds: z.int(),
    notes: z.string(),
    metadata: keptObject(),
    createdAt: instant(),
    updatedAt: instant(),
    version: z.int(),
  })
  .meta({
    id: 'TrackingSession',
    example: {
      id: '019d1490-7800-7c2e-9d31-5b0f8e6a4c21',
      deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      name: 'Morning round',
      status: 'ACTIVE',
      startedAt: '2026-03-22T08:00:00Z',
      endedAt: null,
      pauses: [{ pausedAt: '2026-03-22T09:00:00Z', resumedAt: '2026-03-22T09:10:00Z' }],
      pointCount: 412,
      distanceMeters: 18_233,
      durationSeconds: 6600,
      notes: '',
      metadata: {},
      createdAt: '2026-03-22T08:00:00Z',
      updatedAt: '2026-03-22T09:10:00Z',
      version: 3,
    },
  });

export type ShownTrip = z.input<typeof Trip>;

export function showTrip(
  deviceId: string,
  row: TripRow,
  body: TripBody | undefined,
  { points, millimeters }: Count,
): ShownTrip {
  return {
    id: row.sk,
    deviceId,
    name: row.name ?? null,
    status: row.status,
    startedAt: printInstant(row.startedAt),
    endedAt: printInstantOrNull(row.endedAt),
    pauses: pausesOf(row).map(([pausedAt, resumedAt]) => ({
      pausedAt: printInstant(pausedAt),
      resumedAt: printInstantOrNull(resumedAt),
    })),
    pointCount: points,
    distanceMeters: Math.round(millimeters / 1000),
    durationSeconds: secondsOf(row, Date.now()),
    notes: body?.notes ?? '',
    metadata: body ? (parseExactly(body.metadata) as Record<string, unknown>) : {},
    createdAt: printInstant(row.createdAt),
    updatedAt: printInstant(row.updatedAt),
    version: row.version,
  };
}
