import * as z from 'zod';

/** The fields of whatever calls a URL of a customer: webhooks, and steps of workflows. */

/** A URL whose parts can be told apart; which targets are allowed is checked when it is saved, and when it is called. */
export const TargetUrl = z
  .string()
  .max(2048, { abort: true })
  .refine((text) => /^[a-z][a-z0-9+.-]*:\/\/(?!\/)[^\s\\\p{Cc}]+$/iu.test(text) && URL.canParse(text), {
    message: 'Should be a URL such as https://example.com/hook',
    params: { type: 'format' },
  })
  .meta({ format: 'uri' });

const longestName = 120;

/** The name of a webhook of a form: the host of its target. */
export const nameFor = (url: string): string => new URL(url).host.slice(0, longestName);

/** Headers of a call that only this platform sets, and those that concern the connection. */
const ours =
  /^(host|authorization|content-.*|webhook-.*|x-hexfence-.*|user-agent|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect)$/i;
/** The name of a header. */
export const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

export const isOurs = (name: string): boolean => ours.test(name);

const mostHeaders = 20;
const longestValue = 1024;
const headerValue = new RegExp(`^[\\x20-\\x7e]{0,${longestValue}}$`);

export const isHeaderValue = (text: string): boolean => headerValue.test(text);

export const Headers = z
  .record(z.string(), z.string().meta({ maxLength: longestValue, pattern: headerValue.source }))
  .superRefine((headers, context) => {
    const refuse = (path: string[], type: string, message: string) =>
      context.addIssue({ code: 'custom', path, message, params: { type } });
    const names = Object.keys(headers);
    if (names.length > mostHeaders) refuse([], 'too_long', `Should have at most ${mostHeaders} headers`);
    const seen = new Set<string>();
    for (const name of names.slice(0, mostHeaders)) {
      const lower = name.toLowerCase();
      if (!token.test(name)) refuse([name], 'pattern', 'Should be the name of a header');
      else if (isOurs(name)) refuse([name], 'conflict', 'Is set by the platform');
      else if (seen.has(lower)) refuse([name], 'conflict', 'Should name each header once, in whatever letter case');
      else if (!isHeaderValue(headers[name]!)) {
        refuse([name], 'pattern', `Should be up to ${longestValue} characters of printable ASCII`);
      }
      seen.add(lower);
    }
  })
  .meta({ maxProperties: mostHeaders });
