import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';

/** The mails that the deployed stack has sent, as the emulator stores them. */

export interface Mail {
  readonly Source: string;
  readonly To: readonly string[];
  readonly Subject: string;
  readonly BodyText: string;
  readonly BodyHtml: string;
}

export async function mailsTo(address: string): Promise<Mail[]> {
  const kept = `${inject('stack').endpoint}/_ministack/ses/messages`;
  const { messages } = (await (await fetch(kept)).json()) as { messages: Record<string, Mail[]> };
  return Object.values(messages)
    .flat()
    .filter(({ To }) => To.includes(address));
}

/** Waits for the `count`th mail to an address. */
export async function mailTo(address: string, count = 1): Promise<Mail> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const mail = (await mailsTo(address))[count - 1];
    if (mail) return mail;
    if (Date.now() > deadline) throw new Error(`No mail number ${count} reached ${address}`);
    await sleep(200);
  }
}

/** The one-time token in a mail. */
export function tokenIn({ BodyText }: Mail): string {
  const token = /"token": "([A-Za-z0-9_-]{43})"/.exec(BodyText)?.[1];
  if (!token) throw new Error(`No token in the mail: ${BodyText}`);
  return token;
}
