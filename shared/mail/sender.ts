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

/** A mail that was not sent. */
export class MailNotSent extends Error {
  /** Whether a retry may succeed. */
  readonly isRetryable: boolean;

  constructor({ name, message, $metadata }: SesError) {
    super(`Mail not sent: ${name}: ${withoutAddresses(message)}`);
    const status = $metadata?.httpStatusCode ?? 503;
    this.isRetryable = status >= 500 || status === 429;
  }
}

type SesError = Error & { readonly $metadata?: { readonly httpStatusCode?: number } };

/** Sends one mail through Amazon SES. The error of SES is logged without the addresses in it. */
export async function sendMail(
  to: string | readonly string[],
  { subject, text, html }: Omit<Mail, 'html'> & Partial<Mail>,
): Promise<void> {
  const part = (Data: string) => ({ Data, Charset: 'UTF-8' });
  const command = new SendEmailCommand({
    FromEmailAddress: mailFrom(),
    Destination: { ToAddresses: [to].flat() },
    Content: {
      Simple: {
        Subject: part(subject),
        Body: { Text: part(text), ...(html === undefined ? {} : { Html: part(html) }) },
        // Asks out-of-office programs not to answer.
        Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      },
    },
  });
  try {
    await ses().send(command);
  } catch (error) {
    throw new MailNotSent(error as SesError);
  }
}

const withoutAddresses = (sentence: string): string => sentence.replaceAll(/[^\s<>,;:"']+@[^\s<>,;:"']+/g, '<address>');
