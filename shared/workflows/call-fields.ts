import * as z from 'zod';

/** The fields of steps that call a URL. */

/** A URL whose parts can be told apart; which targets are allowed is checked when it is saved, and when it is called. */
export const TargetUrl = z
  .string()
  .max(2048, { abort: true })
  .refine((text) => /^[a-z][a-z0-9+.-]*:\/\/(?!\/)[^\s\\]+$/i.test(text) && URL.canParse(text), {
    message: 'Should be a URL such as https://example.com/hook',
    params: { type: 'format' },
  })
  .meta({ format: 'uri' });

const mostHeaders = 20;
const reserved =
  /^(?:host|authorization|content-.*|webhook-.*|x-hexfence-.*|connection|transfer-encoding|te|trailer|upgrade|keep-alive|expect)$/i;
const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
const headerValue = /^[\t\x20-\x7e]*$/;

export const Headers = z.record(z.string(), z.string().max(4096).regex(headerValue)).superRefine((headers, context) => {
  const names = Object.keys(headers);
  const refuse = (path: string[], message: string, type: string) =>
    context.addIssue({ code: 'custom', path, message, params: { type } });
  if (names.length > mostHeaders) refuse([], `Should have at most ${mostHeaders} headers`, 'too_long');
  for (const name of names.slice(0, mostHeaders)) {
    if (!headerName.test(name)) refuse([name], 'Should be the name of a header', 'pattern');
    else if (reserved.test(name)) refuse([name], 'Is a header that only the platform sends', 'enum');
  }
});
