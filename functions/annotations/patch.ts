import { Annotation, AnnotationPatch, annotations } from '../../shared/analytics/annotations.ts';
import { patches } from '../../shared/entity/change.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/annotations/{id}',
  operationId: 'patchAnnotation',
  summary: 'Change the given fields of an annotation',
  description:
    'Absent fields stay as they are; `null` clears a field that may be empty. `values` is replaced whole, and checked ' +
    'against the class as it is now. Class, scope and source never change.',
  scope: 'analytics:write',
  uses: { annotations: patches(annotations) },
  body: AnnotationPatch,
  success: { 200: Annotation },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, annotations }) => ({
  status: 200,
  body: await annotations.patch(caller, params.id, body, ifMatch),
}));
