import { readGeofenceExtent } from '../../shared/geofences/extent.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { answerWhole } from '../../shared/http/whole.ts';
import { collections } from '../../shared/ogc/collections.ts';
import { listFormCollections } from '../../shared/ogc/form-collections.ts';
import { linkTo, showCollection } from '../../shared/ogc/links.ts';
import { readLocationExtent } from '../../shared/ogc/location-extent.ts';
import { OgcCollections } from '../../shared/ogc/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections',
  operationId: 'listOgcCollections',
  summary: 'List the collections that the credential may read',
  description: 'Each published form is a collection of its submissions, `submissions.<form id>`, the newest first.',
  scope: 'any',
  basic: true,
  uses: {
    geofences: readGeofenceExtent,
    locations: readLocationExtent,
    forms: listFormCollections,
    whole: answerWhole,
  },
  success: { 200: OgcCollections, 303: null },
  invalid: 400,
  problems: [],
});

export const handler = serve(route, async ({ caller, request, geofences, locations, forms, whole }) => {
  const fixedCollections = collections.filter(({ scope }) => caller.scopes.has(scope));
  const readable = [...fixedCollections, ...(await forms.list(caller))];
  const links = [linkTo(request, 'self', '/collections', 'Collections')];
  const extents = {
    geofences: () => geofences.of(caller.tenant),
    'device-locations': () => locations.of(caller),
    tracks: () => locations.ofTracks(caller),
    submissions: forms.extent,
  };
  const shown = readable.map(async (one) => showCollection(request, one, await extents[one.kind]()));
  return await whole.answer(caller, { collections: await Promise.all(shown), links });
});
