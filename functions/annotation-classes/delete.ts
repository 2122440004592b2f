import { annotationClasses } from '../../shared/analytics/annotation-classes.ts';
import { deletes } from '../../shared/entity/delete.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'DELETE',
  path: '/api/v1/annotation-classes/{id}',
  operationId: 'deleteAnnotationClass',
  summary: 'Delete an annotation class permanently',
  description: 'Refused with `IN_USE` while there are annotations of the class.',
  scope: 'analytics:delete',
  uses: { classes: deletes(annotationClasses) },
  success: { 204: null },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'IN_USE'],
});

export const handler = serve(route, async ({ params, caller, ifMatch, classes }) => {
  await classes.delete(caller, params.id, ifMatch);
  return { status: 204 };
});
