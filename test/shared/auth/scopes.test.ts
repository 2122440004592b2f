import { describe, expect, test } from 'vitest';
import {
  grantableScopes,
  headlessScopes,
  isScope,
  type Role,
  roles,
  scopes,
  scopesForAllRows,
  scopesOf,
} from '../../../shared/auth/scopes.ts';

/**
 * The contract's table of scopes, as it is printed: the scopes; then for owner, admin, manager, editor, field worker
 * and viewer whether the role has them (● = yes, own = only for the user's own rows, – = no); then whether keys may
 * have them.
 */
const table = `
| account:read account:write | ● ● ● ● ● ● | no |
| users:read | ● ● ● – – – | yes |
| users:write users:delete | ● ● – – – – | no |
| api_keys:read | ● ● – – – – | yes |
| api_keys:write api_keys:delete | ● ● – – – – | no |
| workspace:read | ● ● ● ● ● ● | yes |
| workspace:write | ● ● – – – – | no |
| workspace:owner | ● – – – – – | no |
| billing:read | ● ● – – – – | yes |
| billing:write | ● – – – – – | no |
| audit:read | ● ● – – – – | yes |
| geofences:read | ● ● ● ● – ● | yes |
| geofences:write | ● ● ● ● – – | yes |
| geofences:delete | ● ● – – – – | yes |
| devices:read | ● ● ● ● own ● | yes |
| devices:write | ● ● ● ● – – | yes |
| devices:delete | ● ● – – – – | yes |
| devices:provision certificates:read certificates:write | ● ● ● – – – | yes |
| devices:command | ● ● ● – – – | yes |
| locations:read | ● ● ● ● own ● | yes |
| locations:write | ● ● ● ● own – | yes |
| webhooks:read | ● ● ● ● – – | yes |
| webhooks:write webhooks:delete | ● ● ● – – – | yes |
| workflows:read | ● ● ● ● – ● | yes |
| workflows:write workflows:execute | ● ● ● ● – – | yes |
| workflows:delete | ● ● – – – – | yes |
| topology:read profiles:read config:read firmware:read | ● ● ● ● – ● | yes |
| topology:write profiles:write config:write firmware:write | ● ● ● – – – | yes |
| topology:delete profiles:delete config:delete firmware:delete | ● ● – – – – | yes |
| readings:read events:read alerts:read analytics:read dashboards:read cameras:read | ● ● ● ● – ● | yes |
| readings:write events:write alerts:write analytics:write dashboards:write | ● ● ● ● – – | yes |
| alerting:write cameras:write | ● ● ● – – – | yes |
| alerting:delete analytics:delete dashboards:delete cameras:delete | ● ● ● – – – | yes |
| quarantine:read | ● ● ● – – – | yes |
| quarantine:write quarantine:delete | ● ● – – – – | yes |
| exports:read exports:write | ● ● ● ● – ● | yes |
| exports:delete | ● ● ● own – own | yes |
| projects:read | ● ● ● ● ● ● | yes |
| projects:write | ● ● ● ● – – | yes |
| projects:delete | ● ● ● – – – | yes |
| forms:read | ● ● ● ● own ● | yes |
| forms:write | ● ● ● ● – – | yes |
| forms:publish | ● ● ● – – – | yes |
| forms:delete | ● ● – – – – | yes |
| submissions:read | ● ● ● ● own ● | yes |
| submissions:export | ● ● ● ● – ● | yes |
| submissions:create media:write | ● ● ● ● ● – | yes |
| media:read | ● ● ● ● own ● | yes |
| headless:read headless:submit | ● ● ● ● – – | yes |
| settings:read | ● ● ● ● ● ● | yes |
| settings:write | ● ● – – – – | yes |
| mobile:pair | ● ● ● ● ● – | no |
| mobile_devices:read mobile_devices:delete | ● ● ● own own – | no |
| mobile:sync | – – – – – – | no |
`;

const cells = (line: string) => line.split('|').map((cell) => cell.trim());

const rules = table
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [, names = '', by = '', grantable] = cells(line);
    const marks = by.split(' ');
    return names.split(' ').map((scope) => ({ scope, marks, grantable: grantable === 'yes' }));
  });

const marked = (role: Role, ...marks: string[]) =>
  rules.filter((rule) => marks.includes(rule.marks[roles.indexOf(role)] ?? '')).map(({ scope }) => scope);

test('roles are in the order of the table', () => {
  expect(roles).toEqual(['owner', 'admin', 'manager', 'editor', 'field_worker', 'viewer']);
});

test('the scopes are those of the table', () => {
  expect(scopes.toSorted()).toEqual(rules.map(({ scope }) => scope).sort());
  expect(rules.every(({ scope, marks }) => isScope(scope) && marks.length === roles.length)).toBe(true);
  expect(isScope('geofences:own')).toBe(false);
  expect(isScope('toString')).toBe(false);
});

describe.each(roles)('%s', (role) => {
  test('may do what its column says', () => {
    expect(scopesOf(role).sort()).toEqual(marked(role, '●', 'own').sort());
  });

  test('may do to every row what is not marked as its own', () => {
    expect(scopesForAllRows(role).sort()).toEqual(marked(role, '●').sort());
  });
});

test('an owner may do all that an admin may', () => {
  expect(scopesOf('owner')).toEqual(expect.arrayContaining(scopesOf('admin')));
});

test('keys may hold what the table grants them', () => {
  const granted = rules.filter(({ grantable }) => grantable).map(({ scope }) => scope);
  expect(grantableScopes.toSorted()).toEqual(granted.sort());
});

test('a key without scopes may read forms and submit to them, and nothing else', () => {
  expect(headlessScopes).toEqual(['headless:read', 'headless:submit']);
});
