import { annotations } from '../../shared/analytics/annotations.ts';
import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/annotations/{id}',
  operationId: 'deleteAnnotation',
  summary: 'Delete an annotation permanently',
  scope: 'analytics:delete',
  uses: { annotations: deletes(annotations) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, annotations }) => {
  await annotations.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
