import { randomUUID } from 'node:crypto';
import { exportFiles } from '../files/keys.ts';
import { beginUpload, dropUpload } from '../files/store.ts';
import { attachment } from '../sheets/names.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { downloadName, fileOf } from './file-kinds.ts';
import { snapshotOf } from './form-snapshot.ts';
import type { Progress } from './progress.ts';
import { RunStopped, saveProgress, type TakenExport } from './take.ts';

/**
 * Begins an attempt at a job: its file gets a key that no other attempt uses.
 *
 * @throws RunStopped
 */
export async function beginAttempt(tenant: Tenant, job: TakenExport): Promise<Progress> {
  const { reference } = tenant;
  const attempt = randomUUID();
  const { extension, contentType } = fileOf(job.includes);
  const snapshot = job.scopeType === 'FORM' ? await snapshotOf(tenant, job.scopeId) : undefined;
  const key = exportFiles.archive(reference, attempt, `${job.sk}.${extension}`);
  const upload = await beginUpload(
    key,
    contentType,
    snapshot && attachment(downloadName(job.includes, snapshot.form.name)),
  );
  const progress: Progress = {
    attempt,
    stream: { upload, parts: [] },
    zip: { offset: 0, files: [] },
    part: 0,
    rows: {},
    ...snapshot,
  };
  await saveProgress(reference, job, progress, false).catch(async (error: unknown) => {
    // No record names the upload.
    if (error instanceof RunStopped) await dropUpload(upload);
    throw error;
  });
  return progress;
}
