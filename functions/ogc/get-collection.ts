import { readGeofenceExtent } from '../../shared/geofences/extent.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection } from '../../shared/ogc/collections.ts';
import { showCollection } from '../../shared/ogc/links.ts';
import { OgcCollection } from '../../shared/ogc/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections/{collectionId}',
  operationId: 'getOgcCollection',
  summary: 'Get a collection',
  scope: 'geofences:read',
  basic: true,
  params: inCollection,
  uses: { extent: readGeofenceExtent },
  success: { 200: OgcCollection },
  invalid: 400,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, request, extent }) => {
  const collection = collectionOf(params.collectionId);
  return { status: 200, body: showCollection(request, collection, await extent.of(tenant)) };
});
