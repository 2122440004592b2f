import { findGeofences } from '../../shared/geofences/finder.ts';
import { cutPage, readPage } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf } from '../../shared/ogc/collections.ts';
import { featureCollection, geofenceFeature, nextHref } from '../../shared/ogc/features.ts';
import { itemsQuery } from '../../shared/ogc/items-query.ts';
import { GeofenceFeatures } from '../../shared/ogc/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections/{collectionId}/items',
  operationId: 'listOgcItems',
  summary: 'List the features of a collection, newest first',
  scope: 'geofences:read',
  basic: true,
  uses: { geofences: findGeofences },
  query: itemsQuery,
  success: { 200: GeofenceFeatures },
  mediaType: 'application/geo+json',
  invalid: 400,
  problems: ['NOT_FOUND', 'CURSOR_INVALID'],
});

export const handler = serve(route, async ({ params, query, tenant, request, geofences }) => {
  collectionOf(params.collectionId);
  const { datetime: created, limit, cursor: from, ...filters } = query;
  const page = readPage(route.operationId, tenant, request, { limit, cursor: from });
  const found = await geofences.list(tenant, { ...filters, created }, page);
  const rows = found.rows.map(({ position, item }) => ({ position, item: geofenceFeature(item) }));
  const { items, cursor, headers } = cutPage(route.operationId, tenant, request, { ...found, rows });
  const matched = found.totalCapped ? undefined : found.total;
  const next = cursor && nextHref(request, cursor);
  if (next) headers.Link = `<${next}>; rel="next"`;
  return { status: 200, body: featureCollection(request, items, matched, next), headers };
});
