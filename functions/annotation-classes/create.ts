import { AnnotationClass, AnnotationClassDraft, annotationClasses } from '../../shared/analytics/annotation-classes.ts';
import { creates } from '../../shared/entity/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/annotation-classes',
  operationId: 'createAnnotationClass',
  summary: 'Create an annotation class',
  description:
    'No two classes have the same `name`. `fields` define the `values` of its annotations: an annotation must hold ' +
    'those that are `required`, each of its type; `enum` fields need `options`.',
  scope: 'analytics:write',
  uses: { classes: creates(annotationClasses) },
  body: AnnotationClassDraft,
  success: { 201: AnnotationClass },
  problems: ['CONFLICT'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, classes }) => ({
  status: 201,
  body: await classes.create(caller, body, once),
}));
