import { sendMails } from '../../shared/mail/mailer.ts';
import { MailMessage } from '../../shared/messages/mail.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Send the mails that hold a token: invitations, verifications, new passwords',
  // Few at once: Amazon SES takes a dozen mails a second of a new account.
  source: { kind: 'queue', maxReceives: 8, batchSize: 5, maxConcurrency: 2 },
  message: MailMessage,
  uses: { mailer: sendMails },
  impact: 'People who are invited, sign up or forgot their password get no mail, and wait for it.',
});

export const handler = work(worker, ({ message, mailer }) => mailer.run(message));
