import * as z from 'zod';

/** What is read of a password at all, in UTF-16 units; a new one of the greatest length has fewer in any spelling. */
export const mostRead = 1024;

/** A password that is only compared with the kept one: an old one may break today's rules. */
export const PresentedPassword = z
  .string()
  .min(1)
  .max(mostRead)
  .meta({ format: 'password', example: 'Pass123!', writeOnly: true });
