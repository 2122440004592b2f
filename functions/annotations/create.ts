import { Annotation, AnnotationDraft, annotations } from '../../shared/analytics/annotations.ts';
import { creates } from '../../shared/entity/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/annotations',
  operationId: 'createAnnotation',
  summary: 'Create an annotation',
  description:
    'An annotation is about a time (`from` to `to`, or one instant without `to`) at a site, a device, a component or a ' +
    'sensor. Its class says which of these it may be about and which `values` it holds. When that object is deleted, ' +
    'its annotations are deleted within minutes.',
  scope: 'analytics:write',
  uses: { annotations: creates(annotations) },
  body: AnnotationDraft,
  success: { 201: Annotation },
  problems: ['VALIDATION_ERROR'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, annotations }) => ({
  status: 201,
  body: await annotations.create(caller, { ...body, createdBy: caller.principal }, once),
}));
