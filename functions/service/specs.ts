import { apiDocumentAnswer, documentExample, keep } from '../../shared/docs/document.ts';
import { nothingAt } from '../../shared/docs/exposure.ts';
import { docsRelease } from '../../shared/docs/release.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/specs/{document}',
  operationId: 'getReleasedOpenApiDocument',
  summary: 'Get this document in a given release, for tools that pin one',
  description: 'The version is the one that `info` names. A released document never changes.',
  scope: 'public',
  params: {
    document: { description: '`openapi-latest.json` or `openapi-v{version}.json`.', example: 'openapi-latest.json' },
  },
  uses: {},
  success: { 200: { contentType: 'application/json', example: documentExample }, 304: null },
  problems: ['ROUTE_NOT_FOUND'],
  assets: ['openapi.json.gz', 'docs.json'],
});

export const handler = serve(route, async ({ params, request }) => {
  const { version } = await docsRelease();
  const kept = new Map<string, string>([
    ['openapi-latest.json', keep.shortly],
    [`openapi-v${version}.json`, keep.forever],
  ]).get(params.document);
  if (!kept) throw nothingAt(request);
  return apiDocumentAnswer(request, 'openapi.json', kept);
});
