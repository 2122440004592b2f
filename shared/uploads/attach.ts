import type { MediaRow, WaitingRow } from '../media/record.ts';
import { dropMedia, endWaiting, type PlainMediaRow, plainRow, putMedia, waitingKey } from '../media/rows.ts';
import { readSlot } from '../media/slots.ts';
import { isThere, mayBelong } from '../media/waiting.ts';
import { invalidFields, notFound } from '../problems/problem.ts';
import { absent, unchanged } from '../table/expressions.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { linkLate } from './link-late.ts';
import { mediaFieldsOf, type StoredSubmission, submissionOf } from './submission.ts';
import { wait } from './wait.ts';

/** Attaching a file to its submission, or to its `local_uuid`, where it waits for the submission. */

const main = new Table('main');

export interface Attaching {
  readonly workspace: WorkspaceRow;
  /** The file as it is while its submission is missing. */
  readonly file: PlainMediaRow;
  /** Its record as it was read; absent for a new file. */
  readonly before?: MediaRow;
  /** Called once before it is stored, unless it is refused or its bytes are there already. */
  readonly ready?: () => Promise<void>;
}

/** The file that is attached: this one, or the one that was there with the same bytes. */
export interface Attached extends Pick<PlainMediaRow, 'id' | 'filename' | 'bytes' | 'copy'> {
  readonly isNew: boolean;
}

/**
 * Where a file belongs in the data of a submission.
 *
 * @throws NOT_FOUND if it may not belong to this submission, VALIDATION_ERROR if there is no such field
 */
export async function requireField(workspace: WorkspaceRow, file: PlainMediaRow, submission: StoredSubmission) {
  if (!mayBelong(file, submission)) throw notFound('submission');
  const fields = await mediaFieldsOf(workspace, submission);
  // The submission is being removed.
  if (!fields) throw lostRace();
  const at = fields.of(readSlot(file.fieldId));
  if (at) return at;
  const msg = 'The submission has no media field of this name, or hides it';
  throw invalidFields([{ type: 'unknown_reference', loc: ['body', 'field_id'], msg }]);
}

/** @throws NOT_FOUND, VALIDATION_ERROR, and what `ready` throws */
export async function attach(attaching: Attaching): Promise<Attached> {
  let isReady = false;
  const ready = async () => {
    if (!isReady) await attaching.ready?.();
    isReady = true;
  };
  return await retryingRaces(() => tryToAttach({ ...attaching, ready }));
}

/** As {@link attach}, once: a race that is lost is thrown. `before` may have changed by then. */
export async function tryToAttach(attaching: Attaching): Promise<Attached> {
  const { workspace, file, before } = attaching;
  const { guard, submission } = await submissionOf(workspace, file.localUuid);
  const at = submission && (await requireField(workspace, file, submission));
  const { there, asRead } = await fileAt(workspace, file, submission);
  if (there && there.id !== file.id && there.bytes === file.bytes && there.sha256 === file.sha256) {
    if (before) await yieldTo(workspace, before, there);
    return { ...there, isNew: false };
  }
  // A newer file arrived while this one waited, so this one is skipped.
  if (before?.state === 'waiting' && there && there.id > file.id) return { ...there, isNew: false };
  const taken = { asRead, there: there?.id === file.id ? undefined : there };
  if (submission && at) await linkLate(attaching, submission, at, taken);
  else await wait(attaching, guard, taken);
  return { ...file, isNew: true };
}

/** The file that another one replaces, and the condition that it is still there. */
export interface Taken {
  readonly there: MediaRow | undefined;
  readonly asRead: Expression;
}

async function fileAt(
  { reference }: WorkspaceRow,
  file: PlainMediaRow,
  submission: StoredSubmission | undefined,
): Promise<Taken> {
  const key = submission ? mediaKeys.link(reference, submission.id, file.fieldId) : waitingKey(reference, file);
  const named = await main.get<WaitingRow>(key);
  const row = named && (await main.get<MediaRow>(mediaKeys.file(reference, named.mediaId)));
  return {
    there: row && isThere(row) ? row : undefined,
    asRead: named ? unchanged({ mediaId: named.mediaId }) : absent,
  };
}

/** Another file has the same bytes: the record of this upload refers to it; a waiting file is dropped. */
async function yieldTo({ reference }: WorkspaceRow, before: MediaRow, there: MediaRow): Promise<void> {
  const transaction = new Transaction();
  if (before.state === 'uploading') {
    putMedia(transaction, reference, { ...plainRow(before), state: 'same', sameAs: there.id }, before);
  } else {
    endWaiting(transaction, reference, before);
    dropMedia(transaction, reference, before);
  }
  await transaction.commit();
}
