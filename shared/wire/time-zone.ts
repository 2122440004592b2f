import * as z from 'zod';

/** The zone's name in the letter case of the IANA database; undefined for an unknown zone. */
function zoneName(text: string): string | undefined {
  if (!/^[A-Za-z]/.test(text)) return undefined; // an offset is not a name
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions();
    // An alias of the zone stays as the caller wrote it, for example `Asia/Kolkata`, which the engine calls
    // `Asia/Calcutta`.
    return timeZone.toLowerCase() === text.toLowerCase() ? timeZone : text;
  } catch {
    return undefined;
  }
}

/** An IANA time zone, such as `Europe/Madrid`. */
export const TimeZone = z
  .string()
  .max(64, { abort: true })
  .transform((text, context) => {
    const name = zoneName(text);
    if (name !== undefined) return name;
    context.addIssue({
      code: 'custom',
      message: 'Should be an IANA time zone such as Europe/Madrid',
      params: { type: 'format' },
    });
    return z.NEVER;
  })
  .meta({ override: { type: 'string', maxLength: 64, example: 'Europe/Madrid' } });
