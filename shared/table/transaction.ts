import { randomUUID } from 'node:crypto';
import { backoff } from '../aws/backoff.ts';
import { encodeItem } from './attributes.ts';
import { cancellationReasons, isInProgress } from './faults.ts';
import type { Key } from './key.ts';
import { call, type TransactItem } from './operations.ts';
import { conditionOf, type Expression, merged, type Row, type Table } from './table.ts';

/** Creates the error for an item whose condition failed. */
export type Refusal = () => unknown;

/** Writes that happen together or not at all. */
export class Transaction {
  readonly #items: TransactItem[] = [];
  readonly #refusals: (Refusal | undefined)[] = [];

  get size(): number {
    return this.#items.length;
  }

  put(table: Table, key: Key, row: Row, condition?: Expression, refusal?: Refusal): this {
    const Put = { TableName: table.name, Item: encodeItem({ ...row, ...key }), ...conditionOf(condition) };
    return this.#add({ Put }, refusal);
  }

  update(table: Table, key: Key, update: Expression, condition?: Expression, refusal?: Refusal): this {
    const Update = {
      TableName: table.name,
      Key: encodeItem(key),
      UpdateExpression: update.expression,
      ...merged(update, condition),
      ...(condition ? { ConditionExpression: condition.expression } : {}),
    };
    return this.#add({ Update }, refusal);
  }

  delete(table: Table, key: Key, condition?: Expression, refusal?: Refusal): this {
    return this.#add({ Delete: { TableName: table.name, Key: encodeItem(key), ...conditionOf(condition) } }, refusal);
  }

  /** Writes nothing: the other writes happen only if this condition is true. */
  check(table: Table, key: Key, condition: Expression, refusal?: Refusal): this {
    const ConditionCheck = {
      TableName: table.name,
      Key: encodeItem(key),
      ConditionExpression: condition.expression,
      ...merged(condition),
    };
    return this.#add({ ConditionCheck }, refusal);
  }

  #add(item: TransactItem, refusal: Refusal | undefined): this {
    this.#items.push(item);
    this.#refusals.push(refusal);
    return this;
  }

  /**
   * Throws the refusal of the first item whose condition failed and that has one, else the error of DynamoDB; see
   * `faults.ts`.
   */
  async commit(): Promise<void> {
    try {
      await sendOnce({ TransactItems: this.#items, ClientRequestToken: randomUUID() });
    } catch (error) {
      const failed = (cancellationReasons(error) ?? []).map((reason) => reason === 'ConditionalCheckFailed');
      const refusal = this.#refusals.find((refuses, i) => refuses && failed[i]);
      throw refusal ? await refusal() : error;
    }
  }
}

const mostAttempts = 5;

/**
 * Sends a transaction with a token. If the response is lost, it is sent again with the same token, and the database
 * executes it once. While the first is still in progress, the database answers `TransactionInProgress`.
 */
async function sendOnce(input: Parameters<typeof call<'TransactWriteItems'>>[1]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await call('TransactWriteItems', input);
      return;
    } catch (error) {
      if (attempt === mostAttempts || !isInProgress(error)) throw error;
      await backoff(attempt);
    }
  }
}
