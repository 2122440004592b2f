import { referencePairs } from '../../shared/analytics/reference-pairs.ts';
import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/reference-pairs/{id}',
  operationId: 'deleteReferencePair',
  summary: 'Delete a reference pair permanently',
  scope: 'analytics:delete',
  uses: { pairs: deletes(referencePairs) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, pairs }) => {
  await pairs.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
