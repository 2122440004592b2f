import type { MessageDefinition, MessageOf } from '../queue/message.ts';
import type { Key } from '../table/key.ts';
import { dueKeys, dueShardOf } from '../table/keys/due.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * Scheduled messages. Each subject has one row in the Main table, written in the same transaction as the subject, and
 * an entry in the index of due rows. When a step is due, the sweeper sends its message to the queue of its worker.
 */

/** One step: a message for the worker, and its time in milliseconds since 1970. */
export interface DueStep<M extends object = object> {
  readonly at: number;
  /** Delivered at least once, so the worker must treat it as idempotent. */
  readonly message: M;
}

export interface DueRow {
  readonly pk: string;
  readonly sk: string;
  /** The shard of the index. */
  readonly due: string;
  /** When the first of the steps is due. */
  readonly dueAt: number;
  readonly worker: string;
  /** The remaining steps as JSON, in the order of their times. */
  readonly steps: string;
}

/**
 * Attributes that make a row of another kind due. The sweeper sends the message when it is due, and again with a growing
 * delay, until a writer sets the attributes anew or removes them. So no due row is needed, which halves the writes.
 */
export interface DueFields {
  readonly due: string;
  readonly dueAt: number;
  readonly worker: string;
  /** The message as JSON. */
  readonly message: string;
  /** The owner of the message, for queues that are fair to all owners. */
  readonly owner: string;
  /** Seconds until the message is sent again; they double each time. */
  readonly againSeconds: number;
}

/** The names of these attributes, for removing them from a row that is no longer due. */
export const dueAttributes = ['due', 'dueAt', 'worker', 'message', 'owner', 'againSeconds'] as const;

const firstAgainSeconds = 600;

/**
 * The attributes that make a row due.
 *
 * @param at milliseconds since 1970
 * @param definition the definition of the message; the capability declares it (`defersTo`)
 */
export function dueFields<D extends MessageDefinition>(
  key: Key,
  at: number,
  { worker }: D,
  message: MessageOf<D> & object,
  owner: string,
): DueFields {
  const again = { owner, againSeconds: firstAgainSeconds };
  return { due: dueShardOf(key), dueAt: at, worker, message: JSON.stringify(message), ...again };
}

const main = new Table('main');

/**
 * Schedules the steps of a subject and replaces its earlier steps. If several steps are due in the same run of the
 * sweeper, only the last of them is sent.
 *
 * @param definition the definition of the messages; the capability declares it (`defersTo`)
 * @param steps at least one
 */
export function putDue<D extends MessageDefinition>(
  transaction: Transaction,
  tenant: TenantReference,
  subject: string,
  { worker }: D,
  steps: readonly DueStep<MessageOf<D> & object>[],
): void {
  const key = dueKeys.due(tenant, subject);
  const ordered = steps.toSorted((a, b) => a.at - b.at);
  const [first] = ordered;
  if (!first) throw new Error('Nothing is due: drop it instead');
  transaction.put(main, key, {
    due: dueShardOf(key),
    dueAt: first.at,
    worker,
    steps: JSON.stringify(ordered),
  });
}

/** Cancels all steps of a subject. */
export function dropDue(transaction: Transaction, tenant: TenantReference, subject: string): void {
  transaction.delete(main, dueKeys.due(tenant, subject));
}
