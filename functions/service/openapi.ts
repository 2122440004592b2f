import { apiDocumentAnswer, documentExample, keep } from '../../shared/docs/document.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/openapi/openapi.json',
  operationId: 'getOpenApiDocument',
  summary: 'Get this document',
  scope: 'public',
  uses: {},
  success: { 200: { contentType: 'application/json', example: documentExample }, 304: null },
  problems: [],
  assets: ['openapi.json.gz'],
});

export const handler = serve(route, ({ request }) => apiDocumentAnswer(request, 'openapi.json', keep.revalidated));
