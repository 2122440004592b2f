import { NotifyMessage } from '../../shared/messages/notify.ts';
import { notifier } from '../../shared/notifications/notifier.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Put what people should know among their notifications',
  source: { kind: 'queue' },
  message: NotifyMessage,
  uses: { notifier },
  impact: 'Owners, admins and users are not told of quotas, failures and what is about to expire.',
});

export const handler = work(worker, ({ message, notifier }) => notifier.run(message));
