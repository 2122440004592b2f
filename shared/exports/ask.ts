import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireForm } from '../fieldwork/form.ts';
import { linkTo } from '../files/link.ts';
import { getObject } from '../files/objects.ts';
import { ExportMessage, exportRequest, WatchMessage } from '../messages/exports.ts';
import { notFound } from '../problems/problem.ts';
import { sendInLine } from '../queue/sender.ts';
import { absent, unchanged } from '../table/expressions.ts';
import { newId, type Span } from '../table/ids.ts';
import { exportKeys } from '../table/keys/exports.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { putJob, rowOf } from './create.ts';
import { isCurrent } from './form-snapshot.ts';
import { type ExportRow, findExport } from './record.ts';
import type { FormInclude } from './terms.ts';

/** Requests for a file of a form. Each waits for a job: that of an equal earlier request, or else a new one. */

export interface AskedFile {
  readonly formId: string;
  readonly include: FormInclude;
  readonly from: Span | undefined;
  readonly to: Span | undefined;
}

const main = new Table('main');

/** How long a file is reused for equal requests. */
const freshMilliseconds = 10 * 60_000;
/** The same if it is unknown whether the file is current: long enough for the client that waited to ask again. */
const uncertainMilliseconds = 60_000;
const [firstPause, longestPause] = [100, 1000];

/**
 * The job of a request: as it is once it has ended, or at an instant.
 *
 * @param until milliseconds since 1970; 0 does not wait
 * @throws NOT_FOUND for a form that the caller does not see, or that is deleted meanwhile
 */
async function ask(caller: Caller, asked: AskedFile, until: number): Promise<ExportRow> {
  await requireForm(caller, asked.formId);
  let job = await joinOrCreate(caller, asked);
  for (let pause = firstPause; isOpen(job) && Date.now() + pause < until; pause = Math.min(longestPause, 2 * pause)) {
    await sleep(pause);
    // If the job was deleted, the request creates another one.
    job = (await findExport(caller.tenant.reference, job.sk)) ?? (await joinOrCreate(caller, asked));
  }
  if (job.status !== 'FAILED') return job;
  if (job.errorCode === 'SCOPE_GONE') throw notFound('form');
  throw new Error(`The export ${job.sk} has failed with ${job.errorCode}`);
}

const isOpen = ({ status }: ExportRow): boolean => status === 'PENDING' || status === 'RUNNING';

async function joinOrCreate(caller: Caller, asked: AskedFile): Promise<ExportRow> {
  const { tenant } = caller;
  const { reference } = tenant;
  const draft = draftOf(asked);
  const key = exportKeys.asked(reference, asked.formId, `${asked.include}#${draft.from ?? ''}#${draft.to ?? ''}`);
  const row: ExportRow = { ...rowOf(caller, draft, newId(Date.now())), isAwaited: true };
  const job = await retryingRaces(async () => {
    const last = await main.get<{ id: string }>(key);
    const before = last && (await findExport(reference, last.id));
    if (before && (await canReuse(tenant, before))) return before;
    const transaction = new Transaction();
    const asRead = last ? unchanged({ id: last.id }) : absent;
    transaction.put(main, key, { id: row.sk, ttl: row.ttl }, asRead, lostRace);
    putJob(transaction, caller, row);
    await transaction.commit();
    return row;
  });
  // The outbox sends the same message a moment later, and the queue drops that duplicate.
  if (job === row) await sendInLine(exportRequest(reference, row.lane, row.sk));
  return job;
}

const draftOf = ({ formId, include, from, to }: AskedFile) => ({
  scopeType: 'FORM' as const,
  scopeId: formId,
  from: from?.from,
  to: to?.to,
  includes: [include],
  format: 'CSV' as const,
});

/** Whether a request can use a job: it has not ended, or its file is recent and current. */
async function canReuse(tenant: Tenant, job: ExportRow): Promise<boolean> {
  if (isOpen(job)) return true;
  const { status, completedAt = 0, form, scopeId } = job;
  if (status !== 'READY' || !form || Date.now() - completedAt >= freshMilliseconds) return false;
  return (await isCurrent(tenant, scopeId, form)) ?? Date.now() - completedAt < uncertainMilliseconds;
}

/** The bytes of the file of a job that is ready; undefined if it is removed meanwhile. */
const bytesOf = ({ file }: ExportRow): Promise<Buffer | undefined> => getObject(file!);
const linkOf = ({ file, expiresAt }: ExportRow): Promise<string> => linkTo(file!, expiresAt!);

export const askForFiles = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'] },
  // A link allows what its signer may read.
  files: { exports: ['read'] },
  raises: ['NOT_FOUND'],
  sendsTo: [ExportMessage],
  handsTo: [ExportMessage],
  defersTo: [WatchMessage],
  open: () => ({ ask, bytesOf, linkOf }),
});
