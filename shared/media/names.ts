import { isBlank } from '../wire/text.ts';

/** Names of files, in any script. */

const mostCharacters = 255;

/** What is removed from a file name: control characters, and marks that change the direction of writing. */
const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * The name of a file without folders, such as `C:\fakepath\` and `../`; `file` if nothing is left.
 *
 * @returns undefined if it has more than 255 characters
 */
export function safeName(given: string): string | undefined {
  const name = given.replace(unfit, '').split(/[/\\]/).at(-1)!.trim();
  if ([...name].length > mostCharacters) return undefined;
  return isBlank(name) || /^\.*$/.test(name) ? 'file' : name;
}

/** A name for headers, which hold only ASCII. Other characters are replaced here, and encoded by {@link encoded}. */
export const ascii = (name: string): string => name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');

export const encoded = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** S3 keeps 2 KB of headers with an object. A character takes up to 12 bytes when it is encoded. */
const mostEncoded = 1200;

/** A name that fits: a longer one is cut before its extension. */
function fitting(name: string): string {
  if (encoded(name).length <= mostEncoded) return name;
  const [, stem = name, extension = ''] = /^(.+)(\.[A-Za-z0-9]{1,16})$/s.exec(name) ?? [];
  const characters = [...stem];
  while (encoded(characters.join('') + extension).length > mostEncoded) characters.pop();
  return characters.join('') + extension;
}

/** `Content-Disposition` of a download under this name (RFC 6266). */
export function asAttachment(given: string): string {
  const name = fitting(given);
  return `attachment; filename="${ascii(name)}"; filename*=UTF-8''${encoded(name)}`;
}
