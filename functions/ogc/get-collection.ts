import { readGeofenceExtent } from '../../shared/geofences/extent.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection, scopesOfCollections } from '../../shared/ogc/collections.ts';
import { showCollection } from '../../shared/ogc/links.ts';
import { readLocationExtent } from '../../shared/ogc/location-extent.ts';
import { OgcCollection } from '../../shared/ogc/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections/{collectionId}',
  operationId: 'getOgcCollection',
  summary: 'Get a collection',
  scope: 'geofences:read',
  basic: true,
  params: inCollection,
  scopes: scopesOfCollections,
  uses: { geofences: readGeofenceExtent, locations: readLocationExtent },
  success: { 200: OgcCollection },
  invalid: 400,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, request, geofences, locations }) => {
  const collection = collectionOf(params.collectionId);
  const extents = {
    geofences: () => geofences.of(caller.tenant),
    'device-locations': () => locations.of(caller),
    tracks: () => locations.ofTracks(caller),
  };
  return { status: 200, body: showCollection(request, collection, await extents[collection.id]()) };
});
