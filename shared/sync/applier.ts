import type { Writing } from '../geofences/action.ts';
import type { GeofenceWriter } from '../geofences/writer.ts';
import type { Recording } from '../http/once.ts';
import { log } from '../log/log.ts';
import { Problem } from '../problems/problem.ts';
import { reasonOf } from '../problems/reason.ts';
import { patiently } from '../table/patience.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { concurrently } from '../worker/concurrently.ts';
import { type Change, draftOf, patchOf } from './change.ts';
import { type Numbered, readChanges, total } from './changes.ts';
import { AlreadyEnded, endFailed, readOutcomes, recordingOutcome } from './outcome.ts';
import { type Applier, moveSyncPlan, type SyncPlanRow } from './record.ts';

/**
 * Makes the changes of a sync plan. Each change is one transaction together with the row of its outcome, which can be
 * written only once. So applying is idempotent: however many runs there are, at the same time or later, each change is
 * made at most once and has one outcome.
 */

/** Deletions come first, because the creations may need what they release: the workspace's quota and room in the index. */
const order = ['delete', 'update', 'create'] as const;

interface Work {
  readonly tenant: Tenant;
  readonly plan: SyncPlanRow;
  readonly geofences: GeofenceWriter;
  readonly writing: Writing;
}

/** @returns false when the time was over before the last change */
export async function applySyncPlan(
  tenant: Tenant,
  plan: SyncPlanRow,
  geofences: GeofenceWriter,
  until: number,
): Promise<boolean> {
  const work = { tenant, plan, geofences, writing: writingOf(tenant, plan.applier!) };
  const ended = await readOutcomes(tenant.reference, plan, 0, total(plan));
  for (const op of order) {
    if (plan.counts[op] === 0) continue;
    for await (const changes of readChanges(tenant.reference, plan)) {
      const left = changes.filter(({ number, change }) => change.op === op && !ended.has(number));
      if (!(await applyAll(work, left, until))) return false;
    }
  }
  await moveSyncPlan(tenant.reference, plan, { state: 'APPLIED', appliedAt: Date.now() });
  return true;
}

function writingOf(tenant: Tenant, { principal, address, requestId, scopes }: Applier): Writing {
  return { tenant, principal, address, requestId, scopes: new Set(scopes) };
}

async function applyAll(work: Work, changes: readonly Numbered[], until: number): Promise<boolean> {
  return (await concurrently(changes, (change) => apply(work, change), until)) === 0;
}

const unknownFailure = 'The change could not be made; make a new sync plan';

async function apply(work: Work, { number, change }: Numbered): Promise<void> {
  const { tenant, plan } = work;
  try {
    const outcome = recordingOutcome(tenant.reference, plan, number);
    await patiently(() => write(work, change, outcome));
  } catch (error) {
    if (error instanceof AlreadyEnded) return;
    log().warn('change not applied', { plan: plan.id, number, error: String(error) });
    const message = error instanceof Problem ? reasonOf(error) : unknownFailure;
    // If there is an outcome already, it belongs to a commit whose response was lost.
    await endFailed(tenant.reference, plan, number, message);
  }
}

async function write({ geofences, writing }: Work, change: Change, once: Recording): Promise<void> {
  if (change.op === 'create') await geofences.create(writing, draftOf(change), once);
  if (change.op !== 'update' && change.op !== 'delete') return;
  const planned = { matches: (version: number) => version === change.fromVersion };
  if (change.op === 'delete') await geofences.delete(writing, change.geofenceId, planned, once);
  else await geofences.update(writing, change.geofenceId, patchOf(change), 'patch', planned, once);
}
