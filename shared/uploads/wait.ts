import { randomUUID } from 'node:crypto';
import { dropMedia, putMedia, waitingKey, waitingMilliseconds } from '../media/rows.ts';
import type { GuardRow } from '../submissions/submission.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Attaching, Taken } from './attach.ts';

const main = new Table('main');

/** The row of the `local_uuid` stays longer than every file that waits under it. */
const guardSeconds = (waitingMilliseconds + 2 * 86_400_000) / 1000;

/**
 * Lets a file wait for its submission. The row of the `local_uuid` changes with it, so that a submission that is stored at
 * this moment is stored only after it has seen the file.
 */
export async function wait(
  { workspace, file, before, ready }: Attaching,
  guard: GuardRow | undefined,
  { there, asRead }: Taken,
): Promise<void> {
  await ready?.();
  const { reference } = workspace;
  const transaction = new Transaction();
  putMedia(transaction, reference, file, before);
  transaction.put(main, waitingKey(reference, file), { mediaId: file.id }, asRead, lostRace);
  if (there) dropMedia(transaction, reference, there);
  const mark = setAll({ waiting: randomUUID(), ttl: Math.ceil(Date.now() / 1000) + guardSeconds });
  const key = submissionKeys.guard(reference, file.localUuid);
  transaction.update(main, key, mark, unchanged({ id: guard?.id }), lostRace);
  await transaction.commit();
}
