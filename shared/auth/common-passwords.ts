import list from './common-passwords.json' with { type: 'json' };

let known: ReadonlySet<string> | undefined;

/** Whether a password is among the 4000 that are guessed first, in any letter case and with any punctuation after it. */
export function isCommonPassword(password: string): boolean {
  known ??= new Set(list.passwords.flatMap((line) => line.split(' ')));
  const plain = password.toLowerCase();
  return known.has(plain) || known.has(plain.replace(/[^\p{L}\p{N}]+$/u, ''));
}
