import { publish } from '../outbox/publish.ts';
import { newId } from '../table/ids.ts';
import { commandKeys } from '../table/keys/commands.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type CommandBody, type CommandRow, showCommand } from './command.ts';

const main = new Table('main');

/** Publishes for webhooks and workflows that a command has ended, with its final state. */
export async function publishCompleted(
  transaction: Transaction,
  tenant: Tenant,
  row: CommandRow,
  result?: Pick<CommandBody, 'result'>,
): Promise<void> {
  const body = await main.get<CommandBody>(commandKeys.commandBody(tenant.reference, row.deviceId, row.sk));
  publish(transaction, tenant, {
    id: newId(Date.now()),
    type: 'command.completed',
    subject: row.deviceId,
    data: showCommand(row, body && { ...body, ...result }),
    about: { device_ids: [row.deviceId] },
  });
}
