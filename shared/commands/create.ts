import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { inForceOf } from '../certificates/rows.ts';
import { devices } from '../devices/devices.ts';
import { putDue } from '../due/due.ts';
import { requireEntity } from '../entity/rows.ts';
import type { Recording } from '../http/once.ts';
import { SendMessage, TimeoutMessage } from '../messages/commands.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { invalidFields, noneHasId, notFound, problem } from '../problems/problem.ts';
import { newId } from '../table/ids.ts';
import { commandKeys } from '../table/keys/commands.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { loggedUntil } from '../tenancy/plans.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { type Command, type CommandDraft, type CommandRow, showCommand } from './command.ts';

const main = new Table('main');

/**
 * Creates a command. A worker sends it at once, and again whenever the device connects before the deadline.
 *
 * @throws NOT_FOUND, INVALID_TRANSITION for a device that cannot receive it, VALIDATION_ERROR for an unknown firmware
 */
async function create(
  actor: Actor,
  deviceId: string,
  draft: CommandDraft,
  once: Recording,
  id?: string,
): Promise<z.input<typeof Command>> {
  const { tenant } = actor;
  const { reference } = tenant;
  requireKnownFirmware(draft);
  const device = await requireEntity(devices, tenant, deviceId);
  const { status } = device.values;
  const unreachable =
    status === 'INACTIVE'
      ? 'inactive'
      : (await inForceOf(reference, deviceId)).length === 0
        ? 'without a certificate in force'
        : undefined;
  if (unreachable)
    throw problem('INVALID_TRANSITION', `The device is ${unreachable}.`, { from: status, to: 'COMMANDED' });
  return await issue(actor, deviceId, draft, once, id);
}

/** The content of a command, and its time-out. */
type CommandParts = Pick<CommandDraft, 'type' | 'payload' | 'timeoutSeconds'>;

/**
 * Sends a command of the service itself, whatever the device's status is.
 *
 * @throws NOT_FOUND
 */
async function issue(
  actor: Actor,
  deviceId: string,
  draft: CommandParts,
  once: Recording,
  id?: string,
): Promise<z.input<typeof Command>> {
  const { reference } = actor.tenant;
  const row = rowOf(actor, deviceId, draft, id);
  const body = { payload: JSON.stringify(draft.payload ?? {}) };
  const shown = showCommand(row, body);
  await retryingRaces(async () => {
    const about = { tenant: reference, deviceId, commandId: row.sk };
    const transaction = new Transaction();
    const exists = { expression: 'attribute_exists(pk)' };
    transaction.check(main, deviceTarget.key(reference, deviceId), exists, () => notFound('device'));
    transaction.put(main, commandKeys.command(reference, deviceId, row.sk), { ...row });
    transaction.put(main, commandKeys.commandBody(reference, deviceId, row.sk), { ...body, ttl: row.ttl });
    putDue(transaction, reference, `command#${row.sk}`, TimeoutMessage, [{ at: row.deadline, message: about }]);
    recordEvent(transaction, actor, {
      action: 'command.create',
      resourceType: 'command',
      resourceId: row.sk,
      changes: { deviceId: [null, deviceId], type: [null, row.type] },
      handOver: [SendMessage.order(about)],
    });
    once.record(transaction, { status: 201, body: shown });
    await transaction.commit();
  });
  return shown;
}

/** There are no firmware images yet, so every id is unknown. */
function requireKnownFirmware({ type }: CommandDraft): void {
  if (type !== 'UPDATE_FIRMWARE') return;
  const loc = ['body', 'payload', 'firmwareId'];
  throw invalidFields([{ type: 'unknown_reference', loc, msg: noneHasId('firmware') }]);
}

function rowOf(
  { tenant, principal }: Actor,
  deviceId: string,
  { type, timeoutSeconds }: CommandParts,
  id?: string,
): CommandRow {
  const now = Date.now();
  return {
    sk: id ?? newId(now),
    deviceId,
    type,
    status: 'PENDING',
    timeoutSeconds,
    requestedBy: principal,
    createdAt: now,
    deadline: now + timeoutSeconds * 1000,
    ttl: loggedUntil(tenant.plan, now),
  };
}

const follows = { handsTo: [SendMessage], defersTo: [TimeoutMessage] };

export const createCommands = defineCapability({
  tables: { main: ['GetItem', 'Query', 'PutItem', 'ConditionCheckItem'] },
  raises: ['NOT_FOUND', 'INVALID_TRANSITION', 'VALIDATION_ERROR'],
  ...follows,
  open: () => ({ create }),
});

/** For commands of the service itself. */
export const issueCommands = defineCapability({
  tables: { main: ['PutItem', 'ConditionCheckItem'] },
  ...follows,
  open: () => ({ issue }),
});
