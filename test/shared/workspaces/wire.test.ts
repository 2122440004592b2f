import { describe, expect, test } from 'vitest';
import { parsed } from '../../../shared/http/failures.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { showWorkspace, Workspace, WorkspacePatch } from '../../../shared/workspaces/wire.ts';
import { tenant, workspaceOf } from '../support/people.ts';

const read = (body: object) => parsed(WorkspacePatch, 'body', body) as Record<string, unknown>;
/** The type of failure of each field. */
function failures(body: object): Record<string, string> {
  try {
    read(body);
    return {};
  } catch (error) {
    return Object.fromEntries(((error as Problem).fields ?? []).map(({ loc, type }) => [loc[1], type]));
  }
}

const shown = showWorkspace(workspaceOf(tenant(1, 'pro')));

test('a workspace has the documented fields and defaults, in this order', () => {
  expect(Object.entries(Workspace.parse(shown))).toEqual(
    Object.entries({
      id: shown.id,
      name: 'Test',
      slug: shown.slug,
      logo_url: null,
      website: null,
      billing_email: null,
      support_email: null,
      description: '',
      timezone: 'UTC',
      unit_system: 'metric',
      plan: 'pro',
      environment: 'live',
      features: ['BULK_IMPORT'],
      api_key_brand: 'hx',
      access_token_ttl_seconds: 86_400,
      key_max_lifetime_days: null,
      require_email_verification: false,
      bulk_create_max_batch_size: 500,
      late_window_hours: 72,
      certificate_lifetime_days: 365,
      location_retention_days: 90,
      media_max_bytes: 104_857_600,
      server_url: null,
      geocoding: { bias: null, countries: [], language: null, min_precision: 'street', min_confidence: 0.7 },
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      version: 1,
    }),
  );
});

test('features are the plan’s, or those that the operator set', () => {
  expect(showWorkspace(workspaceOf(tenant(1, 'free'))).features).toEqual([]);
  expect(showWorkspace({ ...workspaceOf(tenant(1, 'free')), features: ['BULK_IMPORT'] }).features).toEqual([
    'BULK_IMPORT',
  ]);
  expect(showWorkspace({ ...workspaceOf(tenant(1, 'pro')), features: [] }).features).toEqual([]);
});

describe('the body of a change', () => {
  test('may be the body that was read; fields that only the server sets are ignored', () => {
    expect(failures({ ...shown, plan: 'enterprise', features: ['ALL'], version: -1, environment: 5 })).toEqual({});
    expect(read({ plan: 'enterprise', features: ['ALL'], version: 7 })).toEqual({});
  });

  test('sets nothing that it does not name', () => {
    expect(read({})).toEqual({});
    expect(Object.keys(read({ name: 'A' }))).toEqual(['name']);
  });

  const whole: [string, number, number][] = [
    ['access_token_ttl_seconds', 300, 86_400],
    ['key_max_lifetime_days', 1, 3650],
    ['late_window_hours', 0, 720],
    ['certificate_lifetime_days', 1, 3650],
    ['location_retention_days', 1, 3650],
    ['media_max_bytes', 1_048_576, 1_048_576_000],
  ];
  test.each(whole)('takes %s from %d to %d', (field, min, max) => {
    expect(failures({ [field]: min })).toEqual({});
    expect(failures({ [field]: max })).toEqual({});
    expect(failures({ [field]: min - 1 })).toEqual({ [field]: 'too_small' });
    expect(failures({ [field]: max + 1 })).toEqual({ [field]: 'too_large' });
    for (const value of [min + 0.5, String(min), true])
      expect(failures({ [field]: value })).toEqual({ [field]: 'type_error' });
  });

  test('takes texts up to their length', () => {
    const limits = { name: 120, description: 1000, slug: 63 };
    for (const [field, most] of Object.entries(limits)) {
      expect(failures({ [field]: 'x'.repeat(most) })).toEqual({});
      expect(Object.keys(failures({ [field]: 'x'.repeat(most + 1) }))).toEqual([field]);
    }
    expect(failures({ name: '', bulk_create_max_batch_size: 0 })).toEqual({
      name: 'too_short',
      bulk_create_max_batch_size: 'too_small',
    });
  });

  test('with null returns a field to its default, or clears it; name and slug have none', () => {
    const { id, plan, environment, features, created_at, updated_at, version, ...fields } = shown;
    for (const [field, value] of Object.entries(fields)) {
      const needed = ['name', 'slug'].includes(field);
      expect(Object.keys(failures({ [field]: null }))).toEqual(needed ? [field] : []);
      // The writer checks the number of days against the plan.
      const expected = field === 'location_retention_days' ? null : value;
      if (!needed) expect(read({ [field]: null })).toEqual({ [field]: expected });
    }
  });

  test.each(['a', 'Acme', '-acme', 'a_b', 'acme ', 'ácme', 'a.b'])('refuses the slug "%s"', (slug) => {
    expect(failures({ slug })).toEqual({ slug: 'pattern' });
  });

  test.each(['h', 'Hx', '1x', 'abcdefghi', 'h_x', ''])('refuses the brand "%s"', (api_key_brand) => {
    expect(failures({ api_key_brand })).toEqual({ api_key_brand: 'pattern' });
  });
  test.each(['hx', 'sf', 'sk', 'qb', 'abcdefgh', 'x1'])('takes the brand "%s"', (api_key_brand) => {
    expect(failures({ api_key_brand })).toEqual({});
  });

  test.each([
    ['UTC', 'UTC'],
    ['utc', 'UTC'],
    ['Europe/Madrid', 'Europe/Madrid'],
    ['europe/madrid', 'Europe/Madrid'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('takes the time zone %s', (timezone, kept) => {
    expect(read({ timezone })).toEqual({ timezone: kept });
  });
  test.each([
    '',
    '+05:00',
    '-01',
    'Mars/Olympus',
    'Europe',
    'UTC ',
    'x'.repeat(65),
    'Europe/Madrid\u0000',
    '__proto__',
  ])('refuses the time zone "%s"', (timezone) => {
    expect(Object.keys(failures({ timezone }))).toEqual(['timezone']);
  });

  test.each([
    'https://example.com',
    'https://example.com:8443/a?b=c#d',
    'HTTPS://EXAMPLE.COM/',
    'https://[2001:db8::1]/',
    'https://münchen.example/ü',
  ])('takes the URL %s as it is', (website) => {
    expect(read({ website, logo_url: website, server_url: website })).toMatchObject({ website, server_url: website });
  });
  test.each([
    'http://example.com',
    'https:example.com',
    'https:///example.com',
    'https://',
    'https://user@example.com/',
    'https://user:secret@example.com/',
    'https://exa mple.com',
    ' https://example.com',
    'https://example.com\\@evil.example',
    'https://example.com/\n',
    'javascript:alert(1)',
    '//example.com',
    `https://example.com/${'x'.repeat(2048)}`,
  ])('refuses the URL %j', (url) => {
    for (const field of ['website', 'logo_url', 'server_url'])
      expect(Object.keys(failures({ [field]: url }))).toEqual([field]);
  });

  test('takes addresses of mail', () => {
    expect(failures({ billing_email: 'a@example.com', support_email: `${'a'.repeat(64)}@example.com` })).toEqual({});
    expect(failures({ billing_email: 'a@', support_email: 'x' })).toEqual({
      billing_email: 'format',
      support_email: 'format',
    });
    expect(failures({ billing_email: `a@${'x'.repeat(60)}.${'y'.repeat(200)}.com` })).toEqual({
      billing_email: 'too_long',
    });
  });
});
