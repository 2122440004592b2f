import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { collectionOf, inCollection, scopesOfCollections } from '../../shared/ogc/collections.ts';
import { findFormCollections } from '../../shared/ogc/form-collections.ts';
import { queryablesOf, schemaOfKind } from '../../shared/ogc/schemas.ts';
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
  uses: { forms: findFormCollections },
  success: { 200: OgcSchema },
  mediaType: 'application/schema+json',
  invalid: 400,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, request, forms }) => {
  const collection = await collectionOf(params.collectionId, caller, forms);
  const { id, kind } = collection;
  const schema = kind === 'submissions' ? await forms.schemaOf(caller, id) : schemaOfKind(kind);
  return { status: 200, body: queryablesOf(request, collection, schema) };
});
