import * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { addresseesOfUse, noteUse, type Sender, senderOf, tablesOfUse } from '../certificates/sender.ts';
import { dropDue } from '../due/due.ts';
import { together } from '../entity/grants.ts';
import { type DeviceMessage, jsonOf } from '../messages/device-message.ts';
import { recordEvent } from '../outbox/event.ts';
import { noteSeen } from '../presence/seen.ts';
import { malformed } from '../quarantine/cause.ts';
import { readPayload } from '../quarantine/payload.ts';
import { foreign, refuseMessage, tablesOfRefusal } from '../quarantine/refuse.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { commandKeys } from '../table/keys/commands.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import { givenId } from '../wire/id.ts';
import { messageId } from '../wire/message-id.ts';
import { whenMade } from '../wire/null.ts';
import { givenInstant, strictObject } from '../wire/schema.ts';
import { prose } from '../wire/text.ts';
import { type CommandRow, isForward, statusOf } from './command.ts';
import { publishCompleted } from './publish.ts';

/** Acknowledgements of commands. */

const mostResultBytes = 64 * 1024;

export const Ack = strictObject(
  whenMade({
    messageId,
    commandId: givenId(),
    status: z.enum(['ACKNOWLEDGED', 'SUCCESS', 'FAILED']),
    message: prose(1000).optional(),
    result: z
      .unknown()
      .refine((result) => Buffer.byteLength(JSON.stringify(result) ?? '') <= mostResultBytes, {
        message: `Should be at most ${mostResultBytes} bytes of JSON`,
      })
      .optional(),
    at: givenInstant().optional(),
  }),
);
type Ack = z.output<typeof Ack>;

const main = new Table('main');

/**
 * Applies an acknowledgement that moves the command forward. One that comes after the time-out is only recorded as an
 * event.
 */
async function takeAck(message: DeviceMessage): Promise<void> {
  const sender = await senderOf(message);
  if (!sender) return refuseMessage(message, foreign);
  const read = readPayload(Ack, jsonOf(message));
  if ('refusal' in read) return refuseMessage(message, read.refusal);
  const ack = read.value;
  const known = await retryingRaces(() => take(sender, ack, ack.at ?? message.at));
  if (!known) return refuseMessage(message, malformed('commandId: The device has no command with this id'));
  await noteSeen(sender.actor.tenant.reference, sender.device.id, message.at);
  await noteUse(sender);
}

/** @returns whether there is such a command */
async function take({ actor, device }: Sender, ack: Ack, at: number): Promise<boolean> {
  const { reference } = actor.tenant;
  const key = commandKeys.command(reference, device.id, ack.commandId);
  const row = await main.get<CommandRow>(key);
  if (!row) return false;
  const late = statusOf(row) === 'TIMEOUT';
  if (!late && !isForward(row.status, ack.status)) return true;
  const transaction = new Transaction();
  if (!late) {
    const finished = ack.status !== 'ACKNOWLEDGED';
    const changed = {
      status: ack.status,
      [finished ? 'completedAt' : 'acknowledgedAt']: at,
      ...(ack.message ? { message: ack.message } : {}),
    };
    transaction.update(main, key, setAll(changed), unchanged({ status: row.status }), lostRace);
    const result = ack.result === undefined || ack.result === null ? {} : { result: JSON.stringify(ack.result) };
    if ('result' in result) {
      transaction.update(main, commandKeys.commandBody(reference, device.id, row.sk), setAll(result));
    }
    if (finished) {
      dropDue(transaction, reference, `command#${row.sk}`);
      await publishCompleted(transaction, actor.tenant, { ...row, ...changed }, result);
    }
  }
  recordEvent(transaction, actor, {
    action: late ? 'command.late_ack' : 'command.update',
    resourceType: 'command',
    resourceId: row.sk,
    changes: { status: [statusOf(row), ack.status] },
  });
  await transaction.commit();
  return true;
}

export const takeAcks = defineCapability({
  tables: together([tablesOfUse, tablesOfRefusal]),
  handsTo: addresseesOfUse,
  open: () => ({ take: takeAck }),
});
