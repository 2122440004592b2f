import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { startReplays } from '../../shared/replays/start.ts';
import { ReplayRequest, ReplayResult } from '../../shared/replays/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/quarantine/replay',
  operationId: 'replayQuarantine',
  summary: 'Take quarantined items again',
  description:
    'Puts open items through the profiles and rules of today, as if they had come at their original time: a reading ' +
    'that was received later stays. What is accepted becomes `REPLAYED`, the rest stays open. A dry run, which is the ' +
    'default, only tells the outcome. Points, readings and health reports can be taken again; events and ' +
    'acknowledgements, which ask for something at their time, stay refused. Of a message that was refused whole, the ' +
    'parts that are still refused become items of their own. The answer comes at once; `GET ' +
    '/admin/quarantine/replays/{replayId}` tells when it is `DONE`. Repeating a replay changes nothing more.',
  scope: 'quarantine:write',
  uses: { replays: startReplays },
  body: ReplayRequest,
  success: { 202: ReplayResult },
  problems: ['VALIDATION_ERROR'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, caller, once, request, replays }) => ({
  status: 202,
  ...(await replays.start(caller, body, once, `${request.origin}/api/v1/admin/quarantine/replays`)),
}));
