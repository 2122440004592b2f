import { AnnotationClass, annotationClasses } from '../../shared/analytics/annotation-classes.ts';
import { searchQuery } from '../../shared/entity/filters.ts';
import { lists } from '../../shared/entity/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/annotation-classes',
  operationId: 'listAnnotationClasses',
  summary: 'List annotation classes, newest first',
  scope: 'analytics:read',
  uses: { classes: lists(annotationClasses) },
  query: listQuery({ search: searchQuery() }),
  success: { 200: listOf(AnnotationClass, 'camelCase') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, tenant, classes }) => ({
  status: 200,
  page: await classes.list(tenant, query, page),
}));
