import { defineCapability } from '../capability/capability.ts';
import { PurgeMessage } from '../messages/workflows.ts';
import { sendTo } from '../queue/sender.ts';
import type { Partition } from '../table/key.ts';
import { workflowKeys } from '../table/keys/workflows.ts';
import { Table } from '../table/table.ts';
import { emptied } from '../worker/each-row.ts';

/** Removing the rows of a deleted workflow. No new ones come: no execution starts or continues without its workflow. */

const longestMilliseconds = 45_000;

const [main, access] = [new Table('main'), new Table('access')];

/** Idempotent: removed rows are not found again. */
async function purge(message: PurgeMessage): Promise<void> {
  const { tenant, id } = message;
  const until = Date.now() + longestMilliseconds;
  const all: [Table, Partition][] = [
    [main, workflowKeys.executions(tenant, id)],
    [main, workflowKeys.details(tenant, id)],
    [main, workflowKeys.versions(tenant, id)],
    [main, workflowKeys.lastStarts(tenant, id)],
    [access, workflowKeys.hours(tenant, id)],
  ];
  for (const [table, partition] of all) {
    if (!(await emptied(table, partition, until))) return await sendTo(PurgeMessage.order(message));
  }
}

export const purgeWorkflows = defineCapability({
  tables: { main: ['Query', 'DeleteItem'], access: ['Query', 'DeleteItem'] },
  sendsTo: [PurgeMessage],
  open: () => ({ purge }),
});
