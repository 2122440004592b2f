import * as z from 'zod';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { listSubmissions } from '../../shared/submissions/read.ts';
import { Submission, sources } from '../../shared/submissions/wire.ts';
import { givenId } from '../../shared/wire/id.ts';
import { isInOrder, phoneSpanParameters, spanOf } from '../../shared/wire/time-span.ts';

const collected = phoneSpanParameters();

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/submissions',
  operationId: 'listSubmissions',
  summary: 'List submissions as a bare array, the last collected first',
  description: 'A field worker reads own submissions only.',
  scope: 'submissions:read',
  uses: { submissions: listSubmissions },
  query: listQuery(
    {
      form_id: givenId().optional().meta({ names: 'form' }),
      start_date: collected.from,
      end_date: collected.to,
      project_id: givenId().optional().meta({ names: 'project' }),
      device_id: givenId().optional().meta({ format: 'uuid' }),
      source: z.enum(sources).optional(),
    },
    { skip: true },
  ).refine(({ start_date: from, end_date: to }) => isInOrder({ from, to }), {
    path: ['end_date'],
    message: 'Should not be before "start_date"',
    params: { type: 'conflict' },
  }),
  success: { 200: listOf(Submission, 'bare') },
  problems: [],
});

export const handler = serve(route, async ({ query, page, caller, request, submissions }) => ({
  status: 200,
  page: await submissions.list(
    caller,
    { ...query, span: spanOf({ from: query.start_date, to: query.end_date }) },
    page,
    request.origin,
  ),
}));
