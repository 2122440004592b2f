import * as z from 'zod';

/** Text of callers. Lengths count code points: an emoji counts as one, whatever its encoding needs. */

/** Invisible characters: white space, control and format characters, fillers. */
const unseen = String.raw`\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800`;
const seen = new RegExp(`[^${unseen}]`, 'u');
const unseenEnd = new RegExp(`^[${unseen}]|[${unseen}]$`, 'u');
const control = /\p{Cc}/u;
/** The same for the API document: text without control characters. */
const oneLine = String.raw`^[^\x00-\x1f\x7f-\x9f]*$`;
/** The same with line breaks and other space around it, which are dropped; or nothing but such characters. */
const oneLineWithin = String.raw`^([\x00-\x20\x7f-\x9f]*|[\t-\r ]*[^\x00-\x1f\x7f-\x9f]*[\t-\r ]*)$`;

/** Whether a text has no visible character. */
export const isBlank = (text: string): boolean => !seen.test(text);

/** Prose, such as a description: any characters; may be empty. */
export const prose = (most: number) => z.string().max(most);

/** Prose with at least one visible character, such as a street address. */
export const filledProse = (most: number) =>
  z
    .string()
    .max(most, { abort: true })
    .refine((text) => !isBlank(text), { message: 'Should not be blank', params: { type: 'too_short' } })
    .meta({ minLength: 1 });

/** One line of text, which may be empty. */
export const line = (most: number) =>
  z
    .string()
    .max(most, { abort: true })
    .refine((text) => !control.test(text), {
      message: 'Should hold no control characters',
      params: { type: 'pattern' },
      abort: true,
    })
    .meta({ pattern: oneLine });

/** A name or a label: one line with a visible character. */
export const label = (most: number) =>
  line(most)
    .min(1, { abort: true })
    .refine((text) => !isBlank(text), {
      message: 'Should hold a character that can be seen',
      params: { type: 'too_short' },
    });

/** As {@link label}, but it may be empty. Space around it is dropped, and a blank text becomes empty. */
export const labelOrNone = (most: number) =>
  z
    .string()
    .transform((text) => (isBlank(text) ? '' : text.trim()))
    .pipe(line(most))
    .meta({ override: { type: 'string', maxLength: most, pattern: oneLineWithin } });

/** A key of the caller by which something is found, such as an external id. It is compared exactly as it was sent. */
export const exactKey = (most: number) =>
  z
    .string()
    .min(1, { abort: true })
    .max(most, { abort: true })
    .refine((text) => !unseenEnd.test(text), {
      message: 'Should neither begin nor end with white space or a character that cannot be seen',
      params: { type: 'pattern' },
    });

/** The name of a part within its whole, such as a component of a device: letters, digits and `_.-`. */
export const partName = () =>
  z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'Should have 1 to 64 letters, digits or characters of "_.-", such as "boiler-1"');

let graphemes: Intl.Segmenter | undefined;

/**
 * The beginning of a text, with at most this many code points. A character with several code points, such as a letter
 * with its marks or a family of emoji, is not cut: it is omitted if it does not fit, unless it is the first.
 */
export function cutTo(most: number, text: string): string {
  if (text.length <= most) return text;
  const cut = [...text.slice(0, 2 * most)].slice(0, most).join('');
  if (cut.length === text.length) return text;
  graphemes ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  const { index } = graphemes.segment(text).containing(cut.length)!;
  return index === 0 ? cut : text.slice(0, index);
}
