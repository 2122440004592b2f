import type { MessageDefinition, MessageOf } from '../queue/message.ts';
import { dueShardOf, mainKeys } from '../table/keys.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * What is to happen later: one row a subject in the Main table, written in the transaction that makes it so, and an entry
 * in the index of what is due. The sweeper hands the message of each step to its worker's queue once its time has come.
 */

/** One step: a message for the worker, and when, in milliseconds since 1970. */
export interface DueStep<M extends object = object> {
  readonly at: number;
  /** Comes at least once, so it must mean the same however often it comes. */
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
  /** The steps that are left as JSON, in the order of their times. */
  readonly steps: string;
}

const main = new Table('main');

/**
 * Sets what is to happen about a subject, in place of what was to happen before. Of steps whose times have all come by
 * the time they are looked at, only the last is handed on.
 *
 * @param definition of the messages, whose worker gets them; the capability declares it (`defersTo`)
 * @param steps at least one
 */
export function putDue<D extends MessageDefinition>(
  transaction: Transaction,
  tenant: TenantReference,
  subject: string,
  { worker }: D,
  steps: readonly DueStep<MessageOf<D> & object>[],
): void {
  const key = mainKeys.due(tenant, subject);
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

/** Lets nothing more happen about a subject. */
export function dropDue(transaction: Transaction, tenant: TenantReference, subject: string): void {
  transaction.delete(main, mainKeys.due(tenant, subject));
}
