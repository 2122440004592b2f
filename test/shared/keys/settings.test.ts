import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import type { KeyRow } from '../../../shared/auth/key-record.ts';
import { grantableScopes, type Role, type Scope, scopeRules, scopes } from '../../../shared/auth/scopes.ts';
import { changedSettings, newSettings, rotatedSettings, scopesForKey } from '../../../shared/keys/settings.ts';
import type { KeyFields } from '../../../shared/keys/wire.ts';
import type { WorkspaceRow } from '../../../shared/tenancy/workspace-record.ts';
import { caller, person, tenant } from '../support/people.ts';

const now = Date.parse('2026-03-22T10:00:00Z');
const day = 86_400_000;
const pro = tenant(1, 'pro');

/** A person whose workspace has these settings. */
const someone = (role: Role = 'admin', settings: Partial<WorkspaceRow> = {}): Caller => {
  const one = person(role, pro);
  return { ...one, workspace: { ...one.workspace, ...settings } };
};
const limited = someone('admin', { keyMaxLifetimeDays: 30 });

const draft = (given: KeyFields = {}, as = someone()) => newSettings(as, { ...given, name: 'K' }, now);

const row: KeyRow = {
  id: 'id',
  keyId: 'k',
  name: 'K',
  description: 'd',
  prefix: 'p',
  environment: 'live',
  secretHash: 'h',
  scopes: ['geofences:read'],
  cidrs: ['203.0.113.0/24'],
  rateLimit: 500,
  ownRateLimit: 500,
  expiresAt: now + 10 * day,
  createdBy: 'user_1',
  createdAt: now - 10 * day,
  version: 3,
};
const change = (given: KeyFields, of: Partial<KeyRow> = {}, as = someone()) =>
  changedSettings(as, { ...row, ...of }, given, now);

const refused = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error as {
      code: string;
      details?: { scopes: string[] };
      fields?: { type: string; loc: string[]; msg: string }[];
    };
  }
  throw new Error('Not refused');
};
const field = (act: () => unknown) => {
  const { fields } = refused(act);
  return fields?.map(({ type, loc }) => `${loc.join('.')} ${type}`);
};

describe('scopes of a new key', () => {
  test('are those asked for, where the caller holds them', () => {
    expect(draft({ scopes: ['geofences:read', 'devices:read'] }).scopes).toEqual(['geofences:read', 'devices:read']);
  });

  test.each(scopes.filter((scope) => !scopeRules[scope].grantable))(
    '%s can be given to no key, whoever the caller is',
    (scope) => {
      expect(refused(() => draft({ scopes: ['geofences:read', scope] }, someone('owner')))).toMatchObject({
        code: 'SCOPE_NOT_GRANTABLE',
        details: { scopes: [scope] },
      });
    },
  );

  test.each(['owner', 'admin'] as const)('every grantable one can be given by an %s', (role) => {
    expect(draft({ scopes: [...grantableScopes] }, someone(role)).scopes).toEqual(grantableScopes);
  });

  test('that the caller does not hold in whole are refused, all of them by name', () => {
    const wanted: Scope[] = ['forms:read', 'forms:delete', 'devices:read', 'projects:read'];
    // A field worker reads only its own forms and devices; a key would read all.
    const { code, details } = refused(() => draft({ scopes: wanted }, someone('field_worker')));
    expect([code, details?.scopes]).toEqual(['SCOPE_NOT_GRANTABLE', ['forms:read', 'forms:delete', 'devices:read']]);
  });

  test('none at all makes a headless key, for those who hold what it may do', () => {
    expect(draft({}, someone('editor')).scopes).toEqual([]);
    expect(refused(() => draft({}, someone('viewer')))).toMatchObject({
      details: { scopes: ['headless:read', 'headless:submit'] },
    });
  });

  test('of a caller without a role are those of its own', () => {
    const system = caller(pro, ['geofences:read']);
    expect(draft({ scopes: ['geofences:read'] }, system).scopes).toEqual(['geofences:read']);
    expect(refused(() => draft({ scopes: ['geofences:write'] }, system)).code).toBe('SCOPE_NOT_GRANTABLE');
  });
});

