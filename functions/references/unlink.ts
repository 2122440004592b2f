import { UnlinkMessage } from '../../shared/messages/unlink.ts';
import { unlinkReferences } from '../../shared/unlinking/unlinker.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'End the references to what was deleted: set them to null, or delete what belonged to it',
  source: { kind: 'queue', maxConcurrency: 10 },
  message: UnlinkMessage,
  uses: { references: unlinkReferences },
  timeoutSeconds: 60,
  impact: 'Entities go on naming what was deleted, and what belonged to it stays.',
});

export const handler = work(worker, ({ message, references }) => references.run(message));
