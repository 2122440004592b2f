import * as z from 'zod';
import { examplePoint, Point } from '../devices/point.ts';
import { polygons } from '../geofences/geometry-wire.ts';
import { Geofence } from '../geofences/wire.ts';
import { deviceKinds } from '../topology/device-terms.ts';
import { instant } from '../wire/schema.ts';
import { links } from './wire.ts';

/** Features of each collection, as GeoJSON. */

/**
 * Without `updatedAt`: GIS clients send every comparison with a date as `datetime`, so a filter by `updatedAt` would
 * silently compare the time of creation. `version` shows that a fence has changed.
 */
export const GeofenceProperties = Geofence.omit({ id: true, geometry: true, updatedAt: true }).meta({
  id: 'GeofenceProperties',
  description: 'The geofence. If `geometryType` is `Circle`, `radiusMeters` is the radius of the circle.',
});

const feature = {
  type: z.literal('Feature'),
  id: z.uuid(),
  geometry: z.union(polygons),
  properties: GeofenceProperties,
};

const {
  id,
  geometry: _geometry,
  updatedAt: _updatedAt,
  ...exampleProperties
} = (Geofence.meta() as { readonly example: z.input<typeof Geofence> }).example;
const exampleFeature: z.input<typeof FeatureOfMany> = {
  type: 'Feature',
  id,
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [-122.4194, 37.7758],
        [-122.4205, 37.7749],
        [-122.4194, 37.774],
        [-122.4183, 37.7749],
        [-122.4194, 37.7758],
      ],
    ],
  },
  properties: exampleProperties,
};

const FeatureOfMany = z.object(feature).meta({ id: 'GeofenceFeature' });

export const GeofenceFeature = z
  .object({ ...feature, links })
  .meta({ id: 'LinkedGeofenceFeature', example: { ...exampleFeature, links: [] } });

/** A page of features. */
export const pageOf = <F extends z.ZodType>(one: F) =>
  z.object({
    type: z.literal('FeatureCollection'),
    features: z.array(one),
    numberReturned: z.int(),
    numberMatched: z
      .int()
      .optional()
      .meta({ description: 'Number of all matching features; absent if there are too many to count.' }),
    timeStamp: instant(),
    links,
  });

export const examplePage = {
  type: 'FeatureCollection',
  numberReturned: 1,
  numberMatched: 1,
  timeStamp: '2026-03-22T10:00:00Z',
  links: [],
} as const;

export const GeofenceFeatures = pageOf(FeatureOfMany).meta({
  id: 'GeofenceFeatures',
  example: { ...examplePage, features: [exampleFeature] },
});

export const DeviceLocationProperties = Point.omit({ latitude: true, longitude: true })
  .extend({
    deviceId: z.uuid(),
    name: z.string(),
    externalId: z.string().nullable(),
    kind: z.enum(deviceKinds),
    siteId: z.uuid().nullable(),
    tags: z.array(z.string()),
  })
  .meta({ id: 'DeviceLocationProperties', description: 'The device, and its newest point.' });

const location = {
  type: z.literal('Feature'),
  id: z.uuid(),
  geometry: z.object({ type: z.literal('Point'), coordinates: z.array(z.number()) }).meta({ id: 'GeoJsonPoint' }),
  properties: DeviceLocationProperties,
};

const { latitude, longitude, ...exampleDetails } = examplePoint;
const exampleLocation: z.input<typeof LocationOfMany> = {
  type: 'Feature',
  id: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
  geometry: { type: 'Point', coordinates: [longitude, latitude] },
  properties: {
    deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
    name: 'Van 7',
    externalId: null,
    kind: 'tracker',
    siteId: null,
    tags: [],
    ...exampleDetails,
  },
};

const LocationOfMany = z.object(location).meta({ id: 'DeviceLocationFeature' });

export const DeviceLocationFeature = z
  .object({ ...location, links })
  .meta({ id: 'LinkedDeviceLocationFeature', example: { ...exampleLocation, links: [] } });

export const DeviceLocationFeatures = pageOf(LocationOfMany).meta({
  id: 'DeviceLocationFeatures',
  example: { ...examplePage, features: [exampleLocation] },
});
