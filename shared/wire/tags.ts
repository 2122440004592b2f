import * as z from 'zod';

/** Tags, of whatever carries them: words of the caller's in any script, compared exactly. */

const longestTag = 64;
const mostTags = 20;

/** A letter or digit first. What is a letter and cannot be seen, such as the Hangul filler, is none. */
const form =
  /^[[\p{L}--\p{Default_Ignorable_Code_Point}]\p{N}][[\p{L}--\p{Default_Ignorable_Code_Point}]\p{M}\p{N}\u200C\u200D _\-.:\/@+]*$/v;
/** Marks belong to a letter, and so do the joiners, which many scripts of South Asia and Persian need within a word. */
const stray = /(?<![\p{L}\p{M}\u200C\u200D])\p{M}|(?<![\p{L}\p{M}])[\u200C\u200D]/v;
/** At the end a joiner is seen only behind a mark, as in Malayalam; a space is never. */
const unseenEnd = /(?: |(?<!\p{M})[\u200C\u200D])$/v;

/** Characters are code points, as everywhere in a body. */
const isTag = (text: string): boolean =>
  form.test(text) && !stray.test(text) && !unseenEnd.test(text) && [...text].length <= longestTag;

export const tagRule =
  '1 to 64 letters of any script, digits, spaces or _ - . : / @ +, beginning with a letter or digit and not ending in a space';

export const Tag = z
  .string()
  .refine((text) => text.length <= 2 * longestTag && isTag(text), {
    message: `Should be ${tagRule}`,
    params: { type: 'pattern' },
  })
  .meta({ minLength: 1, maxLength: longestTag, description: `${tagRule}.` });

export const Tags = z.array(Tag).max(mostTags);
