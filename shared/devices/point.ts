import * as z from 'zod';
import { keptObject } from '../wire/free-object.ts';
import { instant } from '../wire/schema.ts';

export const examplePoint = {
  latitude: 37.775,
  longitude: -122.419,
  recordedAt: '2026-03-22T09:40:00Z',
  accuracyMeters: 8,
  altitudeMeters: null,
  speedMps: 4.2,
  headingDegrees: 270,
  batteryPercent: 81,
  metadata: {},
};

/** A position of a device, as responses show it. */
export const Point = z
  .object({
    latitude: z.number(),
    longitude: z.number(),
    recordedAt: instant(),
    accuracyMeters: z
      .number()
      .nullable()
      .meta({ description: 'The true position is within this radius with a probability of 68 %.' }),
    altitudeMeters: z.number().nullable(),
    speedMps: z.number().nullable(),
    headingDegrees: z.number().nullable(),
    batteryPercent: z.number().nullable(),
    metadata: keptObject(),
  })
  .meta({
    id: 'Point',
    example: examplePoint,
  });
export type ShownPoint = z.output<typeof Point>;
