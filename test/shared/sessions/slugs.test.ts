import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slugsFor } from '../../../shared/sessions/sign-up.ts';

/** The slug of a workspace, derived from the name that its founder gave it. */

const pattern = /^[a-z0-9][a-z0-9-]{1,62}$/;

test.each([
  ['Acme', 'acme'],
  ['Acme Field Services Ltd.', 'acme-field-services-ltd'],
  ['  --Äcme & Söhne--  ', 'acme-sohne'],
  ['7 Eleven', '7-eleven'],
  ['ﬁne', 'fine'],
  ['x'.repeat(120), 'x'.repeat(50)],
  [`${'x'.repeat(49)} y`, 'x'.repeat(49)],
])('%s is %s, or that with an ending', (name, plain) => {
  const [first, ...others] = slugsFor(name);
  expect(first).toBe(plain);
  expect(others).toHaveLength(2);
  for (const other of others) expect(other).toMatch(new RegExp(`^${plain}-[a-z0-9]{8}$`));
});

test.each(['', '-', '東京', '!!!', 'x', 'É'])('%j, which gives no slug, is a workspace with an ending', (name) => {
  for (const slug of slugsFor(name)) expect(slug).toMatch(/^workspace(-[a-z0-9])?-[a-z0-9]{8}$/);
});

test('every name has three different slugs of the form that workspaces have', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 120 }),
    fc.string({ unit: fc.constantFrom(...'aZ9- _.éß٣Ⅷ東😀'), maxLength: 120 }),
  );
  fc.assert(
    fc.property(name, (text) => {
      const slugs = slugsFor(text);
      const wrong = slugs.filter((slug) => !pattern.test(slug) || /--|-$/.test(slug));
      expect([wrong, new Set(slugs).size]).toEqual([[], 3]);
    }),
    { numRuns: 1000 },
  );
});
