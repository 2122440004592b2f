/**
 * Makes texts of tenants safe for our mails. Anybody may choose the name of a person or workspace, and the readers
 * trust the sender of the mail.
 */

/**
 * Control characters and line ends, marks that change the direction of the text after them, and unpaired surrogates.
 */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]+/gu;

const maxName = 120;

/** A name on one line of at most 120 characters. It can add neither a header nor further lines. */
export function oneLine(name: string): string {
  const line = name.replace(unprintable, ' ').replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= maxName ? line : `${characters.slice(0, maxName - 1).join('')}…`;
}

/**
 * A name that mail programs do not turn into a link. They look for `http://…`, `www.…`, `a.com` and `a@b.com` in any
 * text, and treat the full stops of other scripts as dots. The character that breaks the link has no width.
 */
export const unlinked = (name: string): string => oneLine(name).replace(/[.:/@\u3002\uff0e\uff61](?=\S)/g, '$&\u200b');

/**
 * A name for a subject. Mail programs turn addresses into links there too, so a name that looks like a link is replaced
 * by `otherwise`.
 */
export const inSubject = (name: string, otherwise: string): string =>
  unlinked(name) === oneLine(name) ? oneLine(name) : otherwise;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text for HTML, inside an element or a quoted attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);
