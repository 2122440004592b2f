import { defineCapability } from '../capability/capability.ts';
import { requireEntity } from '../entity/rows.ts';
import { notFound } from '../problems/problem.ts';
import { idsCreatedIn, type Span } from '../table/ids.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { type PageRequest, pageOfPartition, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type ExecutionRow, showExecution, showSteps } from './execution.ts';
import type { ExecutionMode, ExecutionStatus } from './execution-wire.ts';
import { workflows } from './kind.ts';
import { readSteps } from './loaded.ts';
import { findVersion } from './version-rows.ts';

const main = new Table('main');

export interface Asked {
  readonly status?: ExecutionStatus | undefined;
  readonly mode?: ExecutionMode | undefined;
  readonly started?: Span | undefined;
}

const isKept = ({ ttl }: ExecutionRow): boolean => ttl > Math.floor(Date.now() / 1000);

/** Newest first. */
async function list(tenant: Tenant, workflowId: string, { status, mode, started }: Asked, page: PageRequest) {
  const { values } = await requireEntity(workflows, tenant, workflowId);
  const show = (row: ExecutionRow) => showExecution(row, values.cancelled_at);
  const passes = (row: ExecutionRow) =>
    isKept(row) && (status === undefined || show(row).status === status) && (mode === undefined || row.mode === mode);
  const between = started && idsCreatedIn(started);
  const partition = workflowKeys.executions(tenant.reference, workflowId);
  return showPage(await pageOfPartition<ExecutionRow>(main, partition, page, { between, passes }), show);
}

/** @throws NOT_FOUND */
async function get(tenant: Tenant, workflowId: string, id: string) {
  const { values } = await requireEntity(workflows, tenant, workflowId);
  const row = await main.get<ExecutionRow>(workflowKeys.execution(tenant.reference, workflowId, id));
  if (!row || !isKept(row)) throw notFound('execution');
  const [version, steps] = await Promise.all([
    findVersion(tenant.reference, workflowId, row.versionNum),
    readSteps(tenant.reference, row),
  ]);
  const shown = showExecution(row, values.cancelled_at);
  return { ...shown, steps: showSteps({ ...row, status: shown.status }, version?.steps ?? [], steps) };
}

export const readExecutions = defineCapability({
  tables: { main: ['GetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ list, get }),
});
