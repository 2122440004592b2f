import type { Caller } from '../auth/caller.ts';
import type { Scope } from '../auth/scopes.ts';
import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { syncPlanKeys } from '../table/keys/sync-plans.ts';
import { moveOn } from '../table/move.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Wish } from './planning.ts';

/**
 * The record of a plan. Its changes are rows beside it, written by one attempt at computing them, and never change; what
 * came of each is a row of its own.
 *
 * `COMPUTING` → `READY` → `APPLYING` → `APPLIED`; that one is too old to go on is read off the clock.
 */
export type SyncPlanState = 'COMPUTING' | 'READY' | 'APPLYING' | 'APPLIED';

export interface Counts {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly unchanged: number;
  readonly error: number;
}

export interface SyncPlanRow extends Wish {
  readonly id: string;
  readonly state: SyncPlanState;
  /** Whose changes hold: one try at computing them. */
  readonly attempt: string;
  /** Changes in each chunk. */
  readonly sizes: readonly number[];
  readonly counts: Counts;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** From then on it cannot be applied any more. */
  readonly expiresAt: number;
  /** From then on it is not shown any more. */
  readonly keptUntil: number;
  readonly appliedAt: number | null;
  readonly applier?: Applier;
}

/** Who applies a plan, and in which request. */
export interface Applier extends Pick<Caller, 'principal' | 'address' | 'requestId'> {
  readonly scopes: readonly Scope[];
  /** A retry of the request that died has the same. */
  readonly once: string;
}

const dayMilliseconds = 86_400_000;

/** What a plan that is begun now lives through: results of one that is applied at its last moment are kept for 7 days. */
export const lifeFrom = (now: number) => ({
  createdAt: now,
  expiresAt: now + dayMilliseconds,
  keptUntil: now + 8 * dayMilliseconds,
});

const main = new Table('main');

/** Of all rows of a plan, in seconds since 1970. */
export const ttlOf = ({ keptUntil }: Pick<SyncPlanRow, 'keptUntil'>): number => Math.ceil(keptUntil / 1000);

/** The plan, or the one that stands under its id already. */
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

/** Whether it is too late to apply a plan that nobody has begun to apply. */
export const isExpired = ({ state, expiresAt }: SyncPlanRow): boolean =>
  (state === 'COMPUTING' || state === 'READY') && expiresAt <= Date.now();

/** Moves a plan on from the state it was read in; undefined where somebody else did. */
export async function moveSyncPlan(
  tenant: TenantReference,
  { id, state, attempt }: SyncPlanRow,
  to: Partial<SyncPlanRow>,
): Promise<SyncPlanRow | undefined> {
  return await moveOn<SyncPlanRow>(main, syncPlanKeys.plan(tenant, id), { state, attempt }, to);
}
