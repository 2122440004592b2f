import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import * as routes from '../../../functions/routes.ts';
import { roles } from '../../../shared/auth/scopes.ts';
import { escaped, oneLine, unlinked } from '../../../shared/mail/plain-text.ts';
import { type Letter, type Mail, render } from '../../../shared/mail/render.ts';
import { invitationLetter, passwordResetLetter, verificationLetter } from '../../../shared/mail/templates.ts';
import type { InvitationRow } from '../../../shared/users/invitation-record.ts';
import { requestOf, unescaped, visible } from '../../support/mails.ts';

const token = 'Xq2kqvYpZ0Wn9yJd1Q8u3rTt5sB7mC4eF6gH8iK0_-A';
const appUrl = 'https://app.example.com';
const ana = { name: 'Ana Ruiz', email: 'ana@example.com' };
const acme = { name: 'Acme' };
const invitation: InvitationRow = {
  id: 'invitation-1',
  email: 'new@example.com',
  role: 'editor',
  status: 'pending',
  invitedBy: 'user_1',
  serial: 1,
  expiresAt: Date.parse('2026-03-24T10:30:00Z'),
  createdAt: Date.parse('2026-03-17T10:30:00Z'),
};

const letters: Readonly<Record<string, readonly [letter: Letter, page: string, operation: string]>> = {
  'a password reset': [passwordResetLetter(acme, ana, token), '/reset-password', '/api/v1/auth/password-reset/confirm'],
  'a verification': [verificationLetter(acme, ana, token), '/verify-email', '/api/v1/auth/verify-email'],
  'an invitation': [
    invitationLetter(acme, invitation, 'Ana Ruiz', token),
    '/accept-invitation',
    '/api/v1/auth/accept-invitation',
  ],
};

describe.each(Object.entries(letters))('%s', (_, [letter, page, operation]) => {
  test('links to the page of the application, in the text and twice in the HTML', () => {
    for (const base of [appUrl, `${appUrl}/`]) {
      const { text, html } = render(letter, base);
      const link = `${appUrl}${page}?token=${token}`;
      expect(text.split('\n')).toContain(link);
      expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([link, link]);
      expect(visible(html)).toContain(link);
    }
  });

  test('keeps the path of an application that lies below one', () => {
    expect(render(letter, 'https://example.com/app').text).toContain(`https://example.com/app${page}?token=${token}\n`);
  });

  test('shows the request to send if there is no application', () => {
    const { text, html } = render(letter, undefined);
    for (const shown of [text, visible(html)]) {
      const request = requestOf(shown);
      expect(request.operation).toBe(operation);
      expect(request.body.token).toBe(token);
    }
    expect(html).not.toContain('href');
  });

  test('shows a request that the API accepts, with words of the reader in place of the <…>', () => {
    const request = requestOf(render(letter, undefined).text);
    const named = Object.values(routes).find(({ route }) => route.path === request.operation)?.route;
    expect(named).toMatchObject({ method: 'POST', scope: 'public' });
    const body = JSON.parse(JSON.stringify(request.body).replaceAll(/<your [a-z ]+>/g, 'NewPass123!'));
    const { body: schema } = named as { body: z.ZodType };
    expect(schema.safeParse(body).error).toBeUndefined();
    expect(JSON.stringify(body)).not.toMatch(/[<>]/);
  });

  test('says whose workspace it is, and until when', () => {
    const { subject, text, html } = render(letter, appUrl);
    expect(subject).toContain('Acme');
    for (const shown of [text, visible(html)]) {
      expect(shown).toContain('Acme');
      expect(shown).toMatch(/works once, (within (60 minutes|48 hours)|until 24 March 2026 at 10:30 UTC)/);
      expect(shown).toMatch(/ignore this mail/);
    }
  });

  test('is an accessible page: language, title, one heading, nothing loaded', () => {
    const { html, subject } = render(letter, appUrl);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en"/);
    expect(html).toContain(`<title>${subject}</title>`);
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).not.toMatch(/<(img|script|link|style|iframe|form)|url\(|src=|@import/);
    const opened = [...html.matchAll(/<([a-z0-9]+)[\s>]/g)]
      .map(([, name]) => name)
      .filter((name) => name !== 'meta' && name !== 'br');
    const closed = [...html.matchAll(/<\/([a-z0-9]+)>/g)].map(([, name]) => name);
    expect(closed.sort()).toEqual(opened.sort());
  });
});

