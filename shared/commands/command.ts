import * as z from 'zod';
import { parseExactly } from '../json/exact.ts';
import type { Expression } from '../table/table.ts';
import { OwnCommandType } from '../wire/command-type.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { whenMade } from '../wire/null.ts';
import { instant, printInstant, printInstantOrNull, strictObject } from '../wire/schema.ts';

/** Commands to devices: their rows, and how responses show them. */

export const commandStatuses = ['PENDING', 'SENT', 'ACKNOWLEDGED', 'SUCCESS', 'FAILED', 'TIMEOUT'] as const;
export type CommandStatus = (typeof commandStatuses)[number];

/** In this order. A status may be skipped, but a command never goes back. */
const ranks: Readonly<Record<CommandStatus, number>> = {
  PENDING: 0,
  SENT: 1,
  ACKNOWLEDGED: 2,
  SUCCESS: 3,
  FAILED: 3,
  TIMEOUT: 3,
};
const unfinished: readonly CommandStatus[] = ['PENDING', 'SENT', 'ACKNOWLEDGED'];

/** A command's row. Instants are milliseconds since 1970. */
export interface CommandRow {
  /** Its id. */
  readonly sk: string;
  readonly deviceId: string;
  readonly type: string;
  readonly status: CommandStatus;
  readonly timeoutSeconds: number;
  readonly requestedBy: string;
  readonly createdAt: number;
  /** When it times out. */
  readonly deadline: number;
  readonly sentAt?: number;
  readonly acknowledgedAt?: number;
  readonly completedAt?: number;
  readonly message?: string;
  /** Seconds since 1970, when the plan's retention ends. */
  readonly ttl: number;
}

/** The large parts as JSON. Lists read them only for the commands on the page. */
export interface CommandBody {
  readonly payload: string;
  readonly result?: string;
}

/** The status now: `TIMEOUT` from the deadline on, even if the worker has not recorded it yet. */
export const statusOf = ({ status, deadline }: CommandRow, now = Date.now()): CommandStatus =>
  unfinished.includes(status) && deadline <= now ? 'TIMEOUT' : status;

export const isOpen = (row: CommandRow, now = Date.now()): boolean => unfinished.includes(statusOf(row, now));

export const isForward = (from: CommandStatus, to: CommandStatus): boolean => ranks[to] > ranks[from];

/** The condition on the row of a command with this status. It agrees with `statusOf`. */
export function having(status: CommandStatus, now = Date.now()): Expression {
  const names = { '#status': 'status' };
  if (status === 'TIMEOUT') {
    const open = unfinished.map((_, i) => `#status = :open${i}`).join(' OR ');
    return {
      expression: `#status = :status OR ((${open}) AND deadline <= :now)`,
      names,
      values: { ':status': status, ':now': now, ...Object.fromEntries(unfinished.map((one, i) => [`:open${i}`, one])) },
    };
  }
  const inTime = unfinished.includes(status) ? ' AND deadline > :now' : '';
  const values = { ':status': status, ...(inTime ? { ':now': now } : {}) };
  return { expression: `#status = :status${inTime}`, names, values };
}

export const CommandDraft = strictObject(
  whenMade({
    type: OwnCommandType,
    payload: freeObject(64 * 1024).optional(),
    timeoutSeconds: z.int().min(5).max(86_400).default(300),
  }),
).meta({ id: 'CommandDraft', example: { type: 'REBOOT', payload: { delaySeconds: 5 }, timeoutSeconds: 300 } });
export type CommandDraft = z.output<typeof CommandDraft>;

export const Command = z
  .object({
    id: z.uuid(),
    deviceId: z.uuid(),
    type: z.string(),
    payload: keptObject(),
    status: z.enum(commandStatuses),
    result: z.unknown().meta({ description: 'The result that the device sent; null: none.' }),
    message: z.string().nullable(),
    timeoutSeconds: z.int(),
    requestedBy: z.string(),
    createdAt: instant(),
    sentAt: instant().nullable(),
    acknowledgedAt: instant().nullable(),
    completedAt: instant().nullable(),
  })
  .meta({
    id: 'Command',
    example: {
      id: 'c0ffee00-2c80-7d40-9a51-3f2d6c0e8b11',
      deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
      type: 'REBOOT',
      payload: {},
      status: 'PENDING',
      result: null,
      message: null,
      timeoutSeconds: 300,
      requestedBy: 'user_8f2c3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11',
      createdAt: '2026-01-15T10:30:00Z',
      sentAt: null,
      acknowledgedAt: null,
      completedAt: null,
    },
  });

export function showCommand(row: CommandRow, body: CommandBody | undefined): z.input<typeof Command> {
  const payload = body ? parseExactly(body.payload) : {};
  const result = body?.result === undefined ? null : parseExactly(body.result);
  return {
    id: row.sk,
    deviceId: row.deviceId,
    type: row.type,
    payload: payload as Record<string, unknown>,
    status: statusOf(row),
    result,
    message: row.message ?? null,
    timeoutSeconds: row.timeoutSeconds,
    requestedBy: row.requestedBy,
    createdAt: printInstant(row.createdAt),
    sentAt: printInstantOrNull(row.sentAt),
    acknowledgedAt: printInstantOrNull(row.acknowledgedAt),
    completedAt: printInstantOrNull(row.completedAt),
  };
}
