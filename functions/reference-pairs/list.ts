import { ReferencePair, referencePairs } from '../../shared/analytics/reference-pairs.ts';
import { idOf } from '../../shared/entity/fields.ts';
import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { componentTarget } from '../../shared/topology/components.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/reference-pairs',
  operationId: 'listReferencePairs',
  summary: 'List reference pairs, newest first',
  scope: 'analytics:read',
  uses: { pairs: lists(referencePairs) },
  query: listQuery({ componentId: idOf(componentTarget).optional() }),
  success: { 200: listOf(ReferencePair, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, pairs }) => ({
  status: 200,
  page: await pairs.list(tenant, query, page),
}));
