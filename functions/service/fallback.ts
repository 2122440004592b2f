import * as z from 'zod';
import { fallbackAnswer } from '../../shared/http/fallback.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/$default',
  operationId: 'fallback',
  summary: 'Answer requests that match no route: unknown paths, other methods, CORS preflights',
  scope: 'public',
  uses: {},
  query: z.looseObject({}), // any query is accepted, because the path is unknown
  success: { 204: null, 308: null },
  problems: ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED'],
  assets: ['routes.json'],
});

export const handler = serve(route, async ({ request }) => await fallbackAnswer(request));
