import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { condition, Names, updated } from './dynamodb-expressions.ts';

/**
 * DynamoDB in memory, as far as `shared/table` uses it, and no further: what it does not know makes it throw. Items of a
 * transaction become visible one by one, as a reader without isolation meets them; whoever writes to one of its rows
 * meanwhile is refused with a conflict.
 */

export type Attributes = Record<string, unknown>;
type Stored = Parameters<typeof unmarshall>[0] & object;

/** One call of the client: `PutCommand` with its input. */
export interface Call {
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the input of any command
  readonly input: any;
}

/** `{ Put: … }`, `{ Update: … }`, `{ Delete: … }` or `{ ConditionCheck: … }`. */
// biome-ignore lint/suspicious/noExplicitAny: the input of any action
export type TransactItem = Record<string, any>;

/** One row of a transaction, before and after. */
export interface Change {
  readonly table: string;
  readonly pk: string;
  readonly sk: string;
  readonly before: Attributes | undefined;
  readonly after: Attributes | undefined;
}

export interface Watched {
  readonly changes: readonly Change[];
  readonly phase: 'accepted' | 'visible';
}

export const fault = (name: string, more: object = {}): Error =>
  Object.assign(new Error(`${name} (injected)`), { name, $fault: 'server', $metadata: {} }, more);

const validation = (message: string) => fault('ValidationException', { message });
const conflict = () => fault('TransactionConflictException');
const rowId = (table: string, pk: unknown, sk: unknown) => `${table}\n${pk}\n${sk}`;
/** For the size of a row: binary would be the list of its bytes. */
const asText = (_: string, value: { type?: unknown; data?: unknown[] }) =>
  value?.type === 'Buffer' && value.data ? 'b'.repeat(value.data.length) : value;
const bytes = (text: string) => Buffer.byteLength(text);

export class DynamoDbFake {
  /** Before a call reaches the database; may wait or throw. */
  before: (call: Call) => void | Promise<void> = () => undefined;
  /** After its effect, before the answer; may throw: an answer that was lost. */
  after: (call: Call) => void | Promise<void> = () => undefined;
  /** Between the items of a transaction. */
  between: () => void | Promise<void> = () => undefined;
  /** Puts the items of a transaction into the order in which they become visible. */
  order: (changes: Change[]) => Change[] = (changes) => changes;
  /** Changes the items of a transaction before it is made: a protocol other than the product's. */
  rewrite: (items: readonly TransactItem[]) => readonly TransactItem[] = (items) => items;
  /** Sees each transaction when it is accepted and when all of it is visible. */
  watch: (watched: Watched) => void = () => undefined;
  /** The rows that an index knows: an older state of the table, where it lags behind. */
  indexed: (table: string) => Attributes[] = (table) => this.rows(table);
  /** Rows a page of a query, and keys that a batch processes. */
  pageRows = 1000;
  batchKeys = 100;
  readonly calls: Call[] = [];
  readonly #tables = new Map<string, Map<string, Map<string, Stored>>>();
  readonly #locked = new Set<string>();

  /** Takes the place of the one client of the process until `restore`. */
  constructor() {
    const send = (
      command: { constructor: { name: string }; input: unknown },
      options?: { abortSignal?: AbortSignal },
    ) => this.#send({ operation: command.constructor.name, input: command.input }, options?.abortSignal);
    Object.defineProperty(DynamoDBDocumentClient.prototype, 'send', { value: send, configurable: true });
    for (const table of ['MAIN', 'CELLS', 'ACCESS', 'TELEMETRY']) process.env[`${table}_TABLE`] = table.toLowerCase();
  }

  restore(): void {
    Reflect.deleteProperty(DynamoDBDocumentClient.prototype, 'send');
  }

