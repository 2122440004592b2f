import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection, scopesOfCollections } from '../../shared/ogc/collections.ts';
import { queryablesOf } from '../../shared/ogc/schemas.ts';
import { OgcSchema } from '../../shared/ogc/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections/{collectionId}/queryables',
  operationId: 'getOgcQueryables',
  summary: 'Get the properties by which the features of a collection can be filtered',
  description:
    'Answers a JSON Schema. Each property is a query parameter of the features; features match if the property equals its value.',
  scope: 'geofences:read',
  scopes: scopesOfCollections,
  basic: true,
  params: inCollection,
  uses: {},
  success: { 200: OgcSchema },
  mediaType: 'application/schema+json',
  invalid: 400,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, request }) => ({
  status: 200,
  body: queryablesOf(request, collectionOf(params.collectionId)),
}));
