import * as z from 'zod';

/** The longest password that is accepted for comparison, in UTF-16 units. New passwords are always shorter. */
export const maxPresentedLength = 1024;

/** A password that is only compared with the stored one, which may be older than today's rules. */
export const PresentedPassword = z
  .string()
  .min(1)
  .max(maxPresentedLength)
  .meta({ format: 'password', example: 'Pass123!', writeOnly: true });
