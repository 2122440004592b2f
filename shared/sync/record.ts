import type { Caller } from '../auth/caller.ts';
import type { Scope } from '../auth/scopes.ts';
import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { syncPlanKeys } from '../table/keys/sync-plans.ts';
import { moveOn } from '../table/move.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { SyncOptions } from './planning.ts';

/**
 * The record of a sync plan. Its changes are separate rows. One attempt at computing them writes them, and they never
 * change. The outcome of each change is a row of its own.
 *
 * The states are `COMPUTING` → `READY` → `APPLYING` → `APPLIED`. Whether a plan has expired follows from the time, not
 * from its state.
 */
export type SyncPlanState = 'COMPUTING' | 'READY' | 'APPLYING' | 'APPLIED';

export interface Counts {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly unchanged: number;
  readonly error: number;
}

export interface SyncPlanRow extends SyncOptions {
  readonly id: string;
  readonly state: SyncPlanState;
  /** The attempt at computing whose changes are valid. */
  readonly attempt: string;
  /** The number of changes in each chunk. */
  readonly sizes: readonly number[];
  readonly counts: Counts;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** From this time on the plan cannot be applied. */
  readonly expiresAt: number;
  /** From this time on the plan is not shown. */
  readonly keptUntil: number;
  readonly appliedAt: number | null;
  readonly applier?: Applier;
}

/** The caller who applies a plan, and the request. */
export interface Applier extends Pick<Caller, 'principal' | 'address' | 'requestId'> {
  readonly scopes: readonly Scope[];
  /** The same for every retry of one request. */
  readonly once: string;
}

const dayMilliseconds = 86_400_000;

/** The dates of a new sync plan. Results are kept for 7 days even if the plan is applied at the last moment. */
export const lifeFrom = (now: number) => ({
  createdAt: now,
  expiresAt: now + dayMilliseconds,
  keptUntil: now + 8 * dayMilliseconds,
});

const main = new Table('main');

/** The `ttl` of all rows of a plan, in seconds since 1970. */
export const ttlOf = ({ keptUntil }: Pick<SyncPlanRow, 'keptUntil'>): number => Math.ceil(keptUntil / 1000);

/** Writes the plan, or returns the one that already has its id. */
export async function createSyncPlan(tenant: TenantReference, plan: SyncPlanRow): Promise<SyncPlanRow> {
  try {
    await main.put(syncPlanKeys.plan(tenant, plan.id), { ...plan, ttl: ttlOf(plan) }, absent);
    return plan;
  } catch (error) {
    const known = isConditionFailed(error) ? await readSyncPlan(tenant, plan.id) : undefined;
    if (!known) throw error;
    return known;
  }
}

export async function readSyncPlan(tenant: TenantReference, id: string): Promise<SyncPlanRow | undefined> {
  const row = await main.get<SyncPlanRow>(syncPlanKeys.plan(tenant, id));
  return row && row.keptUntil > Date.now() ? row : undefined;
}

/** Whether it is too late to begin to apply a plan. */
export const isExpired = ({ state, expiresAt }: SyncPlanRow): boolean =>
  (state === 'COMPUTING' || state === 'READY') && expiresAt <= Date.now();

/** Moves a plan to its next state. Undefined when another writer moved it since it was read. */
export async function moveSyncPlan(
  tenant: TenantReference,
  { id, state, attempt }: SyncPlanRow,
  to: Partial<SyncPlanRow>,
): Promise<SyncPlanRow | undefined> {
  return await moveOn<SyncPlanRow>(main, syncPlanKeys.plan(tenant, id), { state, attempt }, to);
}
