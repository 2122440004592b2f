import { TendMediaMessage } from '../../shared/messages/media.ts';
import { tendMedia } from '../../shared/uploads/tend.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Move files of submissions to their place, and remove those that nobody can read any more',
  source: { kind: 'queue', maxConcurrency: 10 },
  message: TendMediaMessage,
  uses: { media: tendMedia },
  timeoutSeconds: 60,
  impact:
    'Files stay readable. Files that expired or were removed still count toward the storage of their workspaces, and their objects stay.',
});

export const handler = work(worker, ({ message, media }) => media.tend(message));
