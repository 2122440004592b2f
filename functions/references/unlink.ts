import { UnlinkMessage } from '../../shared/messages/unlink.ts';
import { unlinkReferences } from '../../shared/unlinking/unlinker.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'End the references to a deleted entity: set them to null, or delete the entities that belonged to it',
  source: { kind: 'queue', maxConcurrency: 10 },
  message: UnlinkMessage,
  uses: { references: unlinkReferences },
  timeoutSeconds: 60,
  impact: 'References to deleted entities stay, and so do the entities that belonged to them.',
});

export const handler = work(worker, ({ message, references }) => references.run(message));
