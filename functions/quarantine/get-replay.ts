import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { readReplays } from '../../shared/replays/start.ts';
import { ReplayResult } from '../../shared/replays/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/quarantine/replays/{replayId}',
  operationId: 'getQuarantineReplay',
  summary: 'Get the progress of a replay',
  description: 'A replay is kept for 30 days.',
  scope: 'quarantine:read',
  uses: { replays: readReplays },
  success: { 200: ReplayResult },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, replays }) => ({
  status: 200,
  body: await replays.get(tenant, params.replayId),
}));
