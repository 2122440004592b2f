import { AnnotationClass, annotationClasses } from '../../shared/analytics/annotation-classes.ts';
import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/annotation-classes/{id}',
  operationId: 'getAnnotationClass',
  summary: 'Get an annotation class',
  scope: 'analytics:read',
  uses: { classes: gets(annotationClasses) },
  success: { 200: AnnotationClass },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, classes }) => ({
  status: 200,
  body: await classes.get(tenant, params.id),
}));
