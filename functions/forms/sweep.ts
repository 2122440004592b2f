import { SweepFormMessage } from '../../shared/messages/sweep-form.ts';
import { sweepForms } from '../../shared/submissions/sweep.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Remove the submissions of a deleted form',
  // By then, every request that began before the deletion has ended, so none can store a submission any more.
  source: { kind: 'queue', delaySeconds: 120, maxConcurrency: 5 },
  message: SweepFormMessage,
  uses: { forms: sweepForms },
  timeoutSeconds: 180,
  impact: 'The data of deleted forms stays in the table; no request finds it all the same.',
});

export const handler = work(worker, ({ message, forms }) => forms.sweep(message));
