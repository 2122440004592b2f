import { apiDocumentAnswer, documentExample, keep } from '../../shared/docs/document.ts';
import { publicDocs, requireDocs } from '../../shared/docs/exposure.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v3/api-docs',
  operationId: 'getApiDocs',
  summary: 'Get this document at the address where Java tools expect it',
  description: 'Only if the deployment exposes its documentation.',
  scope: 'public',
  uses: { docs: publicDocs },
  success: { 200: { contentType: 'application/json', example: documentExample }, 304: null },
  problems: ['ROUTE_NOT_FOUND'],
  assets: ['openapi.json.gz'],
});

export const handler = serve(route, async ({ docs, request }) => {
  requireDocs(docs, request);
  return apiDocumentAnswer(request, 'openapi.json', keep.revalidated);
});
