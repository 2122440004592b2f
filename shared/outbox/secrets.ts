import { isWrittenNumber } from '../json/exact.ts';

/**
 * What an audit entry never holds. Two rules, for every level of what is recorded: the value of a field whose name ends
 * in a word for a secret, and every text that has the form of one of our own credentials, whatever its field is called.
 */

export const hidden = '(hidden)';

/** Last words of names: `passwordHash`, `access_token` and `webhookSecret` are secrets, `key_prefix` is none. */
const secretWords =
  'password passwd passphrase hash salt secret secrets key keys token tokens credential credentials authorization cookie';
const lastWord = new RegExp(`(?:^|[^a-z])(?:${secretWords.replaceAll(' ', '|')})\\d*$`);

const asWords = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

export const isSecretName = (name: string): boolean => lastWord.test(asWords(name));

/** API keys, tokens, hashes of passwords and private keys, by their form. */
const credentials = new RegExp(
  [
    String.raw`\b[a-z][a-z0-9]{1,7}_(?:live|test)_[0-9A-Za-z]{24}_[0-9A-Za-z]{38}\b`,
    String.raw`\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+`,
    String.raw`\$argon2id?\$\S+`,
    '-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?',
  ].join('|'),
  'g',
);

/** The same value without its secrets; that there was one still shows. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(credentials, hidden);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    isSecretName(name) ? veiled(inner) : withoutSecrets(inner),
  ]);
  return Object.fromEntries(entries);
}

/** Whether there was a secret before and after is told, and nothing else about it. */
function veiled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(veiled);
  return value === null || value === undefined ? null : hidden;
}
