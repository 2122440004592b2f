import { createHash } from 'node:crypto';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { mediaFiles } from '../files/keys.ts';
import { putObject } from '../files/objects.ts';
import { detectType } from '../media/detect.ts';
import { safeName } from '../media/names.ts';
import { waitingMilliseconds } from '../media/rows.ts';
import { invalidFields } from '../problems/problem.ts';
import { requireStorage } from '../quota/storage.ts';
import { newId } from '../table/ids.ts';
import { attach } from './attach.ts';
import { labelsOf, refusedName, refusedType, requireSize, senderOf, showAttached, uploading } from './sender.ts';
import type { MediaForm } from './wire.ts';

/**
 * Takes in a file that came with the request. Idempotent: the same file is found again.
 *
 * @throws NOT_FOUND, FILE_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, VALIDATION_ERROR, QUOTA_EXCEEDED
 */
async function upload(caller: Caller, form: MediaForm, origin: string) {
  const { tenant, workspace } = caller;
  const { bytes } = form.file;
  const filename = safeName(form.file.filename);
  if (filename === undefined) throw refusedName('file');
  if (bytes.length === 0)
    throw invalidFields([{ type: 'too_short', loc: ['body', 'file'], msg: 'Should hold a byte' }]);
  requireSize(workspace, bytes.length);
  const contentType = detectType(bytes, { filename });
  if (contentType === undefined) throw refusedType();
  const now = Date.now();
  const file = {
    id: newId(now),
    localUuid: form.submission_local_uuid,
    fieldId: form.field_id,
    filename,
    contentType,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    origin,
    ...senderOf(caller),
    state: 'waiting',
    expiresAt: now + waitingMilliseconds,
  } as const;
  const attached = await attach({
    workspace,
    file,
    ready: async () => {
      await requireStorage(tenant, file.bytes);
      await putObject(mediaFiles.pending(tenant.reference, file.id), bytes, labelsOf(file));
    },
  });
  return { isNew: attached.isNew, body: showAttached(attached) };
}

export const uploadMedia = defineCapability({
  ...uploading,
  files: { pending: ['write'] },
  raises: ['NOT_FOUND', 'QUOTA_EXCEEDED'],
  open: () => ({ upload }),
});
