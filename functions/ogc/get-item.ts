import { readGeofences } from '../../shared/geofences/reader.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection } from '../../shared/ogc/collections.ts';
import { geofenceFeature } from '../../shared/ogc/features.ts';
import { linkTo, mediaTypes } from '../../shared/ogc/links.ts';
import { GeofenceFeature } from '../../shared/ogc/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections/{collectionId}/items/{featureId}',
  operationId: 'getOgcItem',
  summary: 'Get a feature',
  scope: 'geofences:read',
  basic: true,
  params: inCollection,
  uses: { geofences: readGeofences },
  success: { 200: GeofenceFeature },
  mediaType: 'application/geo+json',
  invalid: 400,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, request, geofences }) => {
  const { id, title } = collectionOf(params.collectionId);
  const feature = geofenceFeature(await geofences.get(tenant, params.featureId));
  const path = `/collections/${id}`;
  const links = [
    linkTo(request, 'self', `${path}/items/${feature.id}`, feature.properties.name, mediaTypes.geoJson),
    linkTo(request, 'collection', path, title),
  ];
  return { status: 200, body: { ...feature, links } };
});