describe('a role as a short form of scopes', () => {
  test.each(['manager', 'editor', 'field_worker', 'viewer'] as const)(
    '%s: what keys may hold of it, in whole',
    (role) => {
      const given = scopesForKey(role, someone('admin'));
      expect(given.length).toBeGreaterThan(3);
      const position = ['owner', 'admin', 'manager', 'editor', 'field_worker', 'viewer'].indexOf(role);
      expect(given).toEqual(
        scopes.filter((scope) => scopeRules[scope].grantable && scopeRules[scope].by[position] === '+'),
      );
    },
  );

  test('never is more than the caller holds', () => {
    const given = scopesForKey('manager', someone('viewer'));
    expect(given).toContain('geofences:read');
    expect(given).not.toContain('geofences:write');
  });

  test('of which the caller holds nothing is refused, and does not become a headless key', () => {
    expect(refused(() => scopesForKey('viewer', caller(pro, [])))).toMatchObject({ code: 'SCOPE_NOT_GRANTABLE' });
  });
});

describe('the end of a new key', () => {
  test('is open, or as late as the workspace allows', () => {
    expect(draft().expiresAt).toBeUndefined();
    expect(draft({ expires_at: null }).expiresAt).toBeUndefined();
    expect(draft({}, limited).expiresAt).toBe(now + 30 * day);
    expect(draft({ expires_at: null }, limited).expiresAt, 'null is absent').toBe(now + 30 * day);
  });

  test('is what is asked for, up to the last millisecond', () => {
    expect(draft({ expires_at: now + 1 }).expiresAt).toBe(now + 1);
    expect(draft({ expires_at: now + 30 * day }, limited).expiresAt).toBe(now + 30 * day);
  });

  test.each([
    ['the past', now - 1, someone(), 'too_small'],
    ['now', now, someone(), 'too_small'],
    ['beyond what the workspace allows', now + 30 * day + 1, limited, 'too_large'],
  ])('is refused: %s', (_, expires, as, type) => {
    expect(field(() => draft({ expires_at: expires }, as))).toEqual([`body.expires_at ${type}`]);
  });
});

describe("a key's own rate", () => {
  test('is at most that of the plan; null is that of the plan', () => {
    expect(draft({ rate_limit_per_hour: 1000 }).ownRateLimit).toBe(1000);
    expect(draft({ rate_limit_per_hour: null }).ownRateLimit).toBeUndefined();
    expect(field(() => draft({ rate_limit_per_hour: 1001 }))).toEqual(['body.rate_limit_per_hour too_large']);
    const enterprise = someone('admin', { plan: 'enterprise', enterpriseRateLimit: 20 });
    expect(field(() => draft({ rate_limit_per_hour: 21 }, enterprise))).toEqual(['body.rate_limit_per_hour too_large']);
  });

  test('and its end are refused together', () => {
    expect(field(() => draft({ rate_limit_per_hour: 1001, expires_at: now }))).toEqual([
      'body.expires_at too_small',
      'body.rate_limit_per_hour too_large',
    ]);
  });
});

