import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { summarizeQuarantine } from '../../shared/quarantine/summary.ts';
import { QuarantineSummary } from '../../shared/quarantine/wire.ts';
import { allTime, isInOrder, notInOrder, spanOf, spanParameters } from '../../shared/wire/time-span.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/quarantine/summary',
  operationId: 'getQuarantineSummary',
  summary: 'Count what was refused, by cause, device and key',
  description:
    'The 200 largest groups of the last 30 days, or of the days from `from` to `to`. Days are whole days in UTC. ' +
    '`count` is the number of open items, `dropped` that of refusals beyond the 1,000 items of a device that are kept in an hour.',
  scope: 'quarantine:read',
  uses: { quarantine: summarizeQuarantine },
  query: z.object(spanParameters).refine(isInOrder, notInOrder),
  success: { 200: QuarantineSummary },
  problems: [],
});

export const handler = serve(route, async ({ query, tenant, quarantine }) => ({
  status: 200,
  body: await quarantine.summarize(tenant.reference, spanOf(query) ?? allTime),
}));
