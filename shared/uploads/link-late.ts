import { bytesOfLinks } from '../media/links.ts';
import type { LinkRow } from '../media/record.ts';
import { dropMedia, endWaiting, putMedia } from '../media/rows.ts';
import { linkedRow, linkRowOf } from '../media/waiting.ts';
import { TendMediaMessage } from '../messages/media.ts';
import { publish } from '../outbox/publish.ts';
import { problem } from '../problems/problem.ts';
import { aboutOf, eventDataOf } from '../submissions/submission.ts';
import { setAll } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { Attaching, Taken } from './attach.ts';
import type { StoredSubmission } from './submission.ts';

const main = new Table('main');

/** A submission is read whole: its data has up to 2 MiB, and a response 4. */
const most = { files: 5000, bytesOfFiles: 1.75 * 1024 * 1024 };

const exists = { expression: 'attribute_exists(pk)' };

/**
 * @throws QUOTA_EXCEEDED
 *
 * @param before the files that the submission has
 */
function requireRoom(links: readonly LinkRow[], before: readonly LinkRow[]): void {
  if (links.length > most.files) {
    const detail = `A submission may have ${most.files} files.`;
    throw problem('QUOTA_EXCEEDED', detail, {
      resource: 'files_of_submission',
      limit: most.files,
      used: before.length,
    });
  }
  const limit = most.bytesOfFiles;
  if (bytesOfLinks(links) > limit) {
    const detail = 'The names of the files of this submission are too long together: shorten them.';
    throw problem('QUOTA_EXCEEDED', detail, {
      resource: 'file_names_of_submission',
      limit,
      used: bytesOfLinks(before),
    });
  }
}

/** The late files for which a submission has room beside the files that it has. */
export function withRoom<T extends { readonly link: Omit<LinkRow, 'sk'> }>(
  links: readonly LinkRow[],
  late: readonly T[],
): T[] {
  let [files, bytes] = [links.length, bytesOfLinks(links)];
  return late.filter(({ link }) => {
    // A comma takes the place of the two brackets.
    const more = bytesOfLinks([link]) - 1;
    if (files >= most.files || bytes + more > most.bytesOfFiles) return false;
    files += 1;
    bytes += more;
    return true;
  });
}

/**
 * Publishes, in a transaction, that files were linked to a submission that is stored already.
 *
 * @param links the files that it has then
 * @param added those of them that are new
 */
export function publishLinks(
  transaction: Transaction,
  workspace: WorkspaceRow,
  submission: StoredSubmission,
  links: readonly LinkRow[],
  added: readonly Pick<LinkRow, 'mediaId'>[],
): void {
  const { reference } = workspace;
  const body = submissionKeys.body(reference, submission.id);
  if (submission.hasMedia) transaction.check(main, body, exists, lostRace);
  else transaction.update(main, body, setAll({ hasMedia: true }), exists, lostRace);
  publish(transaction, tenantOf(workspace), {
    id: newId(Date.now()),
    type: 'submission.media_added',
    subject: submission.id,
    data: eventDataOf(submission, links),
    about: aboutOf(submission),
    handOver: added.map(({ mediaId }) => TendMediaMessage.order({ tenant: reference, mediaId })),
  });
}

/**
 * Links a file to a submission that is stored already, and publishes that.
 *
 * @throws QUOTA_EXCEEDED
 *
 * @param at where its id stands in the data
 */
export async function linkLate(
  { workspace, file, before, ready }: Attaching,
  submission: StoredSubmission,
  at: LinkRow['at'],
  { there, asRead }: Taken,
): Promise<void> {
  const { reference } = workspace;
  const others = await main.queryAll<LinkRow>(mediaKeys.links(reference, submission.id));
  const key = mediaKeys.link(reference, submission.id, file.fieldId);
  const link = { ...linkRowOf(file, at), sk: key.sk };
  const links = [...others.filter(({ fieldId }) => fieldId !== file.fieldId), link];
  requireRoom(links, others);
  await ready?.();
  const transaction = new Transaction();
  putMedia(transaction, reference, linkedRow(file, submission), before);
  transaction.put(main, key, link, asRead, lostRace);
  if (there) dropMedia(transaction, reference, there);
  if (before?.state === 'waiting') endWaiting(transaction, reference, before);
  publishLinks(transaction, workspace, submission, links, [link]);
  await transaction.commit();
}
