import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { startReplays } from '../../shared/replays/start.ts';
import { ReplayRequest, ReplayResult } from '../../shared/replays/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/quarantine/replay',
  operationId: 'replayQuarantine',
  summary: 'Replay quarantined items',
  description:
    'Processes open items again with the present profiles and rules, as if they arrived at their original time: a reading ' +
    'that was received later stays. Accepted items become `REPLAYED`, the rest stays open. A dry run, which is the ' +
    'default, only reports the outcome. Points, readings and health reports can be replayed; events and ' +
    'acknowledgements, which mattered only at their time, stay refused. If a message was refused as a whole, its parts ' +
    'that are still refused become items of their own. The answer is immediate; `GET ' +
    '/admin/quarantine/replays/{replayId}` shows when the replay is `DONE`. Repeating a replay changes nothing more.',
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
