import type { z } from 'zod';
import type { WrittenFile } from '../archives/zip-writer.ts';
import type { Caller } from '../auth/caller.ts';
import type { Lane } from '../messages/exports.ts';
import { notFound } from '../problems/problem.ts';
import { exportKeys } from '../table/keys/exports.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import { contents } from './contents.ts';
import type { FormSnapshot } from './form-snapshot.ts';
import { type ExportFault, type ExportStatus, type Format, type Include, isOfForm, type Subject } from './terms.ts';
import type { ExportJob } from './wire.ts';

/** The record of a job: one row with the request, the current run, and the result. */

export interface ExportRow extends Subject {
  /** Its id. */
  readonly sk: string;
  /**
   * Milliseconds since 1970. For a form both may be absent, and `to` is inclusive; for all other objects it is
   * exclusive.
   */
  readonly from?: number;
  readonly to?: number;
  readonly includes: readonly Include[];
  readonly format: Format;
  readonly status: Exclude<ExportStatus, 'EXPIRED'>;
  /** Where it waits for its turn. */
  readonly lane: Lane;
  readonly requestedBy: string;
  /** Created by a request that waits for the file; nobody is notified. */
  readonly isAwaited?: true;
  readonly createdAt: number;
  /** When its first run began. */
  readonly startedAt?: number;
  /** When its last run began. */
  readonly takenAt?: number;
  /** The current run; writes of other runs are refused. */
  readonly run?: string;
  /** Runs since the last progress. */
  readonly runs?: number;
  /** What is written so far; see `progress.ts`. */
  readonly progress?: Uint8Array;
  /** When its file was complete. */
  readonly completedAt?: number;
  readonly expiresAt?: number;
  /** The key of its file. */
  readonly file?: string;
  readonly sizeBytes?: number;
  /** The rows of each part that it includes. */
  readonly rows?: Readonly<Partial<Record<Include, number>>>;
  /** The number of its media files. */
  readonly files?: number;
  /** The form as its file shows it. */
  readonly form?: FormSnapshot;
  readonly errorCode?: ExportFault;
  readonly errorMessage?: string;
  /** The end of its retention, in seconds since 1970. */
  readonly ttl: number;
}

const dayMilliseconds = 86_400_000;
/** How long a file can be downloaded. */
export const offeredMilliseconds = dayMilliseconds;
const keptMilliseconds = 30 * dayMilliseconds;

/** The `ttl` of a record that is final from an instant on. */
export const keptFrom = (at: number): number => Math.ceil((at + keptMilliseconds) / 1000);

/** The status at an instant. `EXPIRED` is not stored: it follows from `expiresAt`. */
export const statusOf = ({ status, expiresAt = 0 }: ExportRow, now = Date.now()): ExportStatus =>
  status === 'READY' && expiresAt <= now ? 'EXPIRED' : status;

/** Whether a caller may read everything that a job includes; for other callers the job does not exist. */
export const isVisible = ({ scopes }: Pick<Caller, 'scopes'>, { includes }: Pick<ExportRow, 'includes'>): boolean =>
  scopes.has('exports:read') && includes.every((one) => scopes.has(contents[one].reads));

const main = new Table('main');

/** The job, unless its retention has ended. */
export async function findExport(tenant: TenantReference, id: string): Promise<ExportRow | undefined> {
  const row = await main.get<ExportRow>(exportKeys.job(tenant, id));
  return row && row.ttl > Date.now() / 1000 ? row : undefined;
}

/** @throws NOT_FOUND, also for a caller who may not read all that it includes */
export async function exportOf(caller: Caller, id: string): Promise<ExportRow> {
  const row = await findExport(caller.tenant.reference, id);
  if (!row || !isVisible(caller, row)) throw notFound('export');
  return row;
}

export type ShownExport = z.input<typeof ExportJob>;

/** A job as responses and events show it, without a link to its file. */
export function showExport(row: ExportRow, now = Date.now()): ShownExport {
  const { sk: id, scopeType, scopeId, includes, format, requestedBy, errorCode, errorMessage } = row;
  return {
    id,
    scopeType,
    scopeId,
    ...(row.from === undefined ? {} : { from: printInstant(row.from) }),
    ...(row.to === undefined ? {} : { to: printInstant(row.to) }),
    includes: [...includes],
    ...(includes.some(isOfForm) ? {} : { format }),
    status: statusOf(row, now),
    requestedBy,
    createdAt: printInstant(row.createdAt),
    ...(row.status === 'READY' ? showFile(row) : {}),
    ...(errorCode === undefined ? {} : { errorCode, errorMessage }),
  };
}

function showFile({ sizeBytes = 0, completedAt = 0, expiresAt = 0, includes, rows = {}, files = 0 }: ExportRow) {
  const counts = includes.flatMap((one) => {
    const fields = contents[one].counts;
    return [
      ...(fields.rows ? [[fields.rows, rows[one] ?? 0] as const] : []),
      ...(fields.files ? [[fields.files, files] as const] : []),
    ];
  });
  return {
    sizeBytes,
    ...Object.fromEntries(counts),
    completedAt: printInstant(completedAt),
    expiresAt: printInstant(expiresAt),
  };
}

/** The description of an archive, which is a file in it. */
export function manifestOf(
  row: ExportRow,
  files: readonly (Pick<WrittenFile, 'name' | 'sha256'> & { rows: number })[],
) {
  return {
    exportId: row.sk,
    createdAt: printInstant(row.createdAt),
    scope: { scopeType: row.scopeType, scopeId: row.scopeId },
    from: printInstant(row.from!),
    to: printInstant(row.to!),
    files: files.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
  };
}
