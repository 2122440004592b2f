import { backoff } from '../aws/backoff.ts';
import type { TableName } from '../capability/capability.ts';
import { environment } from '../capability/environment.ts';
import { decodeItem, encodeItem, type Item } from './attributes.ts';
import type { Key, Partition } from './key.ts';
import { call } from './operations.ts';

/** A stored row, keys included. */
export type Row = Record<string, unknown>;

/** An expression with its `#names` and `:values`, in the form of DynamoDB. */
export interface Expression {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

export interface ReadOptions {
  /** Whether reads are strongly consistent; they are by default. */
  readonly consistent?: boolean;
  readonly signal?: AbortSignal;
}

export interface QueryOptions extends ReadOptions {
  readonly descending?: boolean;
  /** Only rows after this sort key, in reading order. */
  readonly after?: string;
  /** Only rows whose sort key lies between these two, both included. */
  readonly between?: readonly [from: string, to: string];
  readonly filter?: Expression;
  /** Rows examined for each page, before the filter. */
  readonly pageSize?: number;
  /** Counts the rows without returning them. */
  readonly count?: true;
  /** The attributes to return, as DynamoDB projects them; `#names` are those of the filter. All if absent. */
  readonly attributes?: string;
}

export interface Page<R> {
  readonly rows: R[];
  /** Rows that matched; `rows` is empty when only counting. */
  readonly matched: number;
  /** Rows read to find the matching ones. */
  readonly examined: number;
  /** The sort key after which the next page begins; undefined at the end. */
  readonly next: string | undefined;
}

/** A property that is absent if it has no value. */
export const optional = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Partial<Record<K, V>>;

export const rowOf = <R>(item: Item): R => decodeItem(item) as R;

/** One table. It accepts only keys that are bound to a tenant. */
export class Table {
  readonly #table: TableName;
  #name: string | undefined;

  constructor(table: TableName) {
    this.#table = table;
  }

  get name(): string {
    this.#name ??= environment.table(this.#table);
    return this.#name;
  }

  async get<R = Row>(key: Key, { consistent = true, signal }: ReadOptions = {}): Promise<R | undefined> {
    const input = { TableName: this.name, Key: encodeItem(key), ConsistentRead: consistent };
    const { Item } = await call('GetItem', input, signal);
    return Item && rowOf<R>(Item);
  }

  /** Rows of many keys, in the order of the keys; undefined for a row that does not exist. */
  async getMany<R = Row>(keys: readonly Key[], options: ReadOptions = {}): Promise<(R | undefined)[]> {
    const batches: Key[][] = [];
    for (let i = 0; i < keys.length; i += 100) batches.push(keys.slice(i, i + 100));
    const rows = (await Promise.all(batches.map((batch) => this.#getBatch(batch, options)))).flat();
    const found = new Map(rows.map((row) => [`${row.pk}\n${row.sk}`, row]));
    return keys.map((key) => found.get(`${key.pk}\n${key.sk}`) as R | undefined);
  }

  async #getBatch(keys: readonly Key[], { consistent = true, signal }: ReadOptions): Promise<Row[]> {
    const rows: Row[] = [];
    let pending: readonly Item[] = keys.map(encodeItem);
    for (let attempt = 0; pending.length > 0; attempt++) {
      if (attempt > 0) await backoff(attempt);
      const RequestItems = { [this.name]: { Keys: pending, ConsistentRead: consistent } };
      const answer = await call('BatchGetItem', { RequestItems }, signal);
      rows.push(...(answer.Responses?.[this.name] ?? []).map(decodeItem));
      pending = answer.UnprocessedKeys?.[this.name]?.Keys ?? [];
    }
    return rows;
  }

  /** One page of a partition, in key order. */
  async query<R = Row>(of: Partition, options: QueryOptions = {}): Promise<Page<R>> {
    const { consistent = true, descending = false, between, filter, pageSize, count, attributes, signal } = options;
    const after = startWithin(options);
    if (after === 'ended') return { rows: [], matched: 0, examined: 0, next: undefined };
    const keys: Expression = {
      expression: between ? 'pk = :pk AND sk BETWEEN :from AND :to' : 'pk = :pk',
      values: { ':pk': of, ...(between ? { ':from': between[0], ':to': between[1] } : {}) },
    };
    const input = {
      TableName: this.name,
      KeyConditionExpression: keys.expression,
      ...merged(keys, filter),
      ...optional('FilterExpression', filter?.expression),
      ...optional('Limit', pageSize),
      ...(after === undefined ? {} : { ExclusiveStartKey: encodeItem({ pk: of, sk: after.sk }) }),
      ...(count ? ({ Select: 'COUNT' } as const) : {}),
      ...optional('ProjectionExpression', attributes),
      ScanIndexForward: !descending,
      ConsistentRead: consistent,
    };
    const answer = await call('Query', input, signal);
    return {
      rows: (answer.Items ?? []).map(rowOf<R>),
      matched: answer.Count ?? 0,
      examined: answer.ScannedCount ?? 0,
      next: answer.LastEvaluatedKey && rowOf<Key>(answer.LastEvaluatedKey).sk,
    };
  }

  /** All rows of a partition, page after page. */
  async queryAll<R = Row>(of: Partition, options: QueryOptions = {}): Promise<R[]> {
    const rows: R[] = [];
    let after = options.after;
    do {
      const page: Page<R> = await this.query<R>(of, { ...options, ...optional('after', after) });
      rows.push(...page.rows);
      after = page.next;
    } while (after !== undefined);
    return rows;
  }

  async put(key: Key, row: Row, condition?: Expression, signal?: AbortSignal): Promise<void> {
    await call(
      'PutItem',
      { TableName: this.name, Item: encodeItem({ ...row, ...key }), ...conditionOf(condition) },
      signal,
    );
  }

  /**
   * Updates one row and returns its new state. If the condition fails, the error carries the row as it was:
   * `rowBefore`.
   */
  async update<R = Row>(key: Key, update: Expression, condition?: Expression): Promise<R> {
    const { Attributes } = await call('UpdateItem', {
      TableName: this.name,
      Key: encodeItem(key),
      UpdateExpression: update.expression,
      ...merged(update, condition),
      ...optional('ConditionExpression', condition?.expression),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return rowOf<R>(Attributes!);
  }

  async delete(key: Key, condition?: Expression): Promise<void> {
    await call('DeleteItem', { TableName: this.name, Key: encodeItem(key), ...conditionOf(condition) });
  }
}

/**
 * The start of a query. DynamoDB refuses a start outside of the range, and the range may have moved since the position
 * was returned. A start before the range becomes the beginning of the range; after the range nothing is left.
 */
function startWithin({
  after,
  between,
  descending = false,
}: QueryOptions): { readonly sk: string } | 'ended' | undefined {
  if (after === undefined || !between) return after === undefined ? undefined : { sk: after };
  const [first, last] = descending ? [between[1], between[0]] : between;
  const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) * (descending ? -1 : 1);
  if (order(after, last) >= 0) return 'ended';
  return order(after, first) < 0 ? undefined : { sk: after };
}

export function conditionOf(condition: Expression | undefined) {
  return condition ? { ConditionExpression: condition.expression, ...merged(condition) } : {};
}

/** Names and values of several expressions of one command; DynamoDB refuses empty ones. */
export function merged(...expressions: readonly (Expression | undefined)[]) {
  const names = Object.assign({}, ...expressions.map((e) => e?.names));
  const values = Object.assign({}, ...expressions.map((e) => e?.values));
  return {
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: encodeItem(values) } : {}),
  };
}