describe('an invitation', () => {
  test('names the sender of the invitation, if the name is known', () => {
    expect(letters['an invitation']![0].paragraphs[1]).toBe(
      'Ana Ruiz invites new@example.com to join the workspace Acme as an editor.',
    );
    expect(invitationLetter(acme, invitation, '', token).paragraphs[1]).toBe(
      'new@example.com is invited to join the workspace Acme as an editor.',
    );
  });

  test('describes every role', () => {
    const invited = roles.filter((role): role is InvitationRow['role'] => role !== 'owner');
    const words = invited.map(
      (role) => /as (.+)\.$/.exec(invitationLetter(acme, { ...invitation, role }, '', token).paragraphs[1]!)?.[1],
    );
    expect(words).toEqual(['an admin', 'a manager', 'an editor', 'a field worker', 'a viewer']);
  });
});

test('a reader without a name is greeted too', () => {
  expect(passwordResetLetter(acme, { ...ana, name: '' }, token).paragraphs[0]).toBe('Hello,');
  expect(passwordResetLetter(acme, { ...ana, name: ' \u202e\n' }, token).paragraphs[0]).toBe('Hello,');
});

describe('names that their owners made malicious', () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "'&amp;<b>",
      'Acme\r\nBcc: victim@example.com',
      'Acme\u2028\u2029\u0085x',
      '\u202egpj.exe',
      'http://evil.example/login',
      'see www.evil.example or mail me@evil.example',
      'a'.repeat(500),
      '\ud800 half',
      '</p></div><a href="https://evil.example">click</a>',
    ),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'<>&"\'\n\r\t:/.@w '), maxLength: 60 }),
  );
  const plain = render(invitationLetter(acme, invitation, 'Ana Ruiz', token), appUrl);
  const tags = ({ html }: Mail) => [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
  const lines = ({ text }: Mail) => text.split(/[\n\r\u0085\u2028\u2029]/).length;

  test('add no element, no line, no header and no link to a mail', () => {
    fc.assert(
      fc.property(hostile, hostile, (name, inviterName) => {
        const mail = render(invitationLetter({ name }, invitation, inviterName, token), appUrl);
        expect(tags(mail)).toEqual(tags(plain));
        expect(lines(mail)).toBe(lines(plain));
        expect(mail.subject).not.toMatch(/\p{Cc}|:\/\/|[\w-]@[\w-]|\w\.\w/u);
        expect([...mail.subject].length).toBeLessThan(180);
        const ours = (shown: string) => shown.replaceAll(/https:\/\/app\.example\.com\S+|new@example\.com/g, '');
        for (const shown of [mail.text, visible(mail.html)]) {
          expect(ours(shown)).not.toMatch(/:\/\/|[\w-]@[\w-]|\w\.\w/);
          expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
          expect(shown.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each(['http://evil.example/login', 'Reset at evil.example', 'me@evil.example', 'evil。example', '//evil'])(
    '%s is not in the subject of any mail',
    (name) => {
      const subjects = [
        invitationLetter({ name }, invitation, 'Ana Ruiz', token),
        passwordResetLetter({ name }, ana, token),
        verificationLetter({ name }, ana, token),
      ].map(({ subject }) => subject);
      expect(subjects).toEqual([
        'You are invited to a workspace',
        'Choose a new password for your workspace',
        'Verify your e-mail address for your workspace',
      ]);
    },
  );

  test('are cut at 120 characters, and otherwise unchanged', () => {
    const names = fc.string({ unit: fc.constantFrom(..."aé\u{1f511}-<>.'"), minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(names, (name) => {
        expect(oneLine(name)).toBe(name);
        expect(oneLine(` ${name}\t\n`)).toBe(name);
        expect(unlinked(name).replaceAll('\u200b', '')).toBe(name);
      }),
    );
    expect([...oneLine('é'.repeat(121))]).toHaveLength(120);
    expect(oneLine('\u{1f468}\u200d\u{1f469}\u200d\u{1f467} Acme')).toBe(
      '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} Acme',
    );
  });

  test('are written so that a browser reads them back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unescaped(escaped(text))).toBe(text);
      }),
    );
  });
});
