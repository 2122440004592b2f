import * as z from 'zod';
import { readGeofences } from '../../shared/geofences/reader.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection, scopesOfCollections } from '../../shared/ogc/collections.ts';
import { readDeviceLocations } from '../../shared/ogc/device-locations.ts';
import { DeviceLocationFeature, GeofenceFeature } from '../../shared/ogc/feature-wire.ts';
import {
  geofenceFeature,
  type LinkedTo,
  linksOf,
  locationFeature,
  submissionFeature,
  trackFeature,
} from '../../shared/ogc/features.ts';
import { findFormCollections } from '../../shared/ogc/form-collections.ts';
import { readFormFeatures } from '../../shared/ogc/form-features.ts';
import { SubmissionFeature } from '../../shared/ogc/form-wire.ts';
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
  uses: {
    geofences: readGeofences,
    locations: readDeviceLocations,
    tracks: readTrackFeatures,
    forms: findFormCollections,
    submissions: readFormFeatures,
  },
  success: { 200: z.union([GeofenceFeature, DeviceLocationFeature, TrackFeature, SubmissionFeature]) },
  mediaType: 'application/geo+json',
  invalid: 400,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, request, forms, ...stores }) => {
  const { geofences, locations, tracks, submissions } = stores;
  const { featureId } = params;
  const collection = await collectionOf(params.collectionId, caller, forms);
  const linked = <F extends LinkedTo>(feature: F) => ({ ...feature, links: linksOf(request, collection, feature) });
  const readers = {
    geofences: async () => linked(geofenceFeature(await geofences.get(caller.tenant, featureId))),
    'device-locations': async () => linked(locationFeature(await locations.get(caller, featureId))),
    tracks: async () => linked(trackFeature(await tracks.get(caller, featureId))),
    submissions: async () => linked(submissionFeature(await submissions.get(caller, collection.id, featureId))),
  };
  return { status: 200, body: await readers[collection.kind]() };
});
