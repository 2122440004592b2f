import { requireVersion, type VersionMatch } from '../http/conditional.ts';
import { changedFields } from '../json/equality.ts';
import { SweepMessage } from '../messages/sweep-cells.ts';
import { UnlinkMessage } from '../messages/unlink.ts';
import { type Actor, type OutboxEvent, recordEvent } from '../outbox/event.ts';
import { notFound, Problem, problem } from '../problems/problem.ts';
import type { Order } from '../queue/message.ts';
import { absent } from '../table/expressions.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { type Row, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { eventChanges } from './changes.ts';
import { moveCrossing } from './crossing-list.ts';
import type { Fence } from './fence.ts';
import { type EncodedPosting, putPostings } from './postings.ts';
import { publishFence } from './published.ts';
import { type BodyRow, bodyRow, indexAttributes, readBody } from './rows.ts';
import { geofenceTarget } from './target.ts';
import { thinRow } from './thin-row.ts';

/**
 * The parts of every write of a geofence beside its postings: the changed attributes, the guard of its external id, and
 * the event.
 */

const main = new Table('main');

/** The condition that the fence is still as it was read. */
export const atVersion = (fence: Fence) => ({
  expression: '#version = :version',
  names: { '#version': 'version' },
  values: { ':version': fence.version },
});

/**
 * The attributes to write: those that differ. The attributes of the index are written only with the index, because
 * clean-up may shorten it meanwhile.
 */
export function changedAttributes(before: Fence, after: Fence): Row {
  const rows = [bodyRow(before), bodyRow(after)] as const;
  const index = Object.keys(indexAttributes(after));
  const written = before.index === after.index ? [] : index;
  const others = Object.keys(rows[1]).filter((name) => !index.includes(name));
  const names = [...changedFields(others, rows[0], rows[1]), ...written];
  return Object.fromEntries(names.map((name) => [name, rows[1][name]]));
}

/** Reads the fence, checks the precondition and acts. Repeats all of it after a lost race. */
export async function withFence<T>(
  tenant: Tenant,
  id: string,
  ifMatch: VersionMatch | undefined,
  act: (fence: Fence) => Promise<T>,
): Promise<T> {
  return await retryingRaces(async () => {
    const row = await main.get<BodyRow>(geofenceKeys.body(tenant.reference, id));
    if (!row) throw notFound('geofence');
    requireVersion(ifMatch, row.version);
    return await act(readBody(row));
  });
}

/** Adds all rows of a new geofence to a transaction. */
export function putFence(
  transaction: Transaction,
  actor: Actor,
  fence: Fence,
  postings: readonly EncodedPosting[],
): void {
  const { tenant } = actor;
  transaction.put(main, geofenceKeys.thin(tenant.reference, fence.id), thinRow(tenant.reference, fence));
  transaction.put(main, geofenceKeys.body(tenant.reference, fence.id), bodyRow(fence));
  putPostings(transaction, tenant, fence, postings);
  moveCrossing(transaction, tenant.reference, undefined, fence);
  claimExternalId(transaction, tenant, undefined, fence);
  recordGeofenceEvent(transaction, actor, undefined, fence);
}

const guardOf = ({ reference }: Tenant, externalId: string) => geofenceKeys.externalId(reference, externalId);

/** Deletes the guard row that keeps an external id unique in the workspace. */
export function releaseExternalId(transaction: Transaction, tenant: Tenant, { externalId }: Fence): void {
  if (externalId !== null) transaction.delete(main, guardOf(tenant, externalId));
}

/** Replaces the guard row of the former external id, if there was one, by that of the new external id. */
export function claimExternalId(
  transaction: Transaction,
  tenant: Tenant,
  before: Fence | undefined,
  after: Fence,
): void {
  const fresh = after.externalId;
  if ((before?.externalId ?? null) === fresh) return;
  if (before) releaseExternalId(transaction, tenant, before);
  if (fresh === null) return;
  transaction.put(main, guardOf(tenant, fresh), { id: after.id }, absent, async () => {
    return (await conflictOf(tenant, fresh)) ?? lostRace(); // the id was released between the two reads
  });
}

async function conflictOf(tenant: Tenant, externalId: string): Promise<Problem | undefined> {
  const holder = await main.get<{ id: string }>(guardOf(tenant, externalId));
  if (!holder) return undefined;
  return problem('EXTERNAL_ID_EXISTS', `Another geofence has the externalId "${externalId}".`, { id: holder.id });
}

/**
 * Creates a geofence. If the plan refuses it, a conflict of its external id is reported in place of that.
 */
export async function withConflictFirst<T>(
  tenant: Tenant,
  externalId: string | null,
  make: () => Promise<T>,
): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const refused = error instanceof Problem && error.code === 'QUOTA_EXCEEDED';
    throw (refused && externalId !== null ? await conflictOf(tenant, externalId) : undefined) ?? error;
  }
}

export function recordGeofenceEvent(
  transaction: Transaction,
  actor: Actor,
  before: Fence | undefined,
  after: Fence | undefined,
): void {
  const fence = after ?? before;
  if (!fence) return;
  const reindexed = after && after.index !== before?.index;
  recordEvent(transaction, actor, {
    action: !before ? 'geofence.create' : after ? 'geofence.update' : 'geofence.delete',
    resourceType: 'geofence',
    resourceId: fence.id,
    changes: eventChanges(before, after),
    ...(reindexed ? sweepOf(actor.tenant, after) : {}),
    ...(after ? {} : { handOver: [unlinkOf(actor.tenant, fence)] }),
  });
  publishFence(transaction, actor.tenant, before, after);
}

const unlinkOf = ({ reference }: Tenant, { id }: Fence): Order =>
  UnlinkMessage.order({ tenant: reference, kind: geofenceTarget.kind, id });

/** The message that an event hands over when an index write has left stale cells. */
export function sweepOf(tenant: Tenant, { id, index }: Fence): Pick<OutboxEvent, 'handOver'> {
  if (index.stale.length === 0) return {};
  const message = { tenant: tenant.reference, geofenceId: id, indexVersion: index.version };
  return { handOver: [SweepMessage.order(message)] };
}
