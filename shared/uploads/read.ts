import type { Caller } from '../auth/caller.ts';
import { ownerFor } from '../auth/own.ts';
import { defineCapability } from '../capability/capability.ts';
import { linkTo } from '../files/link.ts';
import { getObject } from '../files/objects.ts';
import { objectsOf } from '../media/links.ts';
import type { MediaRow } from '../media/record.ts';
import { isThere } from '../media/waiting.ts';
import { notFound } from '../problems/problem.ts';
import { goneForms } from '../submissions/gone.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { bytesOfAnswer } from '../table/page.ts';
import { Table } from '../table/table.ts';
import { labelsOf } from './sender.ts';

const main = new Table('main');

/** A field worker or a phone reads the files of own submissions, and own files that wait. */
function mayRead(caller: Caller, { state, userId, ownerId }: MediaRow): boolean {
  const owner = ownerFor(caller, 'media:read');
  return owner === undefined || (state === 'linked' ? ownerId : userId) === owner;
}

/** @throws NOT_FOUND */
async function requireFile(caller: Caller, id: string): Promise<MediaRow> {
  const { reference } = caller.tenant;
  const [row, gone] = await Promise.all([main.get<MediaRow>(mediaKeys.file(reference, id)), goneForms(reference)]);
  if (row && isThere(row) && !gone.has(row.formId ?? '') && mayRead(caller, row)) return row;
  throw notFound('media file');
}

/**
 * The bytes of a file, or a link to a file that is too large for a response.
 *
 * @throws NOT_FOUND
 */
async function get(caller: Caller, id: string) {
  const row = await requireFile(caller, id);
  const { reference } = caller.tenant;
  const [linked, pending] = objectsOf(reference, { ...row, mediaId: id });
  const keys = row.movedAt ? ([linked] as const) : ([pending, linked] as const);
  if (row.bytes > bytesOfAnswer) return { link: await linkTo(keys[0], Number.POSITIVE_INFINITY) } as const;
  for (const key of keys) {
    const bytes = await getObject(key);
    if (bytes) return { bytes, labels: labelsOf(row) } as const;
  }
  throw notFound('media file');
}

export const readMedia = defineCapability({
  tables: { main: ['GetItem', 'Query'] },
  // A link opens what the one who signed it may read.
  files: { media: ['read'], pending: ['read'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get }),
});
