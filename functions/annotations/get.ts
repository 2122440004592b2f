import { Annotation, annotations } from '../../shared/analytics/annotations.ts';
import { gets } from '../../shared/entity/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/annotations/{id}',
  operationId: 'getAnnotation',
  summary: 'Get an annotation',
  scope: 'analytics:read',
  uses: { annotations: gets(annotations) },
  success: { 200: Annotation },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, annotations }) => ({
  status: 200,
  body: await annotations.get(tenant, params.id),
}));
