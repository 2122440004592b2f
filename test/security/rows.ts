import type * as z from 'zod';
import {
  grantableScopes,
  isScope,
  type Role,
  roles,
  type Scope,
  scopeRules,
  scopesOfPhone,
} from '../../shared/auth/scopes.ts';
import type { Route } from '../../shared/http/route.ts';

/**
 * The security matrix, derived from the routes alone, so that a new route has its rows at once. On every route it tests
 * the actors that its scope distinguishes, and on one route of each class of scopes it tests all actors.
 */

export interface Row {
  readonly name: string;
  readonly route: Route;
  readonly actor: Actor;
  /** The expected response; `passed` is anything except 401, 403 and a failure. */
  readonly expected: readonly [status: 401 | 403, code: string] | 'passed';
  readonly requiredScope?: Scope;
}

/** Users of each role, a new one for each call: the scope of the route alone decides what they may do. */
const people = roles.map((role) => `a user of role ${role}` as const);

/** The actors that the scope of a route distinguishes. */
export const everyday = [
  ...people,
  "an owner's phone",
  "a viewer's phone",
  'no credential',
  'a key with just the scope',
  'a key with every scope but this one',
  'a headless key',
] as const;

/** Credentials that are valid or invalid whatever the scope is. */
const special = [
  'a user whose session has ended',
  'a user who was disabled',
  'a user who was deleted',
  'an expired access token',
  'an access token of the future',
  'an access token for an audience',
  'an access token of another issuer',
  'an access token of another key',
  'an access token without a signature',
  'an access token signed with the public key',
  'an access token of an unknown key',
  'an access token that names another workspace',
  'a refresh token',
  'a phone that was revoked',
  'a phone whose device was deleted',
  'a phone whose user was disabled',
  'a phone whose user was deleted',
  'a device token of another user',
  'a device token of another workspace',
  'a device token of another key',
  'an empty credential',
  'a word that is no credential',
  'a bearer of nothing',
  'a key with just the scope, as a bearer',
  'the same key in both headers',
  'two keys in two headers',
  'an expired key',
  'a revoked key',
  'an expired key with a wrong secret',
  'a revoked key with a wrong secret',
  'a key with a wrong checksum',
  'a key with a wrong secret and its right checksum',
  'a key with an unknown id',
  'a key of an unknown workspace',
  'a key cut short',
  'a key with a lower-case secret',
  'a key from outside its networks',
  'a key from outside its networks that claims an address inside',
  'a key from outside its networks that claims to come through the front door',
  'a key from inside its networks, through the front door',
] as const;

export const actors = [...everyday, ...special] as const;
export type Actor = (typeof actors)[number];

const refusals: Readonly<Record<Actor, Row['expected'] | 'scope'>> = {
  ...(Object.fromEntries(people.map((person) => [person, 'scope'])) as Record<(typeof people)[number], 'scope'>),
  'a user whose session has ended': [401, 'TOKEN_REVOKED'],
  'a user who was disabled': [401, 'TOKEN_REVOKED'],
  'a user who was deleted': [401, 'TOKEN_REVOKED'],
  'an expired access token': [401, 'TOKEN_EXPIRED'],
  'an access token of the future': [401, 'TOKEN_INVALID'],
  'an access token for an audience': [401, 'TOKEN_INVALID'],
  'an access token of another issuer': [401, 'TOKEN_INVALID'],
  'an access token of another key': [401, 'TOKEN_INVALID'],
  'an access token without a signature': [401, 'TOKEN_INVALID'],
  'an access token signed with the public key': [401, 'TOKEN_INVALID'],
  'an access token of an unknown key': [401, 'TOKEN_INVALID'],
  'an access token that names another workspace': [401, 'TOKEN_INVALID'],
  'a refresh token': [401, 'TOKEN_INVALID'],
  "an owner's phone": 'scope',
  "a viewer's phone": 'scope',
  'a phone that was revoked': [401, 'TOKEN_REVOKED'],
  'a phone whose device was deleted': [401, 'TOKEN_REVOKED'],
  'a phone whose user was disabled': [401, 'TOKEN_REVOKED'],
  'a phone whose user was deleted': [401, 'TOKEN_REVOKED'],
  'a device token of another user': [401, 'TOKEN_REVOKED'],
  'a device token of another workspace': [401, 'TOKEN_REVOKED'],
  'a device token of another key': [401, 'TOKEN_INVALID'],
  'no credential': [401, 'UNAUTHENTICATED'],
  'an empty credential': [401, 'UNAUTHENTICATED'],
  'a word that is no credential': [401, 'TOKEN_INVALID'],
  'a bearer of nothing': [401, 'UNAUTHENTICATED'],
  'a key with just the scope': 'passed',
  'a key with just the scope, as a bearer': 'passed',
  'the same key in both headers': 'passed',
  'two keys in two headers': [401, 'CREDENTIALS_CONFLICT'],
  'a key with every scope but this one': 'scope',
  'a headless key': 'scope',
  'an expired key': [401, 'KEY_EXPIRED'],
  'a revoked key': [401, 'KEY_REVOKED'],
  'an expired key with a wrong secret': [401, 'KEY_INVALID'],
  'a revoked key with a wrong secret': [401, 'KEY_INVALID'],
  'a key with a wrong checksum': [401, 'KEY_INVALID'],
  'a key with a wrong secret and its right checksum': [401, 'KEY_INVALID'],
  'a key with an unknown id': [401, 'KEY_INVALID'],
  'a key of an unknown workspace': [401, 'KEY_INVALID'],
  'a key cut short': [401, 'KEY_INVALID'],
  'a key with a lower-case secret': [401, 'KEY_INVALID'],
  'a key from outside its networks': [403, 'IP_NOT_ALLOWED'],
  'a key from outside its networks that claims an address inside': [403, 'IP_NOT_ALLOWED'],
  'a key from outside its networks that claims to come through the front door': [403, 'IP_NOT_ALLOWED'],
  'a key from inside its networks, through the front door': 'passed',
};

