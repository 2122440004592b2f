import { defineCapability } from '../capability/capability.ts';
import { inForceOf } from '../certificates/rows.ts';
import { publish } from '../iot/service.ts';
import { topicOf } from '../iot/topics.ts';
import type { SendMessage } from '../messages/commands.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { idsCreatedIn } from '../table/ids.ts';
import { commandKeys } from '../table/keys/commands.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { printInstant } from '../wire/schema.ts';
import { type CommandBody, type CommandRow, isOpen } from './command.ts';

const main = new Table('main');
/** The longest time-out of a command. */
const longestMilliseconds = 86_400_000;

/** Sends the commands that are open and in time, oldest first. A device that receives a command twice runs it once. */
async function send({ tenant, deviceId, commandId }: SendMessage): Promise<void> {
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  const rows =
    commandId === undefined ? await waitingCommands(tenant, deviceId) : await one(tenant, deviceId, commandId);
  if (!workspace || rows.length === 0 || (await inForceOf(tenant, deviceId)).length === 0) return;
  for (const row of rows) await sendOne(tenant, workspace.id, row);
}

async function one(tenant: TenantReference, deviceId: string, id: string): Promise<CommandRow[]> {
  const row = await main.get<CommandRow>(commandKeys.command(tenant, deviceId, id));
  return row && isWaiting(row) ? [row] : [];
}

/** Whether a command is not yet acknowledged and not timed out. */
const isWaiting = (row: CommandRow): boolean => isOpen(row) && row.status !== 'ACKNOWLEDGED';

async function waitingCommands(tenant: TenantReference, deviceId: string): Promise<CommandRow[]> {
  const now = Date.now();
  const between = idsCreatedIn({ from: now - longestMilliseconds, to: now });
  const rows = await main.queryAll<CommandRow>(commandKeys.commands(tenant, deviceId), { between });
  return rows.filter(isWaiting);
}

async function sendOne(tenant: TenantReference, tenantId: string, row: CommandRow): Promise<void> {
  const { sk: commandId, deviceId, type, createdAt, deadline, status } = row;
  const body = await main.get<CommandBody>(commandKeys.commandBody(tenant, deviceId, commandId));
  const head = { commandId, type, issuedAt: printInstant(createdAt), expiresAt: printInstant(deadline) };
  // The payload is sent with every digit that it was created with.
  const text = `${JSON.stringify(head).slice(0, -1)},"payload":${body?.payload ?? '{}'}}`;
  await publish(topicOf(tenantId, deviceId, 'commands'), text);
  if (status !== 'PENDING') return;
  // The device may have acknowledged it meanwhile.
  const key = commandKeys.command(tenant, deviceId, commandId);
  await main.update(key, setAll({ status: 'SENT', sentAt: Date.now() }), unchanged({ status })).catch(unlessChanged);
}

export const sendCommands = defineCapability({
  tables: { main: ['GetItem', 'Query', 'UpdateItem'] },
  broker: ['publish'],
  open: () => ({ send }),
});
