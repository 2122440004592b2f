import * as z from 'zod';
import { freeObject } from './free-object.ts';
import { givenId } from './id.ts';
import { whenMade } from './null.ts';
import { latitude, longitude } from './position.ts';
import { givenInstant, strictObject } from './schema.ts';
import { exactKey } from './text.ts';

/** A point of a device in the form of bodies. */

const maxMetadataBytes = 2048;

const fields = {
  latitude,
  longitude,
  accuracyMeters: z
    .number()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'The true position is within this radius with a probability of 68 %.' }),
  altitudeMeters: z.number().optional(),
  speedMps: z.number().min(0).optional(),
  headingDegrees: z.number().min(0).max(360).optional(),
  batteryPercent: z.number().min(0).max(100).optional(),
  metadata: freeObject(maxMetadataBytes).optional(),
};

/** A receiver without a fix reports 0,0. A device that really is at 0,0 sends an accuracy. */
const hasFix = (point: { latitude: number; longitude: number; accuracyMeters?: number | undefined }): boolean =>
  point.latitude !== 0 || point.longitude !== 0 || point.accuracyMeters !== undefined;
const noFix = { path: ['latitude'], error: 'Should not be exactly 0,0 without accuracyMeters' };

/** One of several points, with its time. */
export const TrackPoint = strictObject(
  whenMade({ ...fields, recordedAt: givenInstant().meta({ description: 'When the device was there.' }) }),
)
  .refine(hasFix, noFix)
  .meta({ id: 'TrackPoint' });
export type TrackPoint = z.output<typeof TrackPoint>;

const recordedAt = givenInstant().optional().meta({
  description: 'When the device was there. When we received it, if absent; required where a body holds several points.',
});

/** A point in a request about one device. */
export const LocationPoint = strictObject(whenMade({ ...fields, recordedAt }))
  .refine(hasFix, noFix)
  .meta({
    id: 'LocationPoint',
    example: { latitude: 37.775, longitude: -122.419, recordedAt: '2026-03-22T09:40:00Z', accuracyMeters: 8 },
  });
export type LocationPoint = z.output<typeof LocationPoint>;

/** A point in a request about many devices. */
export const DeviceLocationPoint = strictObject(
  whenMade({
    ...fields,
    recordedAt,
    deviceId: givenId().optional().meta({ names: 'device', description: 'Either this or `deviceExternalId`.' }),
    deviceExternalId: exactKey(128).optional().meta({ description: 'Your own id of the device.' }),
  }),
)
  .refine(hasFix, noFix)
  .refine(({ deviceId, deviceExternalId }) => (deviceId === undefined) !== (deviceExternalId === undefined), {
    path: ['deviceId'],
    message: 'Should be given, or else "deviceExternalId"; not both',
  })
  .meta({
    id: 'DeviceLocationPoint',
    example: {
      deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      latitude: 37.775,
      longitude: -122.419,
      recordedAt: '2026-03-22T09:40:00Z',
      accuracyMeters: 8,
    },
  });
export type DeviceLocationPoint = z.output<typeof DeviceLocationPoint>;
