import { AnnotationClass, AnnotationClassPatch, annotationClasses } from '../../shared/analytics/annotation-classes.ts';
import { patches } from '../../shared/entity/change.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/annotation-classes/{id}',
  operationId: 'patchAnnotationClass',
  summary: 'Change the given fields of an annotation class',
  description:
    'Absent fields stay as they are; `null` clears a field that may be empty. `fields` is replaced whole: fields and ' +
    'options may be added, not retyped or removed, else 409 `CONFLICT` with `details.conflicts`. Existing ' +
    'annotations stay as they are; stricter rules apply to new `values`.',
  scope: 'analytics:write',
  uses: { classes: patches(annotationClasses) },
  body: AnnotationClassPatch,
  success: { 200: AnnotationClass },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'CONFLICT'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, classes }) => ({
  status: 200,
  body: await classes.patch(caller, params.id, body, ifMatch),
}));