/** The same rule applies to all scopes of a class. */
export function classOf({ scope }: Route): string {
  if (!isScope(scope)) return scope;
  if (scope.startsWith('headless:')) return 'headless';
  return scopeRules[scope].grantable ? 'grantable' : 'of people only';
}

/** The rows of some routes. A public route accepts every actor and does not identify it. */
export function matrixRows(routes: Readonly<Record<string, { readonly route: Route }>>): Row[] {
  const judged = new Set<string>();
  return Object.entries(routes)
    .filter(([name]) => name !== 'service/fallback')
    .flatMap(([name, { route }]) => {
      const own = judged.has(classOf(route)) ? everyday : actors;
      judged.add(classOf(route));
      return own.map((actor) => rowOf(name, route, actor));
    });
}

/** The role of the user of a good phone among the actors. */
export function roleOfPhone(actor: Actor): Role | undefined {
  if (actor === "a viewer's phone") return 'viewer';
  return actor === "an owner's phone" ? 'owner' : undefined;
}

/** The role of a person among the actors. */
export const roleOf = (actor: Actor): Role | undefined => roles[(people as readonly Actor[]).indexOf(actor)];

function rowOf(name: string, route: Route, actor: Actor): Row {
  const { scope } = route;
  const verdict = refusals[actor];
  if (scope === 'public') return { name, route, actor, expected: 'passed' };
  if (verdict !== 'scope') return { name, route, actor, expected: verdict };
  const role = roleOf(actor);
  if (role && (!isScope(scope) || scopeRules[scope].by[roles.indexOf(role)] !== '-')) {
    return { name, route, actor, expected: 'passed' };
  }
  const phone = roleOfPhone(actor);
  if (phone && isScope(scope) && scopesOfPhone(phone).includes(scope))
    return { name, route, actor, expected: 'passed' };
  if (role && isScope(scope)) return { name, route, actor, expected: [403, 'SCOPE_MISSING'], requiredScope: scope };
  if (scope === 'session') return { name, route, actor, expected: [403, 'FORBIDDEN'] };
  if (scope === 'any') return { name, route, actor, expected: 'passed' };
  const headless = actor === 'a headless key' && scope.startsWith('headless:');
  return { name, route, actor, expected: headless ? 'passed' : [403, 'SCOPE_MISSING'], requiredScope: scope };
}

/** Every scope that a key may have except that of this route. */
export const otherScopes = ({ scope }: Route): Scope[] => grantableScopes.filter((other) => other !== scope);

/** A scope that no key can have is only for users, and a key with only this scope cannot be created. */
export const isForKeys = ({ scope }: Route): boolean =>
  isScope(scope) ? scopeRules[scope].grantable : scope !== 'session';

/** A body that the route accepts: the example of its schema. */
export function exampleBody({ body }: Route): unknown {
  if (!body) return undefined;
  const example = (body as z.ZodType).meta()?.example;
  return example;
}
