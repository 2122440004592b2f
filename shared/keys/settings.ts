import type { Caller } from '../auth/caller.ts';
import { effectiveScopes, type KeyRow, keyStatus } from '../auth/key-record.ts';
import { grantableScopes, type Role, type Scope, scopesForAllRows } from '../auth/scopes.ts';
import { type FieldFailure, invalidFields, problem } from '../problems/problem.ts';
import { tierRateLimit, type WorkspaceRow, workspaceDefaults } from '../tenancy/workspace-record.ts';
import type { KeyFields } from './wire.ts';

/** What people set for a key, and the rules that a schema cannot express: rights, expiry, rates. */
export interface KeySettings {
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly string[];
  readonly cidrs: readonly string[];
  readonly expiresAt: number | undefined;
  readonly ownRateLimit: number | undefined;
}

export const settingsOf = (row: KeyRow): KeySettings => ({
  name: row.name,
  description: row.description,
  scopes: row.scopes,
  cidrs: row.cidrs,
  expiresAt: row.expiresAt,
  ownRateLimit: row.ownRateLimit,
});

const millisecondsPerDay = 86_400_000;

/** The longest lifetime of a key in milliseconds; infinite if the workspace sets none. */
function longestLife({ keyMaxLifetimeDays = workspaceDefaults.keyMaxLifetimeDays }: WorkspaceRow): number {
  return keyMaxLifetimeDays === null ? Number.POSITIVE_INFINITY : keyMaxLifetimeDays * millisecondsPerDay;
}

const finite = (instant: number): number | undefined => (Number.isFinite(instant) ? instant : undefined);

/** The latest possible end of a key that is created at this time. It is also the default. */
export const latestEnd = (workspace: WorkspaceRow, createdAt: number): number | undefined =>
  finite(createdAt + longestLife(workspace));

/** The scopes that the caller has for all rows. A key owns no rows, so scopes for own rows are useless for it. */
function scopesHeldBy({ user, scopes }: Caller): Scope[] {
  const whole: readonly Scope[] = user ? scopesForAllRows(user.role) : [...scopes];
  return whole.filter((scope) => scopes.has(scope));
}

/** The scopes of a role that keys may have and that the caller can grant. */
export function scopesForKey(role: Role, caller: Caller): Scope[] {
  const own = scopesHeldBy(caller);
  const grantable = scopesForAllRows(role).filter((scope) => grantableScopes.includes(scope));
  const given = grantable.filter((scope) => own.includes(scope));
  // A key without scopes would be a headless key, which this caller did not ask for.
  if (given.length === 0) requireGrantable(caller, grantable);
  return given;
}

/** @throws SCOPE_NOT_GRANTABLE for scopes that no key can hold, or that the caller does not hold */
function requireGrantable(caller: Caller, wanted: readonly Scope[]): void {
  const own = scopesHeldBy(caller);
  const refused = wanted.filter((scope) => !(grantableScopes.includes(scope) && own.includes(scope)));
  if (refused.length === 0) return;
  const detail = `A key cannot be given ${refused.join(', ')}: no key may hold it, or you do not hold it yourself.`;
  throw problem('SCOPE_NOT_GRANTABLE', detail, { scopes: refused });
}

/** Settings of a new key; every field that is absent gets its default. */
export function newSettings(caller: Caller, given: KeyFields & { readonly name: string }, now: number): KeySettings {
  const { name, description, scopes = [], allowed_cidrs: cidrs = [], rate_limit_per_hour: rate } = given;
  requireGrantable(caller, effectiveScopes({ scopes }));
  const expiresAt = given.expires_at ?? latestEnd(caller.workspace, now);
  requireValid([
    ...endFailures(caller.workspace, expiresAt, now, now),
    ...rateFailures(caller.workspace, rate ?? undefined),
  ]);
  return {
    name,
    description: description ?? '',
    scopes,
    cidrs,
    expiresAt,
    ownRateLimit: rate ?? undefined,
  };
}

