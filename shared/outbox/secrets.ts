import { isWrittenNumber } from '../json/exact.ts';

/**
 * Keeps secrets out of audit entries, at every level of the recorded values, by two rules: it hides the value of a
 * field whose name ends in a word for a secret, and every text that has the form of one of our own credentials,
 * whatever the name of its field.
 */

export const hidden = '(hidden)';

/** Last words of names: `passwordHash`, `access_token` and `webhookSecret` are secrets, `key_prefix` is not. */
const secretWords =
  'password passwd passphrase hash salt secret secrets key keys token tokens credential credentials authorization cookie';
const lastWord = new RegExp(`(?:^|[^a-z])(?:${secretWords.replaceAll(' ', '|')})\\d*$`);

const asWords = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

export const isSecretName = (name: string): boolean => lastWord.test(asWords(name));

/** API keys, password hashes and private keys, by their form. */
const credentials = new RegExp(
  [
    String.raw`\b[a-z][a-z0-9]{1,7}_(?:live|test)_[0-9A-Za-z]{24}_[0-9A-Za-z]{38}\b`,
    String.raw`\$argon2id?\$\S+`,
    '-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?',
  ].join('|'),
  'g',
);

/**
 * Tokens, by their form: three parts with dots between them, the first two of which begin with `eyJ`. Each run of their
 * characters is read once; a single expression for the whole would start again at each `eyJ`, which takes seconds for
 * 16 kB.
 */
const withoutTokens = (text: string): string =>
  text.replaceAll(/[\w.-]+/g, (run) => (run.includes('.eyJ') ? withoutTokensOf(run.split('.')) : run));

function withoutTokensOf(parts: readonly string[]): string {
  const kept: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const [header = '', claims = '', signature = ''] = parts.slice(i, i + 3);
    const start = /^eyJ./.test(claims) && signature !== '' ? header.search(/\beyJ./) : -1;
    kept.push(start < 0 ? header : header.slice(0, start) + hidden);
    if (start >= 0) i += 2;
  }
  return kept.join('.');
}

/** The same value without its secrets; the result still shows that there was a secret. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutTokens(value).replaceAll(credentials, hidden);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    isSecretName(name) ? masked(inner) : withoutSecrets(inner),
  ]);
  return Object.fromEntries(entries);
}

/** Shows only whether there was a secret. */
function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  return value === null || value === undefined ? null : hidden;
}
