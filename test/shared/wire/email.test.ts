import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checked } from '../../../shared/http/failures.ts';
import { Email, normalEmail } from '../../../shared/wire/email.ts';
import { strictObject } from '../../../shared/wire/schema.ts';

const Body = strictObject({ email: Email });
const types = (email: unknown) => {
  const result = checked(Body, 'body', { email });
  return 'failures' in result ? result.failures.map(({ type }) => type) : [];
};

describe('an e-mail address', () => {
  test.each([
    'admin@example.com',
    'A.b@Example.COM',
    "o'neil+tag@x.co",
    'a@b.c',
    '1@2.example',
    'a@xn--e1afmkfd.xn--p1ai',
    `${'x'.repeat(64)}@${'y'.repeat(63)}.example`,
  ])('may be %s', (email) => {
    expect(Body.parse({ email })).toEqual({ email });
  });

  test.each([
    ['', 'format'],
    ['admin', 'format'],
    ['admin@', 'format'],
    ['@example.com', 'format'],
    ['a@b@example.com', 'format'],
    ['a@localhost', 'format'],
    ['a@127.0.0.1', 'format'],
    ['.a@example.com', 'format'],
    ['a.@example.com', 'format'],
    ['a..b@example.com', 'format'],
    ['a@-b.example', 'format'],
    ['a@example.com.', 'format'],
    ['a b@example.com', 'format'],
    ['"a"@example.com', 'format'],
    ['Ana <a@example.com>', 'format'],
    ['a@example.com,b@example.com', 'format'],
    ['a@example.com\r\nBcc: b@example.com', 'format'],
    ['a\u0000@example.com', 'format'],
    ['mi\u212ae@example.com', 'format'],
    ['jos\u00e9@example.com', 'format'],
    [`${'x'.repeat(65)}@a.example`, 'format'],
    [`a@${'y'.repeat(64)}.example`, 'format'],
    [`a@${'y.'.repeat(130)}example`, 'too_long'],
    [5, 'type_error'],
    [undefined, 'missing'],
  ])('is refused as %j: %s', (email, type) => {
    expect(types(email)).toEqual([type]);
  });

  test('loses the space around it, as keyboards add it, and keeps the case of its letters', () => {
    expect(Body.parse({ email: ' Ana@Example.com\n' })).toEqual({ email: 'Ana@Example.com' });
  });

  test('is compared without case, and stays acceptable in the form in which it is', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        fc.pre(Email.safeParse(email).success);
        const form = normalEmail(` ${email.toUpperCase()} `);
        expect(form).toBe(normalEmail(email));
        expect(normalEmail(form)).toBe(form);
        expect(Email.parse(form)).toBe(form);
      }),
    );
  });

  test('is read quickly, however long', () => {
    for (const email of ['a.'.repeat(1_000_000), `${'a'.repeat(100)}@${'a.'.repeat(70)}!`, '@'.repeat(250)]) {
      expect(types(email)).toHaveLength(1);
    }
  });
});
