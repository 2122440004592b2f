import { findGeofences } from '../../shared/geofences/finder.ts';
import { cutPage, readPage } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection } from '../../shared/ogc/collections.ts';
import { featureCollection, geofenceFeature, nextHref } from '../../shared/ogc/features.ts';
import { itemsQuery } from '../../shared/ogc/items-query.ts';
import { readFeatures } from '../../shared/ogc/paging.ts';
import { GeofenceFeatures } from '../../shared/ogc/wire.ts';
import { showPage } from '../../shared/table/page.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections/{collectionId}/items',
  operationId: 'listOgcItems',
  summary: 'List the features of a collection, newest first',
  description:
    'A feature must match all filters. Follow the link `next` to the next page; a page with fewer features than `limit` need not be the last.',
  scope: 'geofences:read',
  basic: true,
  params: inCollection,
  uses: { geofences: findGeofences },
  query: itemsQuery,
  success: { 200: GeofenceFeatures },
  mediaType: 'application/geo+json',
  invalid: 400,
  problems: ['NOT_FOUND', 'CURSOR_INVALID'],
});

export const handler = serve(route, async ({ params, query, tenant, request, geofences }) => {
  collectionOf(params.collectionId);
  const { datetime: created, limit, cursor, groupName, group = groupName, ...filters } = query;
  const page = readPage(route.operationId, tenant, request, { limit, cursor });
  const found = await readFeatures(page, (from) => geofences.list(tenant, { ...filters, group, created }, from));
  const shown = showPage(found, geofenceFeature);
  const { items, cursor: end, headers } = cutPage(route.operationId, tenant, request, shown);
  const next = end && nextHref(request, end);
  if (next) headers.Link = `<${next}>; rel="next"`;
  return { status: 200, body: featureCollection(request, items, found.matched, next), headers };
});
