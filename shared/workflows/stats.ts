import type { Computed } from '../entity/kind.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { Table } from '../table/table.ts';
import { hourName } from '../table/time-names.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';

/** How many executions a workflow had, counted by the hour in the transactions that start and end them. */

interface HourRow {
  readonly started?: number;
  readonly failed?: number;
}

interface ShownStats {
  readonly stats: { executions_24h: number; failed_24h: number };
}

const access = new Table('access');
const millisecondsPerHour = 3_600_000;
const hoursOfStats = 24;
const keptSeconds = 2 * 86_400;

/** Counts an execution that starts or fails. Those that try a workflow out do not count. */
export function count(
  transaction: Transaction,
  tenant: TenantReference,
  workflowId: string,
  what: 'started' | 'failed',
  now = Date.now(),
): void {
  transaction.update(access, workflowKeys.hour(tenant, workflowId, hourName(now)), {
    expression: 'SET #ttl = :ttl ADD #what :one',
    names: { '#ttl': 'ttl', '#what': what },
    values: { ':ttl': Math.ceil(now / 1000) + keptSeconds, ':one': 1 },
  });
}

async function read(tenant: TenantReference, workflowId: string): Promise<ShownStats> {
  const first = hourName(Date.now() - (hoursOfStats - 1) * millisecondsPerHour);
  const rows = await access.queryAll<HourRow>(workflowKeys.hours(tenant, workflowId), { between: [first, '~'] });
  const sum = (of: keyof HourRow) => rows.reduce((total, row) => total + (row[of] ?? 0), 0);
  return { stats: { executions_24h: sum('started'), failed_24h: sum('failed') } };
}

/** The stats of workflows: the present hour, and the 23 before it. */
export const statsOf: Computed<ShownStats> = {
  tables: { access: ['Query'] },
  of: ({ reference }: Tenant, workflows) => Promise.all(workflows.map(({ id }) => read(reference, id))),
};
