import type { z } from 'zod';
import type { Geofence } from '../geofences/wire.ts';
import type { HttpRequest } from '../http/request.ts';
import type { SheetFeature } from '../sheets/geojson.ts';
import { secondsOf } from '../trips/trip.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';
import type { Collection } from './collections.ts';
import type { DeviceLocation } from './device-locations.ts';
import { featureGeometry } from './feature-geometry.ts';
import type { DeviceLocationFeatures, GeofenceFeatures } from './feature-wire.ts';
import type { SubmissionFeatures } from './form-wire.ts';
import { hrefOf, linkTo, mediaTypes } from './links.ts';
import { lineThrough } from './track-line.ts';
import type { TrackFeatures } from './track-wire.ts';
import { type Track, trackId } from './tracks.ts';

type Features = z.input<typeof GeofenceFeatures>;
type Tracks = z.input<typeof TrackFeatures>;
type Locations = z.input<typeof DeviceLocationFeatures>;
type Submissions = z.input<typeof SubmissionFeatures>;

/** A geofence as a GeoJSON feature. */
export function geofenceFeature({
  id,
  geometry,
  updatedAt: _,
  ...properties
}: z.input<typeof Geofence>): Features['features'][number] {
  return {
    type: 'Feature',
    id,
    geometry: featureGeometry(geometry as Parameters<typeof featureGeometry>[0]),
    properties,
  };
}

/** The newest position of a device as a GeoJSON feature. */
export function locationFeature({ id, point, device }: DeviceLocation): Locations['features'][number] {
  const { latitude, longitude, ...more } = point;
  const { name, externalId, kind, siteId, tags } = device;
  return {
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: { deviceId: id, name, externalId, kind, siteId, tags: [...tags], ...more },
  };
}

/** The track of a device as a GeoJSON feature. */
export function trackFeature(track: Track): Tracks['features'][number] {
  const { deviceId, deviceName, trip, current, positions, isSimplified } = track;
  // The count of an open trip is in the head of its device.
  const { points, millimeters } = trip.status !== 'ENDED' && current?.id === trip.sk ? current : trip;
  return {
    type: 'Feature',
    id: trackId(deviceId, trip.sk),
    geometry: lineThrough(positions),
    properties: {
      deviceId,
      deviceName,
      sessionId: trip.sk,
      name: trip.name ?? null,
      status: trip.status,
      startedAt: printInstant(trip.startedAt),
      endedAt: printInstantOrNull(trip.endedAt),
      pointCount: points,
      distanceMeters: Math.round(millimeters / 1000),
      durationSeconds: secondsOf(trip, Date.now()),
      simplified: isSimplified,
    },
  };
}

/** A place of a submission as a GeoJSON feature. */
export function submissionFeature({ geometry, ...feature }: SheetFeature): Submissions['features'][number] {
  return { ...feature, geometry: { ...geometry, coordinates: [...geometry.coordinates] } };
}

/** The address of the page that begins at a cursor. */
export function nextHref(request: HttpRequest, cursor: string): string {
  const query = new URLSearchParams(request.rawQuery);
  query.set('cursor', cursor);
  return hrefOf(request, query.toString());
}

/** A page of features, with the link to the next page. */
export function featureCollection<F>(
  request: HttpRequest,
  features: readonly F[],
  matched: number | undefined,
  next: string | null,
) {
  const links = [{ href: hrefOf(request), rel: 'self', type: mediaTypes.geoJson, title: 'This page' }];
  if (next !== null) links.push({ href: next, rel: 'next', type: mediaTypes.geoJson, title: 'Next page' });
  return {
    type: 'FeatureCollection' as const,
    features: [...features],
    numberReturned: features.length,
    ...(matched === undefined ? {} : { numberMatched: matched }),
    timeStamp: printInstant(Date.now()),
    links,
  };
}

/** What the links of a feature need of it. */
export interface LinkedTo {
  readonly id: string;
  readonly properties: { readonly name?: unknown };
}

const titleOf = ({ name }: LinkedTo['properties']) => (typeof name === 'string' && name !== '' ? name : undefined);

/** The links of a feature that is shown alone. */
export function linksOf(request: HttpRequest, { id: collectionId, title }: Collection, { id, properties }: LinkedTo) {
  const path = `/collections/${collectionId}`;
  return [
    linkTo(request, 'self', `${path}/items/${id}`, titleOf(properties) ?? title, mediaTypes.geoJson),
    linkTo(request, 'collection', path, title),
  ];
}
