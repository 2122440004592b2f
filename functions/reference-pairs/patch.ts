import { ReferencePair, ReferencePairPatch, referencePairs } from '../../shared/analytics/reference-pairs.ts';
import { patches } from '../../shared/entity/change.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/reference-pairs/{id}',
  operationId: 'patchReferencePair',
  summary: 'Change the given fields of a reference pair',
  description: 'Absent fields stay as they are; `null` for `to` makes the pair open.',
  scope: 'analytics:write',
  uses: { pairs: patches(referencePairs) },
  body: ReferencePairPatch,
  success: { 200: ReferencePair },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, pairs }) => ({
  status: 200,
  body: await pairs.patch(caller, params.id, body, ifMatch),
}));
