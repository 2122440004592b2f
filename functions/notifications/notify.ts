import { NotifyMessage } from '../../shared/messages/notify.ts';
import { notifier } from '../../shared/notifications/notifier.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Add notifications for the users concerned',
  source: { kind: 'queue' },
  message: NotifyMessage,
  uses: { notifier },
  impact: 'Owners, admins and users get no notifications about quotas, failures and expiring keys.',
});

export const handler = work(worker, ({ message, notifier }) => notifier.run(message));
