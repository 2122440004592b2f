import { type NotificationType, NotifyMessage } from '../messages/notify.ts';
import { notifyUser } from '../notifications/notice.ts';
import { publish } from '../outbox/publish.ts';
import type { Order } from '../queue/message.ts';
import { setAll } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { exportKeys } from '../table/keys/exports.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { Progress } from './progress.ts';
import { type ExportRow, keptFrom, offeredMilliseconds, showExport } from './record.ts';
import { checkSubject } from './subject.ts';
import { runStopped, type TakenExport, whileCurrent } from './take.ts';
import type { ExportFault } from './terms.ts';

/** The end of a job: with a file, or without. Either is written once, with its event and its notification. */

/** The object of the export was deleted. */
export class SubjectGone extends Error {}
export const subjectGone = () => new SubjectGone('The object was deleted');

const main = new Table('main');

/** Attributes that only a run needs. */
const ofRuns = ['run', 'runs', 'progress', 'takenAt'];

/** @throws RunStopped, SubjectGone */
export async function endReady(
  tenant: Tenant,
  job: TakenExport,
  { rows, files = 0, form, stream }: Progress,
  sizeBytes: number,
): Promise<void> {
  const completedAt = Date.now();
  const expiresAt = completedAt + offeredMilliseconds;
  const file = stream.upload.key;
  const counted = { rows, files, ...(form ? { form } : {}) };
  const offered = { status: 'READY', completedAt, expiresAt, sizeBytes, file, ttl: keptFrom(expiresAt) } as const;
  const ended = { ...counted, ...offered };
  await end(tenant, job, ended, 'export.ready', (transaction) =>
    checkSubject(transaction, tenant.reference, job, subjectGone),
  );
}

const messages: Readonly<Record<ExportFault, string>> = {
  EXPORT_TOO_LARGE: 'The export is too large: ask for a shorter range, or for a smaller part.',
  SCOPE_GONE: 'The object was deleted before the export was complete.',
  INTERNAL_ERROR: 'The export failed because of an error of the service: ask for it again.',
};

/** @throws RunStopped */
export async function endFailed(tenant: Tenant, job: TakenExport, errorCode: ExportFault): Promise<void> {
  const ended = { status: 'FAILED', errorCode, errorMessage: messages[errorCode], ttl: keptFrom(Date.now()) } as const;
  await end(tenant, job, ended, 'export.failed');
}

async function end(
  tenant: Tenant,
  job: TakenExport,
  ended: Partial<ExportRow>,
  type: 'export.ready' | 'export.failed',
  alsoRequires: (transaction: Transaction) => void = () => undefined,
): Promise<void> {
  const { reference } = tenant;
  const data = showExport({ ...job, ...ended });
  await retryingRaces(async () => {
    const transaction = new Transaction();
    transaction.update(
      main,
      exportKeys.job(reference, job.sk),
      setAll({ ...ended }, ofRuns),
      whileCurrent(job),
      runStopped,
    );
    transaction.delete(main, exportKeys.inLane(reference, job.lane, job.sk));
    alsoRequires(transaction);
    const handOver = noticesOf(tenant, job, type);
    publish(transaction, tenant, { id: newId(Date.now()), type, subject: job.sk, data, handOver });
    await transaction.commit();
  });
}

/** Notifies the person who asked for the export. */
function noticesOf(tenant: Tenant, { sk, requestedBy, isAwaited }: ExportRow, type: NotificationType): Order[] {
  const [, userId] = /^user_(.+)$/.exec(requestedBy) ?? [];
  if (userId === undefined || isAwaited) return [];
  const [title, body] =
    type === 'export.ready'
      ? ['Your export is ready', 'It can be downloaded for 24 hours.']
      : ['Your export has failed', 'Its record says why.'];
  return [notifyUser(tenant, userId, { type, title, body, link: `/api/v1/exports/${sk}` })];
}

export const addresseesOfEnd = [NotifyMessage];
