import { escaped } from '../../../shared/mail/plain-text.ts';
import type { LocalAnswer } from '../gateway.ts';
import { type Page, showAt } from './page.ts';

export const mailsPath = '/_hexfence/mails';

/** A mail in the format of the emulator. */
interface Mail {
  readonly Source: string;
  readonly To: readonly string[];
  readonly Subject: string;
  readonly BodyText: string;
  readonly BodyHtml: string | null;
  /** Seconds since 1970. */
  readonly Timestamp: number;
}

/**
 * The mails that the stack has sent, newest first, at `/_hexfence/mails`; with `?to=` only those to one address.
 *
 * @param emulator its URL
 */
export const mailsAnswer = (emulator: string): LocalAnswer =>
  showAt(mailsPath, async (query) => {
    const answer = await fetch(`${emulator}/_ministack/ses/messages`, { signal: AbortSignal.timeout(5000) });
    const { messages } = (await answer.json()) as { messages: Record<string, readonly Mail[]> };
    const to = query.get('to')?.toLowerCase();
    const mails = Object.values(messages)
      .flat()
      .filter(({ To }) => to === undefined || To.some((address) => address.toLowerCase() === to));
    return pageOf(mails.sort((a, b) => b.Timestamp - a.Timestamp));
  });

function pageOf(mails: readonly Mail[]): Page {
  const title = 'Mails that were sent';
  if (mails.length > 0)
    return { title, body: mails.map(article).join('\n'), text: mails.map(plain).join(`${'-'.repeat(72)}\n`) };
  const none = 'None so far. Nothing leaves this machine; a mail shows up here a second or two after it is requested.';
  return { title, body: `<p>${none}</p>`, text: `${none}\n` };
}

const headersOf = ({ Source, To, Timestamp }: Mail) => [
  ['To', To.join(', ')],
  ['From', Source],
  ['Sent', new Date(Timestamp * 1000).toISOString()],
];

const plain = (mail: Mail) =>
  `${[...headersOf(mail), ['Subject', mail.Subject]].map(([name, value]) => `${name}: ${value}\n`).join('')}\n${mail.BodyText}`;

function article(mail: Mail): string {
  const rows = headersOf(mail).map(([name, value]) => `<tr><th>${name}</th><td>${escaped(value!)}</td></tr>`);
  const look = mail.BodyHtml
    ? `<details><summary>As in a mail program</summary><iframe sandbox="" title="${escaped(mail.Subject)}" srcdoc="${escaped(mail.BodyHtml)}"></iframe></details>`
    : '';
  return `<article>
<h2>${escaped(mail.Subject)}</h2>
<table>${rows.join('')}</table>
<pre>${escaped(mail.BodyText)}</pre>
${look}
</article>`;
}
