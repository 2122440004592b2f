import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import list from '../../../shared/auth/common-passwords.json' with { type: 'json' };
import { isCommonPassword, Password } from '../../../shared/auth/password-policy.ts';
import { PresentedPassword } from '../../../shared/auth/presented-password.ts';
import { checked } from '../../../shared/http/failures.ts';
import { strictObject } from '../../../shared/wire/schema.ts';

const Body = strictObject({ password: Password });

const failures = (password: unknown) => {
  const result = checked(Body, 'body', { password });
  return 'failures' in result ? result.failures : [];
};
const types = (password: unknown) => failures(password).map(({ type }) => type);
const common = list.passwords.flatMap((line) => line.split(' '));

describe('a new password', () => {
  test.each([
    'Pass123!',
    'NewPass123!',
    'correct horse battery staple 1',
    'ключ-от-2026',
    '\u5bc6\u7801\u662f\u4ec0\u4e482026',
    'parol\u0661\u0662\u0663',
    '        a1',
    `${'\u{1f511}'.repeat(126)}a1`,
    `${'\u1f82'.normalize('NFD').repeat(127)}1`,
  ])('may be %j', (password) => {
    expect(failures(password)).toEqual([]);
    expect(Body.parse({ password })).toEqual({ password });
    expect(PresentedPassword.safeParse(password).success).toBe(true);
  });

  test.each([
    ['', ['too_short', 'custom', 'custom']],
    ['Pass12!', ['too_short']],
    ['\u{1f511}\u{1f511}\u{1f511}\u{1f511}a1', ['too_short']],
    ['e\u0301e\u0301e\u0301e\u03011', ['too_short']],
    [`${'a'.repeat(128)}1`, ['too_long']],
    ['a1'.repeat(1000), ['too_long']],
    ['onlyletters', ['custom']],
    ['1234567890', ['custom']],
    ['!!!!!!!!!!', ['custom', 'custom']],
    ['abcdefg1\ud800', ['custom']],
    ['password1', ['custom']],
    ['PassWord1', ['custom']],
    ['Password1!', ['custom']],
    ['Password123!!', ['custom']],
    ['qwerty123', ['custom']],
    [12345678, ['type_error']],
    [null, ['type_error']],
    [undefined, ['missing']],
  ])('is refused as %j: %j', (password, expected) => {
    expect(types(password)).toEqual(expected);
  });

  test('the error says what to do, and never repeats the password', () => {
    expect(failures('Pw1!')).toEqual([
      { type: 'too_short', loc: ['body', 'password'], msg: 'Should have at least 8 characters; this has 4' },
    ]);
    expect(failures('password1')[0]?.msg).toBe('Is one of the passwords that are guessed first; choose another');
    const error = Body.safeParse({ password: 'unrepeatable' }).error;
    expect(error).toBeDefined();
    expect(JSON.stringify([error, failures('unrepeatable')])).not.toContain('unrepeatable');
  });

  test('is accepted or refused by these rules, whatever it contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ9!é\u0301\u{1f511} '), maxLength: 140 }), (password) => {
        const characters = Array.from(password.normalize('NFC'));
        const isFit =
          characters.length >= 8 &&
          characters.length <= 128 &&
          /[aZe]/.test(password.normalize('NFD')) &&
          password.includes('9');
        expect(failures(password).length === 0).toBe(isFit && !isCommonPassword(password));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the list of common passwords', () => {
  test('has 4000 entries that the other rules would accept, each once', () => {
    expect(new Set(common).size).toBe(4000);
    expect(common).toHaveLength(4000);
    expect(common.filter((password) => password.length < 8 || !/[a-z]/.test(password) || !/\d/.test(password))).toEqual(
      [],
    );
    expect(common.filter((password) => password !== password.toLowerCase())).toEqual([]);
  });

  test('refuses each of them, in any case and with punctuation after it', () => {
    for (const password of common) {
      expect(isCommonPassword(password)).toBe(true);
      expect(isCommonPassword(password.toUpperCase())).toBe(true);
      expect(isCommonPassword(`${password}!?`)).toBe(true);
    }
  });

  test('says where it is from and under which licence', () => {
    expect(list.source).toContain('zxcvbn');
    expect(list.licence.join(' ')).toContain('Permission is hereby granted');
  });
});

test('a presented password is any text that a new one could ever be', () => {
  for (const password of ['x', 'password1', 'a'.repeat(1024)]) {
    expect(PresentedPassword.safeParse(password).success).toBe(true);
  }
  for (const password of ['', 'a'.repeat(1025), 5, null]) {
    expect(PresentedPassword.safeParse(password).success).toBe(false);
  }
});
