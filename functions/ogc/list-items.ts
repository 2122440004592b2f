import * as z from 'zod';
import { findGeofences } from '../../shared/geofences/finder.ts';
import { readPage } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection, requireFilters, scopesOfCollections } from '../../shared/ogc/collections.ts';
import { readDeviceLocations } from '../../shared/ogc/device-locations.ts';
import { DeviceLocationFeatures, GeofenceFeatures } from '../../shared/ogc/feature-wire.ts';
import { geofenceFeature, locationFeature, submissionFeature, trackFeature } from '../../shared/ogc/features.ts';
import { findFormCollections } from '../../shared/ogc/form-collections.ts';
import { readFormFeatures } from '../../shared/ogc/form-features.ts';
import { SubmissionFeatures } from '../../shared/ogc/form-wire.ts';
import { itemsQuery } from '../../shared/ogc/items-query.ts';
import { listFeatures } from '../../shared/ogc/listing.ts';
import { TrackFeatures } from '../../shared/ogc/track-wire.ts';
import { readTrackFeatures } from '../../shared/ogc/tracks.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections/{collectionId}/items',
  operationId: 'listOgcItems',
  summary: 'List the features of a collection, newest first',
  description:
    'A feature must match all filters, and a collection has only the filters that its `queryables` and the document at `/ogc/api` ' +
    'name. Follow the link `next` to the next page; a page with fewer features than `limit` need not be the last.',
  scope: 'geofences:read',
  scopes: scopesOfCollections,
  basic: true,
  params: inCollection,
  uses: {
    geofences: findGeofences,
    locations: readDeviceLocations,
    tracks: readTrackFeatures,
    forms: findFormCollections,
    submissions: readFormFeatures,
  },
  query: itemsQuery,
  success: { 200: z.union([GeofenceFeatures, DeviceLocationFeatures, TrackFeatures, SubmissionFeatures]) },
  mediaType: 'application/geo+json',
  invalid: 400,
  problems: ['NOT_FOUND', 'CURSOR_INVALID'],
});

export const handler = serve(route, async ({ params, query, caller, request, forms, ...stores }) => {
  const { geofences, locations, tracks, submissions } = stores;
  const { tenant } = caller;
  const collection = await collectionOf(params.collectionId, caller, forms);
  requireFilters(collection, query);
  const { datetime, limit, cursor, groupName, group = groupName, status, ...filters } = query;
  const { operationId } = route;
  const asking = { operationId, tenant, request, page: readPage(operationId, tenant, request, { limit, cursor }) };
  const ofFences = { ...filters, status, group, created: datetime };
  const ofForm = { bbox: filters.bbox, collected: datetime };
  const lists = {
    geofences: () => listFeatures(asking, (from) => geofences.list(tenant, ofFences, from), geofenceFeature),
    'device-locations': () =>
      listFeatures(asking, (from) => locations.list(caller, { ...filters, recorded: datetime }, from), locationFeature),
    tracks: () =>
      listFeatures(asking, (from) => tracks.list(caller, { ...filters, started: datetime }, from), trackFeature),
    submissions: async () => {
      const reader = await submissions.reader(caller, collection.id);
      return await listFeatures(asking, (from) => reader.list(ofForm, from), submissionFeature);
    },
  };
  return { status: 200, ...(await lists[collection.kind]()) };
});
