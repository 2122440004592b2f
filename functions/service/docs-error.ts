import { publicDocs, requireDocs } from '../../shared/docs/exposure.ts';
import { pageHeaders } from '../../shared/docs/page-headers.ts';
import { asset } from '../../shared/http/assets.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { problem } from '../../shared/problems/problem.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/docs/errors/{code}',
  operationId: 'getErrorPage',
  summary: 'Read about an error code',
  description:
    'The `type` of an RFC 9457 problem links to this page. Only if the deployment exposes its documentation.',
  scope: 'public',
  params: { code: { description: 'An `error_code`, or a `cause` of the quarantine.', example: 'VALIDATION_ERROR' } },
  uses: { docs: publicDocs },
  success: { 200: { contentType: 'text/html; charset=utf-8', example: '<!doctype html>' } },
  problems: ['ROUTE_NOT_FOUND'],
  assets: ['error-pages.json'],
});

export const handler = serve(route, async ({ docs, params, request }) => {
  requireDocs(docs, request);
  const pages = new Map(Object.entries<string>(JSON.parse((await asset('error-pages.json')).toString('utf8'))));
  const raw = pages.get(params.code);
  if (raw === undefined)
    throw problem('ROUTE_NOT_FOUND', 'No error code is written like this; see /docs/errors for all of them.');
  return { status: 200, raw, headers: pageHeaders('text') };
});
