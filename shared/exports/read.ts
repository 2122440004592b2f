import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { linkTo } from '../files/link.ts';
import { kept } from '../table/expressions.ts';
import { exportKeys } from '../table/keys/exports.ts';
import { type PageRequest, type PageResult, pageOfPartition, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import { type ExportRow, exportOf, isVisible, type ShownExport, showExport, statusOf } from './record.ts';
import { subjectExists } from './subject.ts';
import type { ExportStatus, ScopeType } from './terms.ts';

const main = new Table('main');

interface Filters {
  readonly status?: ExportStatus | undefined;
  readonly scopeType?: ScopeType | undefined;
  readonly scopeId?: string | undefined;
}

/** The jobs that the caller may see, newest first, without links. */
async function list(
  caller: Caller,
  { status, scopeType, scopeId }: Filters,
  page: PageRequest,
): Promise<PageResult<ShownExport>> {
  const now = Date.now();
  const found = await pageOfPartition<ExportRow>(main, exportKeys.jobs(caller.tenant.reference), page, {
    filter: kept({ scopeType, scopeId }),
    passes: (row) => isVisible(caller, row) && (status === undefined || statusOf(row, now) === status),
  });
  return showPage(found, (row) => showExport(row, now));
}

/**
 * One job; while its file is offered, with a new link to it.
 *
 * @throws NOT_FOUND
 */
async function get(caller: Caller, id: string): Promise<ShownExport> {
  const row = await exportOf(caller, id);
  const shown = showExport(row);
  if (shown.status !== 'READY') return shown;
  // The submissions of a deleted form are hidden, even before they are removed.
  const isGone = row.scopeType === 'FORM' && !(await subjectExists(caller.tenant.reference, row));
  if (isGone) return { ...shown, status: 'EXPIRED' };
  return { ...shown, downloadUrl: await linkTo(row.file!, row.expiresAt!) };
}

export const listExports = defineCapability({ tables: { main: ['Query'] }, open: () => ({ list }) });

export const readExports = defineCapability({
  tables: { main: ['GetItem'] },
  // A link allows what its signer may read.
  files: { exports: ['read'] },
  raises: ['NOT_FOUND'],
  open: () => ({ get }),
});
