import { readGeofenceExtent } from '../../shared/geofences/extent.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection, scopesOfCollections } from '../../shared/ogc/collections.ts';
import { findFormCollections } from '../../shared/ogc/form-collections.ts';
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
  uses: { geofences: readGeofenceExtent, locations: readLocationExtent, forms: findFormCollections },
  success: { 200: OgcCollection },
  invalid: 400,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, request, geofences, locations, forms }) => {
  const collection = await collectionOf(params.collectionId, caller, forms);
  const extents = {
    geofences: () => geofences.of(caller.tenant),
    'device-locations': () => locations.of(caller),
    tracks: () => locations.ofTracks(caller),
    submissions: forms.extent,
  };
  return { status: 200, body: showCollection(request, collection, await extents[collection.kind]()) };
});
