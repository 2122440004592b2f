import * as z from 'zod';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { problem } from '../../shared/problems/problem.ts';
import { databaseHealth } from '../../shared/table/health.ts';
import { instant, printInstant } from '../../shared/wire/schema.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/health',
  alsoHead: true,
  operationId: 'getHealth',
  summary: 'Show whether the service and its database work',
  description: '`HEAD` answers with the same status.',
  scope: 'public',
  uses: { database: databaseHealth },
  success: {
    200: z
      .object({ status: z.literal('ok'), database: z.literal('connected'), timestamp: instant() })
      .meta({ id: 'Health' }),
  },
  problems: [],
});

export const handler = serve(route, async ({ database }) => {
  await database.probe().catch((cause: unknown) => {
    const details = { database: 'disconnected' };
    throw problem('SERVICE_UNAVAILABLE', 'The database does not answer.', details, { retryAfterSeconds: 5, cause });
  });
  return { status: 200, body: { status: 'ok', database: 'connected', timestamp: printInstant(Date.now()) } };
});
