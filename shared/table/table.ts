import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { TableName } from '../capability/capability.ts';
import { environment } from '../capability/environment.ts';
import { documentClient } from './client.ts';
import type { Key, Partition } from './keys.ts';

/** A stored row, keys included. */
export type Row = Record<string, unknown>;

/** An expression with its `#names` and `:values`, as DynamoDB takes them. */
export interface Expression {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

export interface ReadOptions {
  /** Reads are strongly consistent unless this is false. */
  readonly consistent?: boolean;
  readonly signal?: AbortSignal;
}

export interface QueryOptions extends ReadOptions {
  readonly descending?: boolean;
  /** Only rows after (in reading order) this sort key. */
  readonly after?: string;
  /** Only rows whose sort key lies between these two, both included. */
  readonly between?: readonly [from: string, to: string];
  readonly filter?: Expression;
  /** Rows examined a page, before the filter. */
  readonly pageSize?: number;
  /** Count rows without reading them out. */
  readonly count?: true;
}

export interface Page<R> {
  readonly rows: R[];
  /** Rows that matched; `rows` is empty when only counting. */
  readonly matched: number;
  /** Rows read to find them. */
  readonly examined: number;
  /** Sort key to go on after; undefined at the end. */
  readonly next: string | undefined;
}

/** A property that is left out where there is no value. */
export const optional = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Partial<Record<K, V>>;

/** One table, asked by tenant-bound keys only. */
export class Table {
  readonly #table: TableName;

  constructor(table: TableName) {
    this.#table = table;
  }

  get name(): string {
    return environment.table(this.#table);
  }

  async get<R = Row>(key: Key, { consistent = true, signal }: ReadOptions = {}): Promise<R | undefined> {
    const command = new GetCommand({ TableName: this.name, Key: key, ConsistentRead: consistent });
    return (await documentClient().send(command, optional('abortSignal', signal))).Item as R | undefined;
  }

  /** Rows of many keys, in the order of the keys; undefined where there is none. */
  async getMany<R = Row>(keys: readonly Key[], options: ReadOptions = {}): Promise<(R | undefined)[]> {
    const batches: Key[][] = [];
    for (let i = 0; i < keys.length; i += 100) batches.push(keys.slice(i, i + 100));
    const rows = (await Promise.all(batches.map((batch) => this.#getBatch(batch, options)))).flat();
    const found = new Map(rows.map((row) => [`${row.pk}\n${row.sk}`, row]));
    return keys.map((key) => found.get(`${key.pk}\n${key.sk}`) as R | undefined);
  }

  async #getBatch(keys: readonly Key[], { consistent = true, signal }: ReadOptions): Promise<Row[]> {
    const rows: Row[] = [];
    let pending: readonly Key[] | undefined = keys;
    for (let attempt = 0; pending?.length; attempt++) {
      if (attempt > 0) await backoff(attempt);
      const command = new BatchGetCommand({
        RequestItems: { [this.name]: { Keys: [...pending], ConsistentRead: consistent } },
      });
      const answer = await documentClient().send(command, optional('abortSignal', signal));
      rows.push(...(answer.Responses?.[this.name] ?? []));
      pending = answer.UnprocessedKeys?.[this.name]?.Keys as Key[] | undefined;
    }
    return rows;
  }

  /** One page of a partition, in key order. */
  async query<R = Row>(of: Partition, options: QueryOptions = {}): Promise<Page<R>> {
    const { consistent = true, descending = false, between, filter, pageSize, count, signal } = options;
    const after = startWithin(options);
    if (after === 'ended') return { rows: [], matched: 0, examined: 0, next: undefined };
    const keys: Expression = {
      expression: between ? 'pk = :pk AND sk BETWEEN :from AND :to' : 'pk = :pk',
      values: { ':pk': of, ...(between ? { ':from': between[0], ':to': between[1] } : {}) },
    };
    const input: QueryCommandInput = {
      TableName: this.name,
      KeyConditionExpression: keys.expression,
      ...merged(keys, filter),
      ...optional('FilterExpression', filter?.expression),
      ...optional('Limit', pageSize),
      ...(after === undefined ? {} : { ExclusiveStartKey: { pk: of, sk: after.sk } }),
      ...(count ? { Select: 'COUNT' } : {}),
      ScanIndexForward: !descending,
      ConsistentRead: consistent,
    };
    const answer = await documentClient().send(new QueryCommand(input), optional('abortSignal', signal));
    return {
      rows: (answer.Items ?? []) as R[],
      matched: answer.Count ?? 0,
      examined: answer.ScannedCount ?? 0,
      next: answer.LastEvaluatedKey?.sk as string | undefined,
    };
  }

  /** Every row of a partition, page after page. */
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
    const command = new PutCommand({ TableName: this.name, Item: { ...row, ...key }, ...conditionOf(condition) });
    await documentClient().send(command, optional('abortSignal', signal));
  }

  /** Updates one row and answers it as it is afterwards. A failed condition carries the row as it was: `rowBefore`. */
  async update<R = Row>(key: Key, update: Expression, condition?: Expression): Promise<R> {
    const input: UpdateCommandInput = {
      TableName: this.name,
      Key: key,
      UpdateExpression: update.expression,
      ...merged(update, condition),
      ...optional('ConditionExpression', condition?.expression),
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    return (await documentClient().send(new UpdateCommand(input))).Attributes as R;
  }

  async delete(key: Key, condition?: Expression): Promise<void> {
    await documentClient().send(new DeleteCommand({ TableName: this.name, Key: key, ...conditionOf(condition) }));
  }
}

/**
 * Where a query goes on. DynamoDB refuses a start outside of the range, which may have moved since the position was given
 * out: before the range it begins with the range, behind it nothing is left.
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

/** Names and values of several expressions of one command; DynamoDB refuses those that are empty. */
export function merged(...expressions: readonly (Expression | undefined)[]) {
  const names = Object.assign({}, ...expressions.map((e) => e?.names));
  const values = Object.assign({}, ...expressions.map((e) => e?.values));
  return {
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  };
}

/** Full jitter: a random wait of up to 25 ms × 2^attempt, at most 800 ms. */
export function backoff(attempt: number): Promise<void> {
  const ceiling = Math.min(800, 25 * 2 ** attempt);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling));
}