/** Settings after a change. Values that stay the same were allowed before and stay allowed. */
export function changedSettings(caller: Caller, row: KeyRow, given: KeyFields, now: number): KeySettings {
  const before = settingsOf(row);
  const expiresAt = changedEnd(caller.workspace, row, given.expires_at);
  const rate = given.rate_limit_per_hour === undefined ? before.ownRateLimit : (given.rate_limit_per_hour ?? undefined);
  const after = {
    name: given.name ?? before.name,
    description: given.description === undefined ? before.description : (given.description ?? ''),
    scopes: given.scopes ?? before.scopes,
    cidrs: given.allowed_cidrs ?? before.cidrs,
    expiresAt,
    ownRateLimit: rate,
  };
  const had = effectiveScopes(row);
  requireGrantable(
    caller,
    effectiveScopes(after).filter((scope) => !had.includes(scope)),
  );
  requireValid([
    ...(expiresAt === before.expiresAt ? [] : newEndFailures(caller.workspace, row, expiresAt, now)),
    ...(rate === before.ownRateLimit ? [] : rateFailures(caller.workspace, rate)),
  ]);
  return after;
}

/** `null` returns to the default, the latest end that the workspace allows. A key that never had an end keeps none. */
function changedEnd(workspace: WorkspaceRow, row: KeyRow, given: number | null | undefined): number | undefined {
  if (given === undefined || (given === null && row.expiresAt === undefined)) return row.expiresAt;
  return given ?? latestEnd(workspace, row.createdAt);
}

/**
 * Settings of the key that replaces another: the same, including its end, unless the workspace now requires an earlier
 * one.
 */
export function rotatedSettings(caller: Caller, row: KeyRow, now: number): KeySettings {
  requireGrantable(caller, effectiveScopes(row));
  const end = Math.min(row.expiresAt ?? Number.POSITIVE_INFINITY, now + longestLife(caller.workspace));
  return { ...settingsOf(row), expiresAt: finite(end) };
}

function requireValid(failures: readonly FieldFailure[]): void {
  if (failures.length > 0) throw invalidFields(failures);
}

const failure = (field: string, type: string, msg: string): FieldFailure[] => [{ type, loc: ['body', field], msg }];

function endFailures(workspace: WorkspaceRow, expiresAt: number | undefined, createdAt: number, now: number) {
  if (expiresAt !== undefined && expiresAt <= now) return failure('expires_at', 'too_small', 'Should be in the future');
  const life = longestLife(workspace);
  if ((expiresAt ?? Number.POSITIVE_INFINITY) <= createdAt + life) return [];
  const days = `${life / millisecondsPerDay} days`;
  return failure(
    'expires_at',
    'too_large',
    `Should be at most ${days} after the key was made, as this workspace demands`,
  );
}

/**
 * An end that has passed, or that a rotation has set, cannot be postponed, since such a key no longer counts toward the
 * quota.
 */
function newEndFailures(workspace: WorkspaceRow, row: KeyRow, expiresAt: number | undefined, now: number) {
  const later = (expiresAt ?? Number.POSITIVE_INFINITY) > (row.expiresAt ?? Number.POSITIVE_INFINITY);
  if (later && keyStatus(row, now) === 'expired') {
    return failure('expires_at', 'conflict', 'The key has expired, and stays so; make a new one');
  }
  if (later && row.replacedBy) {
    return failure('expires_at', 'conflict', `The key was replaced by ${row.replacedBy}; its end may only come sooner`);
  }
  return endFailures(workspace, expiresAt, row.createdAt, now);
}

function rateFailures(workspace: WorkspaceRow, rate: number | undefined): FieldFailure[] {
  const tier = tierRateLimit(workspace);
  if (rate === undefined || rate <= tier) return [];
  return failure('rate_limit_per_hour', 'too_large', `Should be at most ${tier}, the limit of the plan`);
}
