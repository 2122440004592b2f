import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { environment } from '../capability/environment.ts';
import type { Mail } from './render.ts';

let client: SESv2Client | undefined;

/** A call that hangs is aborted and retried, well within the worker's timeout. */
const ses = (): SESv2Client => {
  client ??= new SESv2Client({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  return client;
};

/** The sender address of mails; throws if the deployment has none. Call it before a token is made. */
export function mailFrom(): string {
  const from = environment.setting('MAIL_FROM');
  if (!from) throw new Error('No mail can be sent: the deployment has no "mailFrom"; see lib/README.md');
  return from;
}

/** Sends one mail through Amazon SES. The error of SES is logged without the addresses in it. */
export async function sendMail(to: string, { subject, text, html }: Mail): Promise<void> {
  const part = (Data: string) => ({ Data, Charset: 'UTF-8' });
  const command = new SendEmailCommand({
    FromEmailAddress: mailFrom(),
    Destination: { ToAddresses: [to] },
    Content: {
      Simple: {
        Subject: part(subject),
        Body: { Text: part(text), Html: part(html) },
        // Asks out-of-office programs not to answer.
        Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      },
    },
  });
  try {
    await ses().send(command);
  } catch (error) {
    const { name, message } = error as Error;
    throw new Error(`Mail not sent: ${name}: ${withoutAddresses(message)}`);
  }
}

const withoutAddresses = (sentence: string): string => sentence.replaceAll(/[^\s<>,;:"']+@[^\s<>,;:"']+/g, '<address>');
