import { backoff } from '../aws/backoff.ts';
import { linksOf } from '../media/links.ts';
import type { LinkRow, MediaRow } from '../media/record.ts';
import { endWaiting, plainRow, putMedia } from '../media/rows.ts';
import { allWaiting, type Found, fitting, linkedRow, linkRowOf, mostAtOnce } from '../media/waiting.ts';
import { Problem } from '../problems/problem.ts';
import { absent } from '../table/expressions.ts';
import { isRace } from '../table/faults.ts';
import { mediaKeys } from '../table/keys/media.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { attach } from './attach.ts';
import { publishLinks, withRoom } from './link-late.ts';
import { mediaFieldsOf, type StoredSubmission, submissionOf } from './submission.ts';

/**
 * Linking the files for which the transaction of their submission had no room. They may be thousands, so the submission
 * and its files are read once for all, and each transaction links many. A linked file no longer waits, so a retry
 * continues with the rest.
 */

const main = new Table('main');

/**
 * @param until no transaction is begun after this, in milliseconds since 1970
 * @returns whether nothing is left to do
 */
export async function linkAllWaiting(workspace: WorkspaceRow, localUuid: string, until: number): Promise<boolean> {
  for (let races = 1; ; races++) {
    try {
      return await linkMany(workspace, localUuid, until);
    } catch (error) {
      if (!isRace(error)) throw error;
      await backoff(races);
    }
    if (Date.now() >= until) return false;
  }
}

/** @throws LostRace: then all must be read again */
async function linkMany(workspace: WorkspaceRow, localUuid: string, until: number): Promise<boolean> {
  const { submission } = await submissionOf(workspace, localUuid);
  if (!submission) return true;
  const { links, free, taken } = await readWaiting(workspace, submission);
  for (let next = 0; next < free.length; next += mostAtOnce) {
    if (next > 0 && Date.now() >= until) return false;
    const some = free.slice(next, next + mostAtOnce);
    links.push(...(await linkThese(workspace, submission, links, some)));
  }
  for (const row of taken) {
    if (Date.now() >= until) return false;
    await attachAlone(workspace, row);
  }
  return true;
}

/**
 * The files of a submission, those that wait for a free place and that it has room for, and those that replace another
 * one, which are few.
 */
async function readWaiting(workspace: WorkspaceRow, submission: StoredSubmission) {
  const { reference } = workspace;
  const [links, all, fields] = await Promise.all([
    linksOf(reference, submission),
    allWaiting(reference, submission.localUuid),
    mediaFieldsOf(workspace, submission),
  ]);
  // The submission is being removed.
  if (!fields) throw lostRace();
  const linked = new Map(links.map(({ fieldId, mediaId }) => [fieldId, mediaId]));
  // A file that is older than the one in its field is skipped, and a file that fits nowhere expires.
  const found = fitting(all, submission, fields).filter(({ media }) => media.id > (linked.get(media.fieldId) ?? ''));
  const isTaken = ({ media }: Found): boolean => linked.has(media.fieldId);
  const free = found.filter((one) => !isTaken(one)).map(({ media, at }) => ({ media, link: linkRowOf(media, at) }));
  return { links: [...links], free: withRoom(links, free), taken: found.filter(isTaken).map(({ media }) => media) };
}

interface Linking {
  readonly media: MediaRow;
  readonly link: Omit<LinkRow, 'sk'>;
}

async function linkThese(
  workspace: WorkspaceRow,
  submission: StoredSubmission,
  before: readonly LinkRow[],
  some: readonly Linking[],
): Promise<LinkRow[]> {
  const { reference } = workspace;
  const transaction = new Transaction();
  const made = some.map(({ media, link }) => {
    const key = mediaKeys.link(reference, submission.id, media.fieldId);
    const row = { ...link, sk: key.sk };
    endWaiting(transaction, reference, media);
    putMedia(transaction, reference, linkedRow(media, submission), media);
    transaction.put(main, key, row, absent, lostRace);
    return row;
  });
  publishLinks(transaction, workspace, submission, [...before, ...made], made);
  await transaction.commit();
  return made;
}

const fitsNowhere = ['NOT_FOUND', 'VALIDATION_ERROR', 'QUOTA_EXCEEDED'];

async function attachAlone(workspace: WorkspaceRow, row: MediaRow): Promise<void> {
  await attach({ workspace, file: plainRow(row), before: row }).catch((error: unknown) => {
    if (!(error instanceof Problem) || !fitsNowhere.includes(error.code)) throw error;
  });
}
