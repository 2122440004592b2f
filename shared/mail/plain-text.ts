/**
 * Texts of tenants in mails of ours. The names of people and workspaces are whatever someone made them, and go to people
 * who trust the sender of the mail.
 */

/** Controls and line ends, marks that turn the direction of what follows, halves of characters. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]+/gu;

const maxName = 120;

/** A name on one line of at most 120 characters: it can neither add a header nor lines of its own. */
export function oneLine(name: string): string {
  const line = name.replace(unprintable, ' ').replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= maxName ? line : `${characters.slice(0, maxName - 1).join('')}…`;
}

/**
 * A name that mail programs make no link of: they look for `http://…`, `www.…`, `a.com` and `a@b.com` in any text, and
 * take the full stops of other scripts for dots. What breaks the link has no width.
 */
export const unlinked = (name: string): string => oneLine(name).replace(/[.:/@\u3002\uff0e\uff61](?=\S)/g, '$&\u200b');

/** A name for a subject, where mail programs make links, too; one that they might take for a link is told otherwise. */
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