  /** Every visible row of a table, keys included. */
  rows(table: string): Attributes[] {
    const partitions = [...(this.#tables.get(table)?.values() ?? [])];
    return partitions.flatMap((partition) => [...partition.values()].map((row) => unmarshall(row)));
  }

  row(table: string, pk: string, sk: string): Attributes | undefined {
    const row = this.#tables.get(table)?.get(pk)?.get(sk);
    return row && unmarshall(row);
  }

  set(table: string, row: Attributes): void {
    const { pk, sk } = row as { pk: string; sk: string };
    requireKey(pk, sk);
    const partitions = this.#tables.get(table) ?? new Map<string, Map<string, Stored>>();
    const rows = partitions.get(pk) ?? new Map<string, Stored>();
    const stored = marshall(row, { removeUndefinedValues: true }) as Stored;
    if (bytes(JSON.stringify(stored, asText)) > 400 * 1024)
      throw validation('Item size has exceeded the maximum allowed size');
    this.#tables.set(table, partitions.set(pk, rows.set(sk, stored)));
  }

  remove(table: string, pk: string, sk: string): void {
    this.#tables.get(table)?.get(pk)?.delete(sk);
  }

  async #send(call: Call, signal: AbortSignal | undefined): Promise<unknown> {
    this.calls.push(call);
    const work = async () => {
      await this.before(call);
      const answer = await this.#run(call);
      await this.after(call);
      return answer;
    };
    if (!signal) return await work();
    const aborted = () => Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    if (signal.aborted) throw aborted();
    const abort = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(aborted())));
    return await Promise.race([work(), abort]);
  }

  async #run({ operation, input }: Call): Promise<unknown> {
    switch (operation) {
      case 'GetCommand':
        requireKey(input.Key.pk, input.Key.sk);
        return { Item: this.row(input.TableName, input.Key.pk, input.Key.sk) };
      case 'BatchGetCommand':
        return this.#batchGet(input.RequestItems);
      case 'QueryCommand':
        return input.IndexName ? this.#queryIndex(input) : this.#query(input);
      case 'PutCommand':
      case 'UpdateCommand':
      case 'DeleteCommand':
        return this.#write(operation.replace('Command', ''), input);
      case 'TransactWriteCommand':
        return await this.#transact(this.rewrite(input.TransactItems));
      default:
        throw new Error(`The fake does not know ${operation}`);
    }
  }

  #batchGet(items: Record<string, { Keys: { pk: string; sk: string }[] }>) {
    const [table = '', { Keys } = { Keys: [] }] = Object.entries(items)[0] ?? [];
    if (Keys.length > 100) throw validation('Too many items requested for the BatchGetItem call');
    for (const { pk, sk } of Keys) requireKey(pk, sk);
    if (new Set(Keys.map(({ pk, sk }) => rowId('', pk, sk))).size < Keys.length) throw validation('duplicate keys');
    const found = Keys.slice(0, this.batchKeys).flatMap(({ pk, sk }) => this.row(table, pk, sk) ?? []);
    const rest = Keys.slice(this.batchKeys);
    return { Responses: { [table]: found.reverse() }, UnprocessedKeys: rest.length ? { [table]: { Keys: rest } } : {} };
  }

  // biome-ignore lint/suspicious/noExplicitAny: input of a QueryCommand
  #query(input: any) {
    const names = new Names(input);
    const lies = withinBounds(input, names);
    const pk = names.value(':pk') as string;
    const filter = input.FilterExpression === undefined ? undefined : condition(input.FilterExpression, names);
    names.requireAllUsed();
    if (bytes(pk) > 2048) throw validation('Key size exceeded');
    const sorted = [...(this.#tables.get(input.TableName)?.get(pk)?.entries() ?? [])]
      .filter(([sk]) => lies(sk))
      .map(([sk, row]) => ({ sk, bytes: Buffer.from(sk), row }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    if (input.ScanIndexForward === false) sorted.reverse();
    const from = input.ExclusiveStartKey ? sorted.findIndex(({ sk }) => isAfter(sk, input)) : 0;
    const rest = from < 0 ? [] : sorted.slice(from);
    const read = rest.slice(0, Math.min(this.pageRows, input.Limit ?? Number.POSITIVE_INFINITY));
    const page = read.map(({ row }) => unmarshall(row));
    const items = filter ? page.filter((row) => filter(row)) : page;
    return {
      ...(input.Select === 'COUNT' ? {} : { Items: items }),
      Count: items.length,
      ScannedCount: page.length,
      ...(page.length < rest.length || page.length === input.Limit
        ? { LastEvaluatedKey: { pk, sk: page.at(-1)?.sk } }
        : {}),
    };
  }

  /** An index whose sort key is a number, up to a value, with its keys alone; or is text, between two, with whole rows. */
  // biome-ignore lint/suspicious/noExplicitAny: input of a QueryCommand
  #queryIndex(input: any) {
    const isRange = input.KeyConditionExpression === '#p = :p AND #s BETWEEN :from AND :to';
    if (!isRange && input.KeyConditionExpression !== '#p = :p AND #s <= :to') throw new Error('Unknown key condition');
    if (input.ConsistentRead) throw validation('Consistent reads are not supported on global secondary indexes');
    const names = new Names(input);
    const [p, s] = [names.path('#p'), names.path('#s')];
    const [value, to] = [names.value(':p'), names.value(':to') as number | string];
    const from = isRange ? (names.value(':from') as string) : Number.NEGATIVE_INFINITY;
    names.requireAllUsed();
    const place = (row: Attributes) => `${String(row[s]).padStart(20, '0')}\n${row.pk}\n${row.sk}`;
    const entries = this.indexed(input.TableName)
      .filter((row) => row[p] === value && typeof row[s] === typeof to && row[s]! >= from && row[s]! <= to)
      .filter((row) => !input.ExclusiveStartKey || place(row) > place(input.ExclusiveStartKey))
      .map((row) => (isRange ? row : ({ pk: row.pk, sk: row.sk, [p]: row[p], [s]: row[s] } as Attributes)))
      .sort((a, b) => (place(a) < place(b) ? -1 : 1));
    const items = entries.slice(0, Math.min(this.pageRows, input.Limit ?? Number.POSITIVE_INFINITY));
    return { Items: items, ...(items.length < entries.length ? { LastEvaluatedKey: items.at(-1) } : {}) };
  }

  // biome-ignore lint/suspicious/noExplicitAny: input of a Put, Update, Delete or ConditionCheck
  #planned(kind: string, input: any): { change: Change; holds: boolean } {
    const { pk, sk } = (kind === 'Put' ? input.Item : input.Key) as { pk: string; sk: string };
    requireKey(pk, sk);
    const before = this.row(input.TableName, pk, sk);
    const names = new Names(input);
    const holds = input.ConditionExpression ? condition(input.ConditionExpression, names)(before ?? {}) : true;
    const after = () => {
      if (kind === 'Delete') return undefined;
      if (kind === 'ConditionCheck') return before;
      return kind === 'Put' ? input.Item : updated(before ?? { pk, sk }, input.UpdateExpression as string, names);
    };
    const change = { table: input.TableName, pk, sk, before, after: after() };
    names.requireAllUsed();
    return { change, holds };
  }

  #apply({ table, pk, sk, after }: Change): void {
    if (after) this.set(table, { ...after, pk, sk });
    else this.remove(table, pk, sk);
  }

  // biome-ignore lint/suspicious/noExplicitAny: input of a Put, Update or Delete
  #write(kind: string, input: any) {
    const { change, holds } = this.#planned(kind, input);
    if (this.#locked.has(rowId(change.table, change.pk, change.sk))) throw conflict();
    if (!holds) {
      const told = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && change.before;
      const Item = told ? { Item: marshall(change.before) } : {};
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {}, ...Item });
    }
    this.#apply(change);
    return input.ReturnValues === 'ALL_NEW' ? { Attributes: this.row(change.table, change.pk, change.sk) } : {};
  }

  async #transact(items: readonly TransactItem[]): Promise<object> {
    if (items.length === 0 || items.length > 100) throw validation('1 to 100 items');
    const planned = items.flatMap((item) => Object.entries(item).map(([kind, input]) => this.#planned(kind, input)));
    const ids = planned.map(({ change: { table, pk, sk } }) => rowId(table, pk, sk));
    if (new Set(ids).size < ids.length)
      throw validation('Transaction request cannot include multiple operations on one item');
    const codes = planned.map(({ holds }, i) =>
      this.#locked.has(ids[i] ?? '') ? 'TransactionConflict' : holds ? 'None' : 'ConditionalCheckFailed',
    );
    if (codes.some((code) => code !== 'None')) throw canceled(codes);
    const changes = planned.map(({ change }) => change);
    for (const id of ids) this.#locked.add(id);
    this.watch({ changes, phase: 'accepted' });
    for (const change of this.order([...changes])) {
      await this.between();
      this.#apply(change);
    }
    for (const id of ids) this.#locked.delete(id);
    this.watch({ changes, phase: 'visible' });
    return {};
  }
}

