import * as z from 'zod';
import { listForms } from '../../shared/fieldwork/read.ts';
import { FormListItem } from '../../shared/fieldwork/wire.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { givenId } from '../../shared/wire/id.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/forms',
  operationId: 'listForms',
  summary: 'List forms as a bare array, newest first',
  description:
    'Callers who may not change forms see published forms only, and field workers only those that are assigned to everyone, ' +
    'to the user or to the role.',
  scope: 'forms:read',
  uses: { forms: listForms },
  query: listQuery(
    {
      project_id: givenId().optional().meta({ names: 'project' }),
      status: z.enum(['draft', 'published']).optional(),
    },
    { skip: true },
  ),
  success: { 200: listOf(FormListItem, 'bare') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, caller, forms }) => ({
  status: 200,
  page: await forms.list(caller, query, page),
}));
