import { annotationClassTarget } from '../../shared/analytics/annotation-classes.ts';
import { Annotation, AnnotationSource, annotations } from '../../shared/analytics/annotations.ts';
import { ScopeType } from '../../shared/analytics/scopes.ts';
import { idOf } from '../../shared/entity/fields.ts';
import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { deviceTarget } from '../../shared/topology/device-terms.ts';
import { isInOrder, notInOrder, spanParameters } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/annotations',
  operationId: 'listAnnotations',
  summary: 'List annotations, newest first',
  description:
    'With `from` or `to`, only annotations that share an instant with that time. `scopeId` together with `scopeType` reads ' +
    'only the annotations of that object.',
  scope: 'analytics:read',
  uses: { annotations: lists(annotations) },
  query: listQuery({
    scopeType: ScopeType.optional(),
    scopeId: idOf(deviceTarget).optional(),
    classId: idOf(annotationClassTarget).optional(),
    source: AnnotationSource.optional(),
    ...spanParameters,
  }).refine(isInOrder, notInOrder),
  success: { 200: listOf(Annotation, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, annotations }) => ({
  status: 200,
  page: await annotations.list(tenant, query, page),
}));
