import { documentAnswer, keep } from '../../shared/docs/document.ts';
import { publicDocs, requireDocs } from '../../shared/docs/exposure.ts';
import { pageHeaders } from '../../shared/docs/page-headers.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/docs',
  operationId: 'getDocs',
  summary: 'Read the interactive documentation',
  description:
    'A page with every operation, its schemas and a form to try it. Only if the deployment exposes its documentation.',
  scope: 'public',
  uses: { docs: publicDocs },
  success: { 200: { contentType: 'text/html; charset=utf-8', example: '<!doctype html>' }, 304: null },
  problems: ['ROUTE_NOT_FOUND'],
  assets: ['docs.html.gz'],
});

export const handler = serve(route, async ({ docs, request }) => {
  requireDocs(docs, request);
  const answer = await documentAnswer(request, 'docs.html', keep.revalidated);
  return { ...answer, headers: { ...answer.headers, ...pageHeaders('reference') } };
});
