import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultPreferences } from '../../../shared/auth/user-record.ts';
import { readIfMatch } from '../../../shared/http/conditional.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { changeAccount } from '../../../shared/users/account.ts';
import { AccountPatch, showAccount } from '../../../shared/users/account-wire.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { Crew, hurry, meanwhile, outcome } from './crew.ts';

/** The changes that users make to their own account. */

let database: DynamoDbFake;
let crew: Crew;
let me: string;

beforeEach(async () => {
  database = new DynamoDbFake();
  hurry();
  crew = await Crew.of(database);
  me = (await crew.add('field_worker', { name: 'Wes' })).id;
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
});

const read = (body: unknown) => AccountPatch.safeParse(body);
const patch = async (body: unknown, ifMatch?: string) =>
  await changeAccount.open().change(crew.caller(me), me, AccountPatch.parse(body), readIfMatch(ifMatch));
const account = () => showAccount(crew.tenant, crew.row(me));

describe('a change of one’s account', () => {
  test('merges: absent fields stay, and each preference is changed separately', async () => {
    const before = account();
    expect(before).toMatchObject({
      name: 'Wes',
      locale: 'en',
      timezone: 'UTC',
      notification_preferences: defaultPreferences,
      version: 1,
    });
    const after = await patch({ notification_preferences: { email: { quota: false } }, timezone: 'Europe/Madrid' });
    expect(after).toEqual({
      ...before,
      timezone: 'Europe/Madrid',
      notification_preferences: {
        email: { ...defaultPreferences.email, quota: false },
        in_app: defaultPreferences.in_app,
      },
      version: 2,
    });
    expect(account()).toEqual(after);
    const third = await patch({ notification_preferences: { in_app: { exports: false }, email: {} } });
    expect(third.notification_preferences).toEqual({
      email: { ...defaultPreferences.email, quota: false },
      in_app: { ...defaultPreferences.in_app, exports: false },
    });
    expect(third.timezone).toBe('Europe/Madrid');
  });

  test('returns with null to the default: one preference, a channel, all', async () => {
    const { email, in_app } = defaultPreferences;
    await patch({ notification_preferences: { email: { quota: false, alerts: false }, in_app: { quota: false } } });
    const one = await patch({ notification_preferences: { email: { quota: null } } });
    expect(one.notification_preferences).toEqual({
      email: { ...email, alerts: false },
      in_app: { ...in_app, quota: false },
    });
    const channel = await patch({ notification_preferences: { in_app: null } });
    expect(channel.notification_preferences).toEqual({ email: { ...email, alerts: false }, in_app });
    expect((await patch({ notification_preferences: null })).notification_preferences).toEqual(defaultPreferences);
    expect((await patch({ locale: 'de' })).locale).toBe('de');
    expect((await patch({ locale: null })).locale).toBe('en');
  });

  test('that changes nothing writes nothing', async () => {
    database.calls.length = 0;
    const same = [
      {},
      { name: ' Wes ' },
      { locale: 'EN', timezone: 'utc' },
      { notification_preferences: {} },
      { notification_preferences: { email: { exports: false }, in_app: { alerts: true } } },
      account(),
    ];
    for (const body of same) expect((await patch(body)).version).toBe(1);
    expect(new Set(database.calls.map(({ operation }) => operation))).toEqual(new Set(['GetCommand']));
    expect(crew.events('account.update')).toEqual([]);
  });

  test('needs the version in If-Match, if there is one', async () => {
    expect((await patch({ name: 'A' }, '"v1"')).version).toBe(2);
    const stale = (await patch({ name: 'B' }, '"v1"').catch((error: Problem) => error)) as Problem;
    expect([stale.code, stale.details]).toEqual(['PRECONDITION_FAILED', { current_version: 2 }]);
    expect(await outcome(patch({}, '"v1"'))).toBe('PRECONDITION_FAILED');
    expect((await patch({ name: 'C' }, '*')).version).toBe(3);
    expect((await patch({ name: 'D' }, 'W/"v9", "v3"')).version).toBe(4);
  });

  test('is never lost if several are made at once; if all have one version, one wins', async () => {
    await Promise.all([
      patch({ name: 'Ana' }),
      patch({ locale: 'es' }),
      patch({ timezone: 'Europe/Madrid' }),
      patch({ notification_preferences: { email: { alerts: false } } }),
    ]);
    expect(account()).toMatchObject({ name: 'Ana', locale: 'es', timezone: 'Europe/Madrid', version: 5 });
    expect(account().notification_preferences.email.alerts).toBe(false);
    const outcomes = await Promise.all(['x', 'y', 'z'].map((name) => outcome(patch({ name }, '"v5"'))));
    expect(outcomes.sort()).toEqual(['PRECONDITION_FAILED', 'PRECONDITION_FAILED', 'done']);
  });

  test('is applied to the latest state of the account', async () => {
    meanwhile(database, () => patch({ notification_preferences: { in_app: { quota: false } } }));
    const after = await patch({ notification_preferences: { email: { alerts: false } } });
    expect(after).toMatchObject({
      notification_preferences: { email: { alerts: false }, in_app: { quota: false } },
      version: 3,
    });
    expect(account()).toEqual(after);
    meanwhile(database, () => patch({ name: 'First' }));
    expect(await outcome(patch({ name: 'Second' }, '"v3"'))).toBe('PRECONDITION_FAILED');
    expect(account().name).toBe('First');
  });

  test('is in the log without personal data', async () => {
    await patch({
      name: 'Ana Ruiz',
      locale: 'es-EC',
      timezone: 'America/Guayaquil',
      notification_preferences: { email: { quota: false } },
    });
    await patch({ name: '' });
    // Two events of one millisecond have no order.
    const [first, second] = crew
      .events('account.update')
      .sort((a, b) => String(b.changes).length - String(a.changes).length);
    const { notification_preferences, ...rest } = JSON.parse(String(first!.changes));
    expect(rest).toEqual({
      name: ['[personal]', '[personal]'],
      locale: ['[personal]', '[personal]'],
      timezone: ['[personal]', '[personal]'],
    });
    expect(notification_preferences[1].email.quota).toBe(false);
    expect(JSON.parse(String(second!.changes))).toEqual({ name: ['[personal]', '[personal]'] });
    expect(JSON.stringify(crew.events())).not.toMatch(/ruiz|wes|es-EC|guayaquil/i);
  });

  test('of a user who was removed meanwhile changes nothing', async () => {
    const caller = crew.caller(me);
    const row = crew.row(me);
    database.set('access', { ...row, status: 'deleted', name: '' });
    const change = changeAccount.open().change(caller, me, AccountPatch.parse({ name: 'Back' }), undefined);
    expect(await outcome(change)).toBe('NOT_FOUND');
    expect(crew.row(me).name).toBe('');
  });
});

