import * as z from 'zod';

/**
 * E-mail addresses as mail servers everywhere accept them: ASCII, dots between words, and a domain of at least two
 * labels. Domains in other scripts have an ASCII form (`xn--…`).
 */

const word = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const pattern = new RegExp(`^(?=[^@]{1,64}@)${word}(?:\\.${word})*@(?:${label}\\.)+(?![0-9]+$)${label}$`);

/** The form in which addresses are compared and stored in the register. */
export const normalEmail = (email: string): string => email.trim().toLowerCase();

/** An address in a request. Space around it is dropped; the case of its letters is kept. */
export const Email = z
  .string()
  .trim()
  .max(254, { abort: true })
  .check(z.email({ pattern, error: 'Should be an e-mail address such as name@example.com' }))
  .meta({ override: { type: 'string', format: 'email', maxLength: 254, example: 'admin@example.com' } });
