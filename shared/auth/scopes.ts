/**
 * Scopes and roles as data. A user's scopes follow from the role; a key lists its own scopes. Every route names one
 * scope, and nothing else decides who may call it.
 */

export const roles = ['owner', 'admin', 'manager', 'editor', 'field_worker', 'viewer'] as const;
export type Role = (typeof roles)[number];

interface ScopeRule {
  /**
   * One character for each role, in the order of `roles`: `+` has the scope, `o` has it for its own rows only (created by,
   * paired with or assigned to the user), `-` does not have it.
   */
  readonly by: string;
  /** Whether an API key may hold it. */
  readonly grantable: boolean;
}

const grantable = (by: string): ScopeRule => ({ by, grantable: true });
const personal = (by: string): ScopeRule => ({ by, grantable: false });

export const scopeRules = {
  'account:read': personal('++++++'),
  'account:write': personal('++++++'),
  'users:read': grantable('+++---'),
  'users:write': personal('++----'),
  'users:delete': personal('++----'),
  'api_keys:read': grantable('++----'),
  'api_keys:write': personal('++----'),
  'api_keys:delete': personal('++----'),
  'workspace:read': grantable('++++++'),
  'workspace:write': personal('++----'),
  'workspace:owner': personal('+-----'),
  'billing:read': grantable('++----'),
  'billing:write': personal('+-----'),
  'audit:read': grantable('++----'),
  'geofences:read': grantable('++++-+'),
  'geofences:write': grantable('++++--'),
  'geofences:delete': grantable('++----'),
  'devices:read': grantable('++++o+'),
  'devices:write': grantable('++++--'),
  'devices:delete': grantable('++----'),
  'devices:provision': grantable('+++---'),
  'certificates:read': grantable('+++---'),
  'certificates:write': grantable('+++---'),
  'devices:command': grantable('+++---'),
  'locations:read': grantable('++++o+'),
  'locations:write': grantable('++++o-'),
  'webhooks:read': grantable('++++--'),
  'webhooks:write': grantable('+++---'),
  'webhooks:delete': grantable('+++---'),
  'workflows:read': grantable('++++-+'),
  'workflows:write': grantable('++++--'),
  'workflows:execute': grantable('++++--'),
  'workflows:delete': grantable('++----'),
  'topology:read': grantable('++++-+'),
  'profiles:read': grantable('++++-+'),
  'config:read': grantable('++++-+'),
  'firmware:read': grantable('++++-+'),
  'topology:write': grantable('+++---'),
  'profiles:write': grantable('+++---'),
  'config:write': grantable('+++---'),
  'firmware:write': grantable('+++---'),
  'topology:delete': grantable('++----'),
  'profiles:delete': grantable('++----'),
  'config:delete': grantable('++----'),
  'firmware:delete': grantable('++----'),
  'readings:read': grantable('++++-+'),
  'events:read': grantable('++++-+'),
  'alerts:read': grantable('++++-+'),
  'analytics:read': grantable('++++-+'),
  'dashboards:read': grantable('++++-+'),
  'cameras:read': grantable('++++-+'),
  'readings:write': grantable('++++--'),
  'events:write': grantable('++++--'),
  'alerts:write': grantable('++++--'),
  'analytics:write': grantable('++++--'),
  'dashboards:write': grantable('++++--'),
  'alerting:write': grantable('+++---'),
  'cameras:write': grantable('+++---'),
  'alerting:delete': grantable('+++---'),
  'analytics:delete': grantable('+++---'),
  'dashboards:delete': grantable('+++---'),
  'cameras:delete': grantable('+++---'),
  'quarantine:read': grantable('+++---'),
  'quarantine:write': grantable('++----'),
  'quarantine:delete': grantable('++----'),
  'exports:read': grantable('++++-+'),
  'exports:write': grantable('++++-+'),
  'exports:delete': grantable('+++o-o'),
  'projects:read': grantable('++++++'),
  'projects:write': grantable('++++--'),
  'projects:delete': grantable('+++---'),
  'forms:read': grantable('++++o+'),
  'forms:write': grantable('++++--'),
  'forms:publish': grantable('+++---'),
  'forms:delete': grantable('++----'),
  'submissions:read': grantable('++++o+'),
  'submissions:export': grantable('++++-+'),
  'submissions:create': grantable('+++++-'),
  'media:write': grantable('+++++-'),
  'media:read': grantable('++++o+'),
  'headless:read': grantable('++++--'),
  'headless:submit': grantable('++++--'),
  'settings:read': grantable('++++++'),
  'settings:write': grantable('++----'),
  'mobile:pair': personal('+++++-'),
  'mobile_devices:read': personal('+++oo-'),
  'mobile_devices:delete': personal('+++oo-'),
  'mobile:sync': personal('------'),
} as const satisfies Record<string, ScopeRule>;

export type Scope = keyof typeof scopeRules;

export const scopes = Object.keys(scopeRules) as Scope[];

/** The scopes that an API key can be given. */
export const grantableScopes = scopes.filter((scope) => scopeRules[scope].grantable);

/** What a user of this role may do, to all rows or only to own ones. */
export function scopesOf(role: Role): Scope[] {
  return scopes.filter((scope) => scopeRules[scope].by[roles.indexOf(role)] !== '-');
}

/** What a user of this role may do to every row of the workspace, no matter who created it. */
export function scopesForAllRows(role: Role): Scope[] {
  return scopes.filter((scope) => scopeRules[scope].by[roles.indexOf(role)] === '+');
}

/** Whether a user of this role has the scope for own rows only. */
export const isOwnOnly = (role: Role, scope: Scope): boolean => scopeRules[scope].by[roles.indexOf(role)] === 'o';

/** A key with no listed scope is a headless key. */
export const headlessScopes = ['headless:read', 'headless:submit'] as const satisfies readonly Scope[];

/** The scopes of a phone, as far as its user's role has them. */
const phoneScopes: readonly Scope[] = [
  'submissions:create',
  'submissions:read',
  'media:write',
  'media:read',
  'locations:write',
  'devices:read',
  'projects:read',
  'settings:read',
  'account:read',
];

/** Whether phones share a scope with their users; `mobile:sync`, which only phones have, is not such a scope. */
export const isForPhones = (scope: Scope): boolean => phoneScopes.includes(scope);

/** What the phone of a user with this role may do. `ownerFor` limits it to the user's own rows. */
export const scopesOfPhone = (role: Role): Scope[] => ['mobile:sync', ...scopesOf(role).filter(isForPhones)];

export function isScope(text: string): text is Scope {
  return Object.hasOwn(scopeRules, text);
}

/**
 * Who may call a route: a scope, `'session'` for any signed-in user, `'any'` valid credential without a scope, or
 * `'public'` for no credential at all. There is no default, so that an endpoint is open only if that is written down.
 */
export type RouteScope = Scope | 'session' | 'any' | 'public';
