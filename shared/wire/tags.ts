import * as z from 'zod';

/** Labels that callers put on things to find them by. */

const tag = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} _\-.:/@+]{0,63}$/u, {
  message: 'Should be 1 to 64 letters, digits, spaces or _ - . : / @ +, beginning with a letter or digit',
});

export const Tags = z.array(tag).max(20);
