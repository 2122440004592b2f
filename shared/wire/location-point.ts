import * as z from 'zod';
import { freeObject } from './free-object.ts';
import { whenMade } from './null.ts';
import { latitude, longitude } from './position.ts';
import { givenInstant, strictObject } from './schema.ts';

/** A point of a device in the form of bodies. */

const maxMetadataBytes = 2048;

const fields = {
  latitude,
  longitude,
  accuracyMeters: z
    .number()
    .min(0)
    .optional()
    .meta({ description: 'The true position is within this radius with a probability of 68 %.' }),
  altitudeMeters: z.number().optional(),
  speedMps: z.number().min(0).optional(),
  headingDegrees: z.number().min(0).max(360).optional(),
  batteryPercent: z.number().min(0).max(100).optional(),
  metadata: freeObject(maxMetadataBytes).optional(),
};

/** A receiver without a fix reports 0,0. A device that really is there sends an accuracy. */
const isSomewhere = (point: { latitude: number; longitude: number; accuracyMeters?: number | undefined }): boolean =>
  point.latitude !== 0 || point.longitude !== 0 || point.accuracyMeters !== undefined;
const nowhere = { path: ['latitude'], message: 'Should not be exactly 0,0 without accuracyMeters' };

/** One of several points, with its time. */
export const TrackPoint = strictObject(
  whenMade({ ...fields, recordedAt: givenInstant().meta({ description: 'When the device was there.' }) }),
)
  .refine(isSomewhere, nowhere)
  .meta({ id: 'TrackPoint' });
