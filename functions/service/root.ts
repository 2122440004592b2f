import { publicDocs, requireDocs } from '../../shared/docs/exposure.ts';
import { pageHeaders } from '../../shared/docs/page-headers.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

const link = '<!doctype html><title>Hexfence</title><a href="/docs">/docs</a>';

export const route = defineRoute({
  method: 'GET',
  path: '/',
  operationId: 'getRoot',
  summary: 'Go to the documentation',
  description: 'Redirects to `/docs`. Only if the deployment exposes its documentation.',
  scope: 'public',
  uses: { docs: publicDocs },
  success: { 302: { contentType: 'text/html; charset=utf-8', example: link } },
  problems: ['ROUTE_NOT_FOUND'],
});

export const handler = serve(route, async ({ docs, request }) => {
  requireDocs(docs, request);
  return { status: 302, headers: { ...pageHeaders('text'), Location: `${request.origin}/docs` }, raw: link };
});
