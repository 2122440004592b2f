import * as z from 'zod';

function isHttpsUrl(text: string): boolean {
  // `URL` corrects some errors that other parsers of the same text may not. So there may be no space and no backslash,
  // and both slashes are required.
  if (!/^https:\/\/(?!\/)[^\s\\]+$/i.test(text)) return false;
  const url = URL.parse(text);
  return url !== null && url.hostname !== '' && url.username === '' && url.password === '';
}

/** An https address of up to 2048 characters, without credentials, kept as it was sent. */
export const HttpsUrl = z
  .string()
  .max(2048, { abort: true })
  .refine(isHttpsUrl, {
    message: 'Should be a URL such as https://example.com/, without user name and password',
    params: { type: 'format' },
  })
  .meta({
    override: { type: 'string', format: 'uri', maxLength: 2048, pattern: '^[Hh][Tt][Tt][Pp][Ss]://' },
    example: 'https://example.com/',
  });
