import * as z from 'zod';

/** Tags of any resource: words of the caller in any script, compared exactly. */

const longestTag = 64;
const mostTags = 20;

/** A tag begins with a letter or digit. Letters that are invisible, such as the Hangul filler, are not accepted. */
const form =
  /^[[\p{L}--\p{Default_Ignorable_Code_Point}]\p{N}][[\p{L}--\p{Default_Ignorable_Code_Point}]\p{M}\p{N}\u200C\u200D _\-.:\/@+]*$/v;
/**
 * A mark must follow a letter. So must the joiners, which Persian and many scripts of South Asia need within a word.
 */
const stray = /(?<![\p{L}\p{M}\u200C\u200D])\p{M}|(?<![\p{L}\p{M}])[\u200C\u200D]/v;
/** At the end of a tag a joiner is visible only after a mark, as in Malayalam; a space never is. */
const unseenEnd = /(?: |(?<!\p{M})[\u200C\u200D])$/v;

/** Lengths count code points, as everywhere in a body. */
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
