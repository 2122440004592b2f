import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { mediaFiles } from '../files/keys.ts';
import { copyObject, deleteObject, type FirstBytes, readFirstBytes, sha256Of } from '../files/objects.ts';
import { decidingBytes, detectType } from '../media/detect.ts';
import type { MediaRow } from '../media/record.ts';
import { plainRow, waitingMilliseconds } from '../media/rows.ts';
import { isThere } from '../media/waiting.ts';
import { notFound, Problem, problem } from '../problems/problem.ts';
import { ownerFor } from '../submissions/read.ts';
import { newId } from '../table/ids.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Attached, tryToAttach } from './attach.ts';
import { labelsOf, refusedType, showAttached, uploading } from './sender.ts';
import type { MediaResult } from './wire.ts';

const main = new Table('main');

/** The record of an upload. A caller who reads only own submissions may complete only own uploads. */
async function requireRow(caller: Caller, id: string): Promise<MediaRow> {
  const row = await main.get<MediaRow>(mediaKeys.file(caller.tenant.reference, id));
  const owner = ownerFor(caller);
  if (!row || row.state === 'removed' || (owner !== undefined && row.userId !== owner)) throw notFound('media file');
  return row;
}

const nothingThere = (why: string) => problem('INVALID_TRANSITION', why, { from: 'uploading', to: 'complete' });

async function requireUploaded({ bytes }: MediaRow, key: string): Promise<FirstBytes> {
  const found = await readFirstBytes(key, decidingBytes);
  if (!found) throw nothingThere('Nothing was uploaded yet: send the file to `url` first.');
  if (found.sizeBytes === bytes) return found;
  throw nothingThere(`What was uploaded has ${found.sizeBytes} bytes, not ${bytes}: send the file to \`url\` again.`);
}

/**
 * The file, if it is attached already; undefined while it is being uploaded.
 *
 * @throws NOT_FOUND, UPLOAD_EXPIRED
 */
async function attachedOf(tenant: TenantReference, row: MediaRow): Promise<Attached | undefined> {
  const done = row.state === 'same' ? await main.get<MediaRow>(mediaKeys.file(tenant, row.sameAs!)) : row;
  if (done && isThere(done)) return { ...done, isNew: false };
  // The file was replaced meanwhile.
  if (row.state === 'same') throw notFound('media file');
  if (row.state === 'uploading' && Date.now() < (row.expiresAt ?? 0)) return undefined;
  throw problem('UPLOAD_EXPIRED', 'The file was not uploaded within 24 hours: begin again.');
}

/**
 * Checks the uploaded object, and copies it to a key that no link and no other request can write.
 *
 * @returns the file to attach
 */
async function takeCopy(caller: Caller, row: MediaRow, copy: string) {
  const { reference } = caller.tenant;
  const upload = mediaFiles.upload(reference, row.id);
  const found = await requireUploaded(row, upload);
  const contentType = detectType(found.bytes, row);
  if (contentType === undefined) throw refusedType();
  const to = mediaFiles.pending(reference, row.id, copy);
  const labels = labelsOf({ contentType, filename: row.filename });
  if (!(await copyObject(upload, to, { etag: found.etag, labels }))) {
    throw nothingThere('The file was uploaded again meanwhile: complete it again.');
  }
  const sha256 = await sha256Of(to);
  if (sha256 === undefined) throw new Error(`The copy ${to} is missing`);
  return {
    ...plainRow(row),
    // The caller who completes an upload may be limited to own submissions even if the one who began it was not.
    ...(ownerFor(caller) === undefined ? {} : { ownOnly: true as const }),
    contentType,
    sha256,
    copy,
    state: 'waiting' as const,
    expiresAt: Date.now() + waitingMilliseconds,
  };
}

async function attachCopy(caller: Caller, row: MediaRow, copy: string): Promise<Attached> {
  const { tenant, workspace } = caller;
  const file = await takeCopy(caller, row, copy);
  return await retryingRaces(async () => {
    const before = await requireRow(caller, row.id);
    return (await attachedOf(tenant.reference, before)) ?? (await tryToAttach({ workspace, file, before }));
  });
}

/**
 * Completes an upload: checks the object, and attaches the file. Idempotent, also for concurrent requests.
 *
 * @throws NOT_FOUND, INVALID_TRANSITION, UPLOAD_EXPIRED, UNSUPPORTED_MEDIA_TYPE, VALIDATION_ERROR, QUOTA_EXCEEDED
 */
async function complete(caller: Caller, id: string): Promise<MediaResult> {
  const { reference } = caller.tenant;
  const row = await requireRow(caller, id);
  const done = await attachedOf(reference, row);
  if (done) return showAttached(done);
  const copy = newId(Date.now());
  const dropCopy = () => deleteObject(mediaFiles.pending(reference, id, copy));
  const attached = await attachCopy(caller, row, copy).catch(async (error: unknown) => {
    // After any other failure, a write that names the copy may have succeeded.
    if (!(error instanceof Problem)) throw error;
    await dropCopy();
    const other = await attachedOf(reference, await requireRow(caller, id));
    if (other) return other;
    throw error;
  });
  await deleteObject(mediaFiles.upload(reference, id));
  // Another request was faster, or the same bytes are there under another id.
  if (attached.copy !== copy) await dropCopy();
  return showAttached(attached);
}

export const completeUploads = defineCapability({
  ...uploading,
  files: { pending: ['read', 'write', 'delete'] },
  raises: ['NOT_FOUND', 'QUOTA_EXCEEDED'],
  open: () => ({ complete }),
});
