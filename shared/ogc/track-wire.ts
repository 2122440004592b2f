import * as z from 'zod';
import { tripStatuses } from '../trips/trip.ts';
import { instant } from '../wire/schema.ts';
import { examplePage, pageOf } from './feature-wire.ts';
import { links } from './wire.ts';

/** Features of the collection `tracks`, as GeoJSON. */

export const TrackProperties = z
  .object({
    deviceId: z.uuid(),
    deviceName: z.string(),
    sessionId: z.uuid(),
    name: z.string().nullable(),
    status: z.enum(tripStatuses),
    startedAt: instant(),
    endedAt: z.string().nullable(),
    pointCount: z.int(),
    distanceMeters: z.int(),
    durationSeconds: z.int(),
    simplified: z.boolean(),
  })
  .meta({ id: 'TrackProperties', description: 'The tracking session.' });

const position = z.array(z.number());
const line = z.object({ type: z.literal('LineString'), coordinates: z.array(position) }).meta({ id: 'GeoJsonLine' });
const lines = z
  .object({ type: z.literal('MultiLineString'), coordinates: z.array(z.array(position)) })
  .meta({ id: 'GeoJsonLines' });

const track = {
  type: z.literal('Feature'),
  id: z.string(),
  geometry: z.union([line, lines]),
  properties: TrackProperties,
};

const [deviceId, sessionId] = ['d1e2f3a4-e5f6-7890-abcd-ef1234567890', '019d1490-7800-7c2e-9d31-5b0f8e6a4c21'];
const exampleTrack: z.input<typeof TrackOfMany> = {
  type: 'Feature',
  id: `${deviceId}.${sessionId}`,
  geometry: {
    type: 'LineString',
    coordinates: [
      [-122.419, 37.775],
      [-122.4, 37.79],
    ],
  },
  properties: {
    deviceId,
    deviceName: 'Van 7',
    sessionId,
    name: 'Morning round',
    status: 'ENDED',
    startedAt: '2026-03-22T08:00:00Z',
    endedAt: '2026-03-22T09:50:00Z',
    pointCount: 2,
    distanceMeters: 2365,
    durationSeconds: 6600,
    simplified: false,
  },
};

const TrackOfMany = z.object(track).meta({ id: 'TrackFeature' });

export const TrackFeature = z
  .object({ ...track, links })
  .meta({ id: 'LinkedTrackFeature', example: { ...exampleTrack, links: [] } });

export const TrackFeatures = pageOf(TrackOfMany).meta({
  id: 'TrackFeatures',
  example: { ...examplePage, features: [exampleTrack] },
});
