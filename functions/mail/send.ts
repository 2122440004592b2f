import { sendMails } from '../../shared/mail/mailer.ts';
import { MailMessage } from '../../shared/messages/mail.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Send the mails with a token: invitations, verifications, new passwords',
  // A low concurrency: Amazon SES accepts a dozen mails per second from a new account.
  source: { kind: 'queue', maxReceives: 8, batchSize: 5, maxConcurrency: 2 },
  message: MailMessage,
  uses: { mailer: sendMails },
  impact: 'People who were invited, signed up or forgot their password do not get the mail that they need.',
});

export const handler = work(worker, ({ message, mailer }) => mailer.run(message));
