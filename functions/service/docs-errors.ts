import { documentAnswer, keep } from '../../shared/docs/document.ts';
import { publicDocs, requireDocs } from '../../shared/docs/exposure.ts';
import { pageHeaders } from '../../shared/docs/page-headers.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/docs/errors',
  operationId: 'listErrorPages',
  summary: 'Read the index of all error codes',
  description: 'Each code has a page. Only if the deployment exposes its documentation.',
  scope: 'public',
  uses: { docs: publicDocs },
  success: { 200: { contentType: 'text/html; charset=utf-8', example: '<!doctype html>' }, 304: null },
  problems: ['ROUTE_NOT_FOUND'],
  assets: ['errors.html.gz'],
});

export const handler = serve(route, async ({ docs, request }) => {
  requireDocs(docs, request);
  const answer = await documentAnswer(request, 'errors.html', keep.revalidated);
  return { ...answer, headers: { ...answer.headers, ...pageHeaders('text') } };
});
