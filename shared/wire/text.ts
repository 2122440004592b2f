/** Lengths of text count characters, which are code points: an emoji is one, whatever its encoding takes. */

/** Whether a text has at most so many characters. */
export function hasAtMost(most: number, text: string): boolean {
  if (text.length <= most) return true;
  return text.length <= 2 * most && [...text].length <= most;
}

/** The first characters of a text. */
export function cutTo(most: number, text: string): string {
  return hasAtMost(most, text) ? text : [...text.slice(0, 2 * most)].slice(0, most).join('');
}
