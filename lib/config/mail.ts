import { type ContextReader, text } from './context.ts';

/**
 * What Amazon SES is asked to verify: the address, its whole domain, or nothing, if one of them is verified already.
 */
const identities = ['address', 'domain', 'existing'] as const;

/** The sender of the platform's mails. */
export interface MailConfig {
  /** In the form of a mail header: `Acme <no-reply@acme.com>`. */
  readonly from: string;
  readonly address: string;
  readonly domain: string;
  readonly identity: (typeof identities)[number];
}

const example = 'write it as "Acme <no-reply@acme.com>"';
const addressForm =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?<domain>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})$/i;

export function mailOf(context: ContextReader): MailConfig | undefined {
  const from = text(context, 'mailFrom');
  const named = text(context, 'mailIdentity');
  if (!from) {
    if (named) throw new Error(`Context "mailIdentity" needs "mailFrom": ${example}.`);
    return undefined;
  }
  const identity = identities.find((one) => one === (named ?? 'address'));
  if (!identity) throw new Error(`Context "mailIdentity" is "${named}": choose one of ${identities.join(', ')}.`);
  return { ...mailFrom(from), identity };
}

/** The From header of `Name <address>`, or of a bare address. */
export function mailFrom(written: string): Omit<MailConfig, 'identity'> {
  const { name = '', address = written.trim() } =
    /^(?<name>[^<>]*)<(?<address>[^<>]*)>\s*$/.exec(written)?.groups ?? {};
  const domain = addressForm.exec(address)?.groups?.domain;
  if (!domain) throw new Error(`Context "mailFrom" holds no e-mail address: ${example}.`);
  const shown = headerName(name.trim().replace(/^"(.*)"$/, '$1'));
  return { from: shown ? `${shown} <${address}>` : address, address, domain: domain.toLowerCase() };
}

const longestEncoded = 45;

/** Headers are ASCII. A name with other characters becomes an encoded word, which has at most 75 characters. */
function headerName(name: string): string {
  if (/^[\w .'-]*$/.test(name)) return name;
  if (/^[ -~]*$/.test(name)) return `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
  const bytes = Buffer.from(name);
  if (/\p{Cc}/u.test(name) || bytes.length > longestEncoded)
    throw new Error(
      `Context "mailFrom" has a name that no mail can show: at most ${longestEncoded} bytes, on one line.`,
    );
  return `=?UTF-8?B?${bytes.toString('base64')}?=`;
}

/**
 * Base of the links in mails, without a trailing slash. Plain HTTP is refused, because a token could be read on its
 * way.
 */
export function appUrlOf(context: ContextReader, allowPlain: boolean): string | undefined {
  const written = text(context, 'appUrl');
  if (!written) return undefined;
  const url = URL.parse(written);
  const isSafe = url?.protocol === 'https:' || (allowPlain && url?.protocol === 'http:');
  if (!url || !isSafe || url.search || url.hash || url.username || url.password)
    throw new Error(
      `Context "appUrl" is "${written}": it must be an https address without query, as in https://app.acme.com.`,
    );
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