describe('a change', () => {
  test('of nothing leaves all as it is', () => {
    expect(change({})).toEqual({
      name: 'K',
      description: 'd',
      scopes: ['geofences:read'],
      cidrs: ['203.0.113.0/24'],
      expiresAt: now + 10 * day,
      ownRateLimit: 500,
    });
  });

  test('by null clears what may be empty', () => {
    expect(change({ description: '', expires_at: null, rate_limit_per_hour: null, allowed_cidrs: [] })).toMatchObject({
      description: '',
      cidrs: [],
      expiresAt: undefined,
      ownRateLimit: undefined,
    });
  });

  test('may send back what was read, though it would be refused by now', () => {
    const old = { expiresAt: now - day, ownRateLimit: 5000, scopes: ['users:read', 'geofences:delete'] };
    const same = {
      expires_at: now - day,
      rate_limit_per_hour: 5000,
      scopes: ['users:read', 'geofences:delete'] as Scope[],
    };
    expect(change(same, old, someone('viewer')).scopes).toEqual(['users:read', 'geofences:delete']);
    const { expiresAt: _, ...endless } = row;
    expect(changedSettings(limited, endless, { expires_at: null }, now).expiresAt).toBeUndefined();
  });

  test('gives no scope that the caller does not hold, and may take any', () => {
    const both = { scopes: ['geofences:read', 'geofences:delete'] };
    expect(change({ scopes: ['geofences:delete'] }, both, someone('viewer')).scopes).toEqual(['geofences:delete']);
    expect(
      refused(() => change({ scopes: ['geofences:read', 'geofences:write'] }, {}, someone('viewer'))),
    ).toMatchObject({
      code: 'SCOPE_NOT_GRANTABLE',
      details: { scopes: ['geofences:write'] },
    });
    expect(refused(() => change({ scopes: ['users:write'] }, {}, someone('owner'))).code).toBe('SCOPE_NOT_GRANTABLE');
  });

  test('into a headless key gives what such a key may do', () => {
    expect(change({ scopes: [] }).scopes).toEqual([]);
    expect(refused(() => change({ scopes: [] }, {}, someone('viewer'))).code).toBe('SCOPE_NOT_GRANTABLE');
    expect(change({ scopes: [] }, { scopes: [] }, someone('viewer')).scopes).toEqual([]);
  });

  test('of the end counts the longest life from the making of the key', () => {
    expect(change({ expires_at: now + 20 * day }, {}, limited).expiresAt).toBe(now + 20 * day);
    expect(field(() => change({ expires_at: now + 20 * day + 1 }, {}, limited))).toEqual(['body.expires_at too_large']);
    expect(change({ expires_at: null }, {}, limited).expiresAt, 'null is the default').toBe(now + 20 * day);
    expect(field(() => change({ expires_at: now }))).toEqual(['body.expires_at too_small']);
  });

  test('cannot extend a key that has expired', () => {
    const ended = { expiresAt: now };
    expect(field(() => change({ expires_at: now + day }, ended))).toEqual(['body.expires_at conflict']);
    expect(field(() => change({ expires_at: null }, ended))).toEqual(['body.expires_at conflict']);
  });

  test('cannot extend the grace period that a rotation set, but may shorten it', () => {
    const rotated = { replacedBy: 'other' };
    expect(field(() => change({ expires_at: now + 11 * day }, rotated))).toEqual(['body.expires_at conflict']);
    expect(field(() => change({ expires_at: null }, rotated))).toEqual(['body.expires_at conflict']);
    expect(change({ expires_at: now + day }, rotated).expiresAt).toBe(now + day);
  });
});

describe('a rotation', () => {
  test('keeps the settings, and the end', () => {
    expect(rotatedSettings(someone(), row, now)).toEqual(change({}));
    const { expiresAt: _, ...endless } = row;
    expect(rotatedSettings(someone(), endless, now).expiresAt).toBeUndefined();
  });

  test('ends at the latest when the workspace now requires it', () => {
    const { expiresAt: _, ...endless } = row;
    expect(rotatedSettings(limited, endless, now).expiresAt).toBe(now + 30 * day);
    const short = someone('admin', { keyMaxLifetimeDays: 5 });
    expect(rotatedSettings(short, row, now).expiresAt).toBe(now + 5 * day);
  });

  test('shows a secret only to those who could make the key', () => {
    expect(refused(() => rotatedSettings(someone('field_worker'), row, now)).code).toBe('SCOPE_NOT_GRANTABLE');
  });
});
