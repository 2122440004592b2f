import { publishKeyExpiry } from '../../shared/keys/publish-expiry.ts';
import { NotifyMessage } from '../../shared/messages/notify.ts';
import { notifier } from '../../shared/notifications/notifier.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Add notifications for the users concerned',
  source: { kind: 'queue' },
  message: NotifyMessage,
  uses: { notifier, keys: publishKeyExpiry },
  impact: 'Owners, admins and users get no notifications about quotas, failures and expiring keys.',
});

export const handler = work(worker, async ({ message, notifier, keys }) => {
  await notifier.run(message);
  await keys.publishExpiry(message);
});
