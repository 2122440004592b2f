import { ReplayMessage } from '../../shared/messages/replay.ts';
import { runReplays } from '../../shared/replays/run.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Process quarantined items again, with the present profiles and rules',
  source: { kind: 'queue', maxConcurrency: 5 },
  message: ReplayMessage,
  uses: { replays: runReplays },
  timeoutSeconds: 60,
  impact: 'Replays of quarantined items stay `RUNNING`; the items stay open.',
});

export const handler = work(worker, ({ message, replays }) => replays.run(message));
