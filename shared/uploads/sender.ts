import type { Caller } from '../auth/caller.ts';
import type { Labels } from '../files/objects.ts';
import { asAttachment } from '../media/names.ts';
import type { MediaFacts } from '../media/record.ts';
import { acceptedTypes, isShown } from '../media/types.ts';
import { TendMediaMessage } from '../messages/media.ts';
import { invalidFields, problem } from '../problems/problem.ts';
import { tablesOfStorage } from '../quota/storage.ts';
import { ownerFor } from '../submissions/read.ts';
import { type WorkspaceRow, workspaceDefaults } from '../tenancy/workspace-record.ts';
import type { Attached } from './attach.ts';
import type { MediaResult } from './wire.ts';

/** What all ways to send a file have in common. */

/** Who sent a file, and whether it may belong to own submissions only. */
export function senderOf(caller: Caller) {
  const userId = caller.phone?.user.id ?? caller.user?.id;
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(ownerFor(caller) === undefined ? {} : { ownOnly: true as const }),
  };
}

/** The headers of a file that is downloaded from the store. */
export const labelsOf = ({ contentType, filename }: Pick<MediaFacts, 'contentType' | 'filename'>): Labels => ({
  contentType,
  ...(isShown(contentType) ? {} : { disposition: asAttachment(filename) }),
});

/** @throws FILE_TOO_LARGE for a file that is larger than the workspace allows */
export function requireSize({ mediaMaxBytes = workspaceDefaults.mediaMaxBytes }: WorkspaceRow, size: number): void {
  if (size <= mediaMaxBytes) return;
  const detail = `The file has ${size} bytes; the workspace takes files of at most ${mediaMaxBytes}.`;
  throw problem('FILE_TOO_LARGE', detail, { max_bytes: mediaMaxBytes });
}

export const refusedType = () =>
  problem('UNSUPPORTED_MEDIA_TYPE', `Files are ${acceptedTypes}, and nothing else at the same time.`);

export const refusedName = (field: string) =>
  invalidFields([{ type: 'too_long', loc: ['body', field], msg: 'The name should have at most 255 characters' }]);

export const showAttached = ({ id, filename, bytes }: Attached): MediaResult => ({
  media_file_id: id,
  filename,
  size_bytes: bytes,
});

/** The rights for attaching files. */
export const uploading = {
  tables: {
    main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
    access: tablesOfStorage.access,
  },
  handsTo: [TendMediaMessage],
  defersTo: [TendMediaMessage],
} as const;
