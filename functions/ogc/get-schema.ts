import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection, scopesOfCollections } from '../../shared/ogc/collections.ts';
import { schemaOf } from '../../shared/ogc/schemas.ts';
import { OgcSchema } from '../../shared/ogc/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/collections/{collectionId}/schema',
  operationId: 'getOgcSchema',
  summary: 'Get the JSON Schema of the features of a collection',
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
  body: schemaOf(request, collectionOf(params.collectionId)),
}));
