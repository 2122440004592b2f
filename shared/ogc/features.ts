import type { z } from 'zod';
import type { Geofence } from '../geofences/wire.ts';
import type { HttpRequest } from '../http/request.ts';
import { printInstant } from '../wire/schema.ts';
import { featureGeometry } from './feature-geometry.ts';
import { hrefOf, mediaTypes } from './links.ts';
import type { GeofenceFeatures } from './wire.ts';

type Features = z.input<typeof GeofenceFeatures>;

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

/** The address of the page that begins at a cursor. */
export function nextHref(request: HttpRequest, cursor: string): string {
  const query = new URLSearchParams(request.rawQuery);
  query.set('cursor', cursor);
  return hrefOf(request, query.toString());
}

/** A page of features, with the link to the next page. */
export function featureCollection(
  request: HttpRequest,
  features: Features['features'],
  matched: number | undefined,
  next: string | null,
): Features {
  const links = [{ href: hrefOf(request), rel: 'self', type: mediaTypes.geoJson, title: 'This page' }];
  if (next !== null) links.push({ href: next, rel: 'next', type: mediaTypes.geoJson, title: 'Next page' });
  return {
    type: 'FeatureCollection',
    features,
    numberReturned: features.length,
    ...(matched === undefined ? {} : { numberMatched: matched }),
    timeStamp: printInstant(Date.now()),
    links,
  };
}
