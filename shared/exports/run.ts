import { StateUnreadable } from '../archives/checksum.ts';
import { defineCapability } from '../capability/capability.ts';
import { together } from '../entity/grants.ts';
import { FileTooLarge } from '../files/parts.ts';
import { deleteFile, dropUpload, isUploadLost } from '../files/store.ts';
import { log } from '../log/log.ts';
import { ExportMessage, exportRequest } from '../messages/exports.ts';
import { sendInLine } from '../queue/sender.ts';
import { newId } from '../table/ids.ts';
import { exportKeys } from '../table/keys/exports.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { beginAttempt } from './attempt.ts';
import { dropCheckpointFiles } from './checkpoint-files.ts';
import { addresseesOfEnd, endFailed, endReady, SubjectGone, subjectGone } from './end.ts';
import { isSettled } from './form-snapshot.ts';
import { outlineOf } from './outline.ts';
import { type Progress, readProgress, snapshotIn } from './progress.ts';
import { findExport } from './record.ts';
import { tablesOfSources } from './sources.ts';
import { subjectExists } from './subject.ts';
import { RunStopped, saveProgress, type TakenExport, takeExport } from './take.ts';
import type { ExportFault } from './terms.ts';
import { oldestIn } from './watch.ts';
import { ArchiveRun } from './write.ts';

/** Runs the jobs of a lane, one after the other. A message asks for one run, and each run continues the oldest job. */

/** Of the 55 seconds of the function; storing what was written takes the rest. */
const runMilliseconds = 35_000;
/** A job fails after this many consecutive runs without progress. The message is delivered more often than that. */
const mostRuns = 6;
/** The longest time of a job: the store deletes a file two days after its upload began, and it is offered for a day. */
const longestMilliseconds = 23 * 3_600_000;

const main = new Table('main');

async function run({ tenant: reference, lane }: ExportMessage): Promise<void> {
  const until = Date.now() + runMilliseconds;
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(reference));
  const id = workspace && (await oldestIn(reference, lane));
  if (id === undefined) return;
  const job = await takeExport(reference, id);
  if (job) await runJob(tenantOf(workspace!), job, until);
  // The retention of its record ended before the job was processed.
  else await main.delete(exportKeys.inLane(reference, lane, id));
  if ((await oldestIn(reference, lane)) === undefined) return;
  // This is not reported as a failure, because a message fails for good after a few receives and a large job takes many
  // runs.
  await sendInLine(exportRequest(reference, lane, newId(Date.now())));
}

async function runJob(tenant: Tenant, job: TakenExport, until: number): Promise<void> {
  let progress = readProgress(job.progress);
  try {
    requireBounds(job);
    if (!(await subjectExists(tenant.reference, job))) throw subjectGone();
    progress ??= await beginAttempt(tenant, job);
    const snapshot = snapshotIn(progress);
    if (snapshot && !(await isSettled(snapshot, until))) return;
    const outline = await outlineOf(tenant, job, snapshot);
    const archive = await ArchiveRun.from(tenant, job, outline, progress);
    const sizeBytes = await archive.write(until).finally(() => {
      progress = archive.progress;
    });
    if (sizeBytes === undefined) return;
    await endReady(tenant, job, progress, sizeBytes);
  } catch (error) {
    await settle(tenant, job, progress, error);
  }
}

/** The run cannot make the job succeed any more. */
class GivenUp extends Error {
  readonly code: ExportFault;

  constructor(code: ExportFault) {
    super(`The export fails with ${code}`);
    this.code = code;
  }
}

function requireBounds({ runs, startedAt }: TakenExport): void {
  if (Date.now() - startedAt > longestMilliseconds) throw new GivenUp('EXPORT_TOO_LARGE');
  if (runs > mostRuns) throw new GivenUp('INTERNAL_ERROR');
}

function faultOf(error: unknown): ExportFault | undefined {
  if (error instanceof GivenUp) return error.code;
  if (error instanceof SubjectGone) return 'SCOPE_GONE';
  return error instanceof FileTooLarge ? 'EXPORT_TOO_LARGE' : undefined;
}

/** @throws errors that another run may avoid: the message is redelivered */
async function settle(tenant: Tenant, job: TakenExport, progress: Progress | undefined, error: unknown): Promise<void> {
  const fault = faultOf(error);
  try {
    if (fault !== undefined) await endFailed(tenant, job, fault);
    else if (isUploadLost(error) || error instanceof StateUnreadable)
      await saveProgress(tenant.reference, job, undefined, false);
    else throw error;
  } catch (stopped) {
    if (!(stopped instanceof RunStopped)) throw stopped;
    // The files belong to the other run.
    if ((await findExport(tenant.reference, job.sk)) !== undefined) return;
  }
  log().info('export dropped', { export: job.sk, reason: fault ?? String(error) });
  if (progress) await dropFiles(progress);
}

async function dropFiles(progress: Progress): Promise<void> {
  const { upload } = progress.stream;
  await dropUpload(upload);
  await deleteFile(upload.key);
  await dropCheckpointFiles(progress);
}

export const runExports = defineCapability({
  tables: together([
    tablesOfSources,
    { main: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'] },
  ]),
  files: { exports: ['read', 'write', 'delete'], media: ['read'], pending: ['read'] },
  sendsTo: [ExportMessage],
  handsTo: addresseesOfEnd,
  open: () => ({ run }),
});
