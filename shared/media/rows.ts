import { type DueFields, dueAttributes, dueFields } from '../due/due.ts';
import { TendMediaMessage } from '../messages/media.ts';
import { countBytes } from '../quota/storage.ts';
import { absent, unchanged } from '../table/expressions.ts';
import { createdAtOf } from '../table/ids.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { MediaRow } from './record.ts';

/** Parts of transactions that write records of files. */

const main = new Table('main');

export const waitingMilliseconds = 30 * 86_400_000;
export const uploadMilliseconds = 86_400_000;
/** The message that moves a file is sent at once. If it is lost, another one is sent after this time. */
const safetyMilliseconds = 10 * 60_000;

/** Longer than any link to the moved object is valid. */
export const openLinkMilliseconds = 20 * 60_000;
/** Longer than any function runs: when objects are removed, no function is copying them any more. */
const settledMilliseconds = 120_000;

/** When the objects of a dropped file can be removed: no function copies them, and no upload link is open. */
export const removableAt = ({ id, hasLink, removedAt = 0 }: Pick<MediaRow, 'id' | 'hasLink' | 'removedAt'>): number =>
  Math.max(removedAt + settledMilliseconds, hasLink ? createdAtOf(id) + openLinkMilliseconds : 0);

/** When a file is due; undefined if there is nothing left to do. */
function dueAt(row: PlainMediaRow): number | undefined {
  const { state, expiresAt, movedAt, tidied } = row;
  if (state === 'removed') return removableAt(row);
  if (state !== 'linked') return expiresAt;
  if (tidied) return undefined;
  return movedAt === undefined ? Date.now() + safetyMilliseconds : movedAt + openLinkMilliseconds;
}

export type PlainMediaRow = Omit<MediaRow, keyof DueFields>;

/** The record as it was read, without the attributes that make it due. */
export function plainRow(row: MediaRow): PlainMediaRow {
  const plain: Record<string, unknown> = { ...row };
  for (const name of [...dueAttributes, 'pk', 'sk']) delete plain[name];
  return plain as unknown as PlainMediaRow;
}

/**
 * Writes the record of a file, and counts its bytes.
 *
 * @param before as it was read; absent for a new one
 */
export function putMedia(
  transaction: Transaction,
  tenant: TenantReference,
  row: PlainMediaRow,
  before?: Pick<MediaRow, 'state' | 'bytes'>,
): void {
  const key = mediaKeys.file(tenant, row.id);
  const at = dueAt(row);
  const message = { tenant, mediaId: row.id };
  const due = at === undefined ? {} : dueFields(key, at, TendMediaMessage, message, tenant);
  const asRead = before ? unchanged({ state: before.state }) : absent;
  transaction.put(main, key, { ...row, ...due }, asRead, lostRace);
  const counted = (one: Pick<MediaRow, 'state' | 'bytes'> | undefined) =>
    one && ['uploading', 'waiting', 'linked'].includes(one.state) ? one.bytes : 0;
  countBytes(transaction, tenant, counted(row) - counted(before));
}

/** Hides a file from all readers; a worker removes it. */
export function dropMedia(transaction: Transaction, tenant: TenantReference, row: MediaRow): void {
  const { expiresAt: _, ...rest } = plainRow(row);
  putMedia(transaction, tenant, { ...rest, state: 'removed', removedAt: Date.now() }, row);
}

/** The key of the row by which a waiting file is found. */
export const waitingKey = (tenant: TenantReference, { localUuid, fieldId, ownOnly, userId }: PlainMediaRow) =>
  mediaKeys.waiting(tenant, localUuid, ownOnly ? (userId ?? '') : '', fieldId);

/** Ends the wait of a file. */
export function endWaiting(transaction: Transaction, tenant: TenantReference, row: PlainMediaRow): void {
  transaction.delete(main, waitingKey(tenant, row), unchanged({ mediaId: row.id }), lostRace);
}