describe('a field', () => {
  test.each([
    ['locale', 'pt-br', 'pt-BR'],
    ['locale', 'ZH-hans-cn', 'zh-Hans-CN'],
    ['locale', 'iw', 'he'],
    ['timezone', 'europe/madrid', 'Europe/Madrid'],
    ['timezone', 'utc', 'UTC'],
    ['timezone', 'Asia/Kolkata', 'Asia/Kolkata'],
    ['name', '  Ana  ', 'Ana'],
    ['name', null, ''],
    ['name', ' \u200b', ''],
    ['locale', null, 'en'],
    ['timezone', null, 'UTC'],
    ['notification_preferences', null, defaultPreferences],
    ['name', '', ''],
    ['name', 'n'.repeat(120), 'n'.repeat(120)],
  ])('%s %j is %j', async (field, given, kept) => {
    expect(await patch({ [field]: given })).toMatchObject({ [field]: kept });
  });

  test.each([
    ['locale', '', 'format'],
    ['locale', 'english', 'ok'], // eight letters form a tag that may be registered in the future
    ['locale', 'e', 'format'],
    ['locale', 'en_US', 'format'],
    ['locale', 'en,de', 'format'],
    ['locale', 'x'.repeat(36), 'too_big'],
    ['timezone', '', 'format'],
    ['timezone', '+02:00', 'format'],
    ['timezone', 'Europe/Nowhere', 'format'],
    ['name', 'n'.repeat(121), 'too_big'],
    ['name', 5, 'invalid_type'],
    ['name', 'A\nB', 'pattern'],
    ['notification_preferences', { sms: {} }, 'unrecognized_keys'],
    ['notification_preferences', { email: { alerts: 'yes' } }, 'invalid_type'],
    ['notification_preferences', { email: { alert: true } }, 'unrecognized_keys'],
  ])('%s %j is %s', (field, given, expected) => {
    const { success, error } = read({ [field]: given });
    const [issue] = error?.issues ?? [];
    const kind = issue?.code === 'custom' ? issue.params?.type : issue?.code;
    expect(success ? 'ok' : kind).toBe(expected);
  });

  test('that the server sets is taken and ignored, and an unknown one refused', async () => {
    expect((await patch({ ...account(), email: 'other@example.com', role: 'owner', version: 99 })).version).toBe(1);
    expect(crew.row(me)).toMatchObject({ role: 'field_worker', version: 1 });
    for (const unknown of ['displayName', 'timeZone', 'password', 'passwordHash']) {
      expect(read({ [unknown]: 'x' }).success, unknown).toBe(false);
    }
  });
});

test('any history of changes ends as a plain merge does', async () => {
  const flags = fc.dictionary(fc.constantFrom('alerts', 'quota', 'webhooks', 'exports'), fc.boolean());
  const change = fc.record(
    {
      name: fc.constantFrom('', 'Ana', 'Bob'),
      locale: fc.constantFrom('en', 'es', 'de-CH'),
      timezone: fc.constantFrom('UTC', 'Europe/Madrid'),
      notification_preferences: fc.record({ email: flags, in_app: flags }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      me = (await crew.add('viewer', { name: 'Start' })).id;
      let expected = account();
      for (const given of changes) {
        const { notification_preferences: preferences, ...texts } = given;
        const { email, in_app } = expected.notification_preferences;
        const merged = {
          ...expected,
          ...texts,
          notification_preferences: {
            email: { ...email, ...preferences?.email },
            in_app: { ...in_app, ...preferences?.in_app },
          },
        };
        const differs = JSON.stringify(merged) !== JSON.stringify(expected);
        expected = { ...merged, version: expected.version + (differs ? 1 : 0) };
        expect(await patch(given)).toEqual(expected);
      }
      expect(account()).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
