import { apiDocumentAnswer, documentExample, keep } from '../../shared/docs/document.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { mediaTypes } from '../../shared/ogc/links.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/api',
  operationId: 'getOgcApi',
  summary: 'Get the OpenAPI document of OGC API Features only',
  scope: 'any',
  basic: true,
  uses: {},
  success: { 200: { contentType: mediaTypes.openApi, example: documentExample }, 304: null },
  invalid: 400,
  problems: [],
  assets: ['ogc-api.json.gz'],
});

export const handler = serve(route, ({ request }) => apiDocumentAnswer(request, 'ogc-api.json', keep.revalidated));
