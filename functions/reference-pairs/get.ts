import { ReferencePair, referencePairs } from '../../shared/analytics/reference-pairs.ts';
import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/reference-pairs/{id}',
  operationId: 'getReferencePair',
  summary: 'Get a reference pair',
  scope: 'analytics:read',
  uses: { pairs: gets(referencePairs) },
  success: { 200: ReferencePair },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, pairs }) => ({
  status: 200,
  body: await pairs.get(tenant, params.id),
}));
