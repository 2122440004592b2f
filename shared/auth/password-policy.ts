import * as z from 'zod';
import list from './common-passwords.json' with { type: 'json' };
import { maxPresentedLength } from './presented-password.ts';

/** Characters (code points) of a new password. */
const minLength = 8;
const maxLength = 128;

let known: ReadonlySet<string> | undefined;

/**
 * Whether a password is among the 4000 most commonly guessed ones, in any letter case and with any punctuation after
 * it.
 */
export function isCommonPassword(password: string): boolean {
  known ??= new Set(list.passwords.flatMap((line) => line.split(' ')));
  const plain = password.toLowerCase();
  return known.has(plain) || known.has(plain.replace(/[^\p{L}\p{N}]+$/u, ''));
}

type Failure = readonly [type: 'too_short' | 'too_long' | 'custom', sentence: string];

/** What is wrong with a new password. Its length is counted after Unicode composition, because that form is hashed. */
function failures(text: string): Failure[] {
  if (text.length > maxPresentedLength) return [['too_long', `Should have at most ${maxLength} characters`]];
  const password = text.normalize('NFC');
  const length = [...password].length;
  const found: Failure[] = [];
  if (length < minLength) found.push(['too_short', `Should have at least ${minLength} characters; this has ${length}`]);
  if (length > maxLength) found.push(['too_long', `Should have at most ${maxLength} characters; this has ${length}`]);
  if (!/\p{L}/u.test(password)) found.push(['custom', 'Should have at least one letter']);
  if (!/\p{Nd}/u.test(password)) found.push(['custom', 'Should have at least one digit']);
  if (!password.isWellFormed()) found.push(['custom', 'Should be well-formed Unicode: half of a character is in it']);
  if (found.length === 0 && isCommonPassword(password)) {
    found.push(['custom', 'Is one of the passwords that are guessed first; choose another']);
  }
  return found;
}

/** A new password: 8 to 128 characters, a letter, a digit, not a common one. */
export const Password = z
  .string()
  .superRefine((text, context) => {
    for (const [type, message] of failures(text)) {
      context.addIssue({ code: 'custom', message, params: { type } });
    }
  })
  .meta({
    id: 'Password',
    format: 'password',
    minLength,
    maxLength,
    description: 'At least one letter and one digit; not a commonly used password.',
    example: 'NewPass123!',
    writeOnly: true,
  });
