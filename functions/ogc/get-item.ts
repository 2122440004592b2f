import * as z from 'zod';
import { readGeofences } from '../../shared/geofences/reader.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection, scopesOfCollections } from '../../shared/ogc/collections.ts';
import { readDeviceLocations } from '../../shared/ogc/device-locations.ts';
import { DeviceLocationFeature, GeofenceFeature } from '../../shared/ogc/feature-wire.ts';
import { geofenceFeature, type LinkedTo, linksOf, locationFeature, trackFeature } from '../../shared/ogc/features.ts';
import { TrackFeature } from '../../shared/ogc/track-wire.ts';
import { readTrackFeatures } from '../../shared/ogc/tracks.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections/{collectionId}/items/{featureId}',
  operationId: 'getOgcItem',
  summary: 'Get a feature',
  scope: 'geofences:read',
  scopes: scopesOfCollections,
  basic: true,
  params: inCollection,
  uses: { geofences: readGeofences, locations: readDeviceLocations, tracks: readTrackFeatures },
  success: { 200: z.union([GeofenceFeature, DeviceLocationFeature, TrackFeature]) },
  mediaType: 'application/geo+json',
  invalid: 400,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, request, geofences, locations, tracks }) => {
  const { featureId } = params;
  const collection = collectionOf(params.collectionId);
  const linked = <F extends LinkedTo>(feature: F) => ({ ...feature, links: linksOf(request, collection, feature) });
  const readers = {
    geofences: async () => linked(geofenceFeature(await geofences.get(caller.tenant, featureId))),
    'device-locations': async () => linked(locationFeature(await locations.get(caller, featureId))),
    tracks: async () => linked(trackFeature(await tracks.get(caller, featureId))),
  };
  return { status: 200, body: await readers[collection.id]() };
});
