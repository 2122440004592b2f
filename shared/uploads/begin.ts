import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { mediaFiles } from '../files/keys.ts';
import { linkToUpload } from '../files/link.ts';
import { safeName } from '../media/names.ts';
import { putMedia, uploadMilliseconds } from '../media/rows.ts';
import { isAcceptedType, plainType } from '../media/types.ts';
import { TendMediaMessage } from '../messages/media.ts';
import { requireStorage, tablesOfStorage } from '../quota/storage.ts';
import { newId } from '../table/ids.ts';
import { Transaction } from '../table/transaction.ts';
import { printInstant } from '../wire/schema.ts';
import { requireField } from './attach.ts';
import { refusedName, refusedType, requireSize, senderOf } from './sender.ts';
import { submissionOf } from './submission.ts';
import type { UploadDraft } from './wire.ts';

/**
 * Makes a link to upload a file, whose bytes count toward the storage from now on.
 *
 * @throws NOT_FOUND, FILE_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, VALIDATION_ERROR, QUOTA_EXCEEDED
 */
async function begin(caller: Caller, draft: UploadDraft, origin: string) {
  const { tenant, workspace } = caller;
  const { reference } = tenant;
  requireSize(workspace, draft.size_bytes);
  if (!isAcceptedType(draft.content_type)) throw refusedType();
  const filename = safeName(draft.filename);
  if (filename === undefined) throw refusedName('filename');
  const now = Date.now();
  const file = {
    id: newId(now),
    localUuid: draft.submission_local_uuid,
    fieldId: draft.field_id,
    filename,
    contentType: plainType(draft.content_type),
    bytes: draft.size_bytes,
    sha256: '',
    origin,
    ...senderOf(caller),
    state: 'uploading',
    hasLink: true,
    expiresAt: now + uploadMilliseconds,
  } as const;
  const { submission } = await submissionOf(workspace, file.localUuid);
  if (submission) await requireField(workspace, file, submission);
  await requireStorage(tenant, file.bytes);
  const transaction = new Transaction();
  putMedia(transaction, reference, file);
  await transaction.commit();
  const link = await linkToUpload(mediaFiles.upload(reference, file.id), file.contentType, file.bytes);
  return {
    media_file_id: file.id,
    url: link.url,
    method: 'PUT' as const,
    headers: { ...link.headers },
    expires_at: printInstant(link.expiresAt),
  };
}

export const beginUploads = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'PutItem'], access: tablesOfStorage.access },
  // A link allows what the one who signed it may do.
  files: { pending: ['write'] },
  defersTo: [TendMediaMessage],
  raises: ['NOT_FOUND', 'FILE_TOO_LARGE', 'QUOTA_EXCEEDED'],
  open: () => ({ begin }),
});
