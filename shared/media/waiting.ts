import type { MediaFields } from '../forms/media-fields.ts';
import { TendMediaMessage } from '../messages/media.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { LinkRow, MediaFacts, MediaRow, WaitingRow } from './record.ts';
import { endWaiting, plainRow, putMedia } from './rows.ts';
import { readSlot } from './slots.ts';

/** Files that came before their submission. */

const main = new Table('main');

/** The submission to which files are linked. */
export interface Owner {
  readonly id: string;
  readonly formId: string;
  readonly localUuid: string;
  /** The user who submitted it; absent for keys. */
  readonly userId?: string | undefined;
}

/** A file and the path in the data to which it belongs. */
export interface Found {
  readonly media: MediaRow;
  readonly at: readonly (string | number)[];
}

/** The most files of one transaction: each takes three of its hundred writes. */
export const mostAtOnce = 25;

export const isThere = ({ state, expiresAt = Number.POSITIVE_INFINITY }: MediaRow, now = Date.now()): boolean =>
  (state === 'waiting' && expiresAt > now) || state === 'linked';

/** A user who may send files only to own submissions cannot add them to those of others. */
export const mayBelong = ({ ownOnly, userId }: MediaRow, owner: Owner): boolean => !ownOnly || userId === owner.userId;

/** The files that wait for a `local_uuid`, in the order of time. */
export async function allWaiting(tenant: TenantReference, localUuid: string): Promise<MediaRow[]> {
  const rows = await main.queryAll<WaitingRow>(mediaKeys.allWaiting(tenant, localUuid));
  const found = await main.getMany<MediaRow>(rows.map(({ mediaId }) => mediaKeys.file(tenant, mediaId)));
  const waiting = found.filter((one) => one !== undefined).filter((one) => one.state === 'waiting' && isThere(one));
  return waiting.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** The newest of these files for each media field of a submission. */
export function fitting(all: readonly MediaRow[], owner: Owner, fields: MediaFields): Found[] {
  const newest = new Map<string, Found>();
  for (const media of all) {
    const at = mayBelong(media, owner) ? fields.of(readSlot(media.fieldId)) : undefined;
    if (at) newest.set(media.fieldId, { media, at });
  }
  return [...newest.values()];
}

/** The row by which the files of a submission are read. */
export function linkRowOf(media: MediaFacts & { readonly id: string }, at: Found['at']) {
  const { id, fieldId, filename, contentType, bytes, sha256, origin, copy } = media;
  const kept = copy === undefined ? {} : { copy };
  return { mediaId: id, fieldId, filename, contentType, bytes, sha256, origin, at, ...kept };
}

export interface LinkedNow {
  readonly links: readonly Omit<LinkRow, 'sk'>[];
  /** Orders to send after the transaction. */
  readonly orders: ReturnType<typeof TendMediaMessage.order>[];
}

/**
 * Links files in the transaction that stores their submission. Files for which it has no room are linked by a worker
 * afterwards, as if they had come later.
 */
export function linkWaiting(
  transaction: Transaction,
  tenant: TenantReference,
  owner: Owner,
  found: readonly Found[],
): LinkedNow {
  const now = found.slice(0, mostAtOnce);
  for (const { media, at } of now) {
    endWaiting(transaction, tenant, media);
    putMedia(transaction, tenant, linkedRow(media, owner), media);
    transaction.put(main, mediaKeys.link(tenant, owner.id, media.fieldId), linkRowOf(media, at));
  }
  const later = found.length > now.length ? [{ tenant, localUuid: owner.localUuid }] : [];
  const moves = now.map(({ media }) => ({ tenant, mediaId: media.id }));
  return {
    links: now.map(({ media, at }) => linkRowOf(media, at)),
    orders: [...moves, ...later].map((message) => TendMediaMessage.order(message)),
  };
}

/** The record of a file of a submission. */
export function linkedRow(media: MediaRow, { id, formId, userId }: Owner) {
  const { expiresAt: _, ...rest } = plainRow(media);
  const ownerId = userId === undefined ? {} : { ownerId: userId };
  return { ...rest, state: 'linked', submissionId: id, formId, ...ownerId } as const;
}