export const canceled = (codes: readonly string[]) =>
  new TransactionCanceledException({
    message: `Transaction cancelled [${codes.join(', ')}]`,
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

function isAfter(sk: string, input: { ExclusiveStartKey: { sk: string }; ScanIndexForward?: boolean }): boolean {
  const order = Buffer.compare(Buffer.from(sk), Buffer.from(input.ExclusiveStartKey.sk));
  return input.ScanIndexForward === false ? order < 0 : order > 0;
}

/** Whether a sort key lies between the two of the key condition, where it has any. */
// biome-ignore lint/suspicious/noExplicitAny: input of a QueryCommand
function withinBounds(input: any, names: Names): (sk: string) => boolean {
  if (input.KeyConditionExpression === 'pk = :pk') return () => true;
  if (input.KeyConditionExpression !== 'pk = :pk AND sk BETWEEN :from AND :to')
    throw new Error('Unknown key condition');
  const [from, to] = [':from', ':to'].map((name) => Buffer.from(String(names.value(name))));
  if (Buffer.compare(from!, to!) > 0) throw validation('The BETWEEN operator requires upper bound >= lower bound');
  const lies = (sk: string) => Buffer.compare(from!, Buffer.from(sk)) <= 0 && Buffer.compare(Buffer.from(sk), to!) <= 0;
  if (input.ExclusiveStartKey && !lies(input.ExclusiveStartKey.sk)) {
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  }
  return lies;
}

function requireKey(pk: unknown, sk: unknown): void {
  const fits = (part: unknown, most: number) => typeof part === 'string' && part !== '' && bytes(part) <= most;
  if (!fits(pk, 2048) || !fits(sk, 1024)) throw validation('One or more parameter values are not valid: key');
}
