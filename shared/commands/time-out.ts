import { defineCapability } from '../capability/capability.ts';
import type { TimeoutMessage } from '../messages/commands.ts';
import { recordEvent } from '../outbox/event.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { commandKeys } from '../table/keys/commands.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { type CommandRow, statusOf } from './command.ts';
import { publishCompleted } from './publish.ts';

const main = new Table('main');

/** Records the event, once, that a command has timed out. Responses have shown `TIMEOUT` since the deadline. */
async function timeOut({ tenant, deviceId, commandId }: TimeoutMessage): Promise<void> {
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  const key = commandKeys.command(tenant, deviceId, commandId);
  if (!workspace) return;
  await retryingRaces(async () => {
    const row = await main.get<CommandRow>(key);
    if (!row || row.status === 'TIMEOUT' || statusOf(row) !== 'TIMEOUT') return;
    const transaction = new Transaction();
    const asRead = unchanged({ status: row.status });
    const ended = { status: 'TIMEOUT', completedAt: row.deadline } as const;
    transaction.update(main, key, setAll(ended), asRead, lostRace);
    await publishCompleted(transaction, tenantOf(workspace), { ...row, ...ended });
    recordEvent(transaction, systemCaller(workspace), {
      action: 'command.timeout',
      resourceType: 'command',
      resourceId: commandId,
      changes: { status: [row.status, 'TIMEOUT'] },
    });
    await transaction.commit();
  });
}

export const timeOutCommands = defineCapability({
  tables: { main: ['GetItem', 'UpdateItem', 'PutItem'] },
  open: () => ({ timeOut }),
});
