import { ReferencePair, ReferencePairDraft, referencePairs } from '../../shared/analytics/reference-pairs.ts';
import { creates } from '../../shared/entity/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/reference-pairs',
  operationId: 'createReferencePair',
  summary: 'Create a reference pair',
  description:
    'Two components whose readings are compared from `from` on. A component cannot be deleted while pairs name it; when ' +
    'its device is deleted, its pairs are deleted too, within minutes.',
  scope: 'analytics:write',
  uses: { pairs: creates(referencePairs) },
  body: ReferencePairDraft,
  success: { 201: ReferencePair },
  problems: ['VALIDATION_ERROR'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, pairs }) => ({
  status: 201,
  body: await pairs.create(caller, body, once),
}));
