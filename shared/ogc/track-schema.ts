import { tripStatuses } from '../trips/trip.ts';
import type { FeatureSchema, JsonSchema } from './schemas.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });

/** A trip of a device as a feature. */
export const trackSchema: FeatureSchema = {
  geometries: ['LineString', 'MultiLineString'],
  required: {
    deviceId: { ...text('The device.'), format: 'uuid' },
    deviceName: text('Name of the device.'),
    sessionId: { ...text('The tracking session.'), format: 'uuid' },
    status: { ...text('Whether the session is open.'), enum: tripStatuses },
    startedAt: { ...text('When the session began, by which `datetime` filters.'), format: 'date-time' },
    pointCount: { type: 'integer', minimum: 0, description: 'Number of its points.' },
    distanceMeters: { type: 'number', minimum: 0, description: 'Length of the way along its points.' },
    durationSeconds: { type: 'number', minimum: 0, description: 'How long it took, without pauses.' },
    simplified: { type: 'boolean', description: 'Whether the line leaves out points.' },
  },
  nullable: {
    name: text('Name of the session.'),
    // As a text: GDAL would send its comparisons with any date as `datetime`.
    endedAt: text('When the session ended, in UTC.'),
  },
  queryables: ['deviceId'],
};
