import * as z from 'zod';

/** The zone's name in the letter case of the IANA database; undefined where there is none. */
function zoneName(text: string): string | undefined {
  if (!/^[A-Za-z]/.test(text)) return undefined; // an offset is no name
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions();
    // Another name of the same zone (`Asia/Kolkata`, in the engine's words `Asia/Calcutta`) stays as it was chosen.
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
