import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { mediaFiles } from '../files/keys.ts';
import { type Beginning, beginningOf, copyObject, deleteObject, sha256Of } from '../files/objects.ts';
import { decidingBytes, detectType } from '../media/detect.ts';
import type { MediaRow } from '../media/record.ts';
import { plainRow, waitingMilliseconds } from '../media/rows.ts';
import { isThere } from '../media/waiting.ts';
import { notFound, problem } from '../problems/problem.ts';
import { ownerFor } from '../submissions/read.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { Table } from '../table/table.ts';
import { place } from './place.ts';
import { labelsOf, refusedType, showPlaced, uploading } from './sender.ts';
import type { MediaResult } from './wire.ts';

const main = new Table('main');

/** What somebody began to upload. Who reads own submissions only completes own uploads only. */
async function requireRow(caller: Caller, id: string): Promise<MediaRow> {
  const row = await main.get<MediaRow>(mediaKeys.file(caller.tenant.reference, id));
  const owner = ownerFor(caller);
  if (!row || row.state === 'removed' || (owner !== undefined && row.userId !== owner)) throw notFound('media file');
  return row;
}

const nothingThere = (why: string) => problem('INVALID_TRANSITION', why, { from: 'uploading', to: 'complete' });

async function requireUploaded({ bytes }: MediaRow, key: string): Promise<Beginning> {
  const found = await beginningOf(key, decidingBytes);
  if (!found) throw nothingThere('Nothing was uploaded yet: send the file to `url` first.');
  if (found.sizeBytes === bytes) return found;
  throw nothingThere(`What was uploaded has ${found.sizeBytes} bytes, not ${bytes}: send the file to \`url\` again.`);
}

/**
 * Ends an upload: looks at what lies there, and puts it at its place. It may be repeated.
 *
 * @throws NOT_FOUND, INVALID_TRANSITION, UPLOAD_EXPIRED, UNSUPPORTED_MEDIA_TYPE, VALIDATION_ERROR, QUOTA_EXCEEDED
 */
async function complete(caller: Caller, id: string): Promise<MediaResult> {
  const { tenant, workspace } = caller;
  const row = await requireRow(caller, id);
  const done = row.state === 'same' ? await main.get<MediaRow>(mediaKeys.file(tenant.reference, row.sameAs!)) : row;
  if (done && isThere(done)) return showPlaced({ ...done, isNew: false });
  // It was replaced meanwhile.
  if (row.state === 'same') throw notFound('media file');
  if (row.state !== 'uploading' || Date.now() >= (row.expiresAt ?? 0)) {
    throw problem('UPLOAD_EXPIRED', 'The file was not uploaded within 24 hours: begin again.');
  }
  const upload = mediaFiles.upload(tenant.reference, id);
  const found = await requireUploaded(row, upload);
  const contentType = detectType(found.bytes, row);
  if (contentType === undefined) throw refusedType();
  // The link still works for some minutes. What was looked at is copied to where the link does not lead.
  const pending = mediaFiles.pending(tenant.reference, id);
  const labels = labelsOf({ contentType, filename: row.filename });
  if (!(await copyObject(upload, pending, { etag: found.etag, labels }))) {
    throw nothingThere('The file was uploaded again meanwhile: complete it again.');
  }
  const sha256 = await sha256Of(pending);
  if (sha256 === undefined) throw nothingThere('The upload has ended meanwhile: begin again.');
  const file = {
    ...plainRow(row),
    // Who completes it may be bound to own submissions, though who began it was not.
    ...(ownerFor(caller) === undefined ? {} : { ownOnly: true as const }),
    contentType,
    sha256,
    state: 'waiting' as const,
    expiresAt: Date.now() + waitingMilliseconds,
  };
  const placed = await place({ workspace, file, before: row });
  await deleteObject(upload);
  // Its bytes are there under another id, so nobody reads these.
  if (!placed.isNew) await deleteObject(pending);
  return showPlaced(placed);
}

export const completeUploads = defineCapability({
  ...uploading,
  files: { pending: ['read', 'write', 'delete'] },
  raises: ['NOT_FOUND', 'QUOTA_EXCEEDED'],
  open: () => ({ complete }),
});
