import { aborted, ServiceFault } from '../../shared/aws/faults.ts';
import { encodeItem } from '../../shared/table/attributes.ts';
import { answerFor } from './aws-fake.ts';
import { asDocument, asWire, commandOf } from './dynamodb-documents.ts';
import { condition, Names, update } from './dynamodb-expressions.ts';
import { page, type ReadInput, requireIndexable, type Sized, selected } from './dynamodb-reads.ts';
import { itemBytes } from './dynamodb-sizes.ts';

/**
 * DynamoDB in memory, with the features that `shared/table` uses; it throws for all others. The items of a transaction
 * become visible one by one, as a reader without isolation sees them; meanwhile, other writes to its rows are refused
 * with a conflict.
 */

export type Attributes = Record<string, unknown>;

/** One call of the client: `PutCommand` with its input; see `dynamodb-documents.ts`. */
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

/** What one item of a write would do, and whether its condition is true. */
interface Planned {
  readonly change: Change;
  readonly holds: boolean;
  /** The row as it is stored afterwards; undefined if it is deleted. */
  readonly stored: Sized | undefined;
}

export interface Watched {
  readonly changes: readonly Change[];
  readonly phase: 'accepted' | 'visible';
}

export const fault = (name: string, more: object = {}): Error =>
  Object.assign(new Error(`${name} (injected)`), { name }, more);

const validation = (message: string) => fault('ValidationException', { message });
const conflict = () => fault('TransactionConflictException');
const rowId = (table: string, pk: unknown, sk: unknown) => `${table}\n${pk}\n${sk}`;
const bytes = (text: string) => Buffer.byteLength(text);

/** A row of an index, whose size is computed only if it is read. */
class Entry implements Sized {
  readonly row: Attributes;

  constructor(row: Attributes) {
    this.row = row;
  }

  get bytes(): number {
    return itemBytes(this.row);
  }
}

/** A deep copy of a value that an attribute can have; faster than `structuredClone`, of which tests need millions. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? copyOfRow(value as Attributes) : structuredClone(value);
}

function copyOfRow(row: Attributes): Attributes {
  const copy: Attributes = {};
  for (const name of Object.keys(row)) {
    if (name === '__proto__') return structuredClone(row);
    const value = copyOf(row[name]);
    if (value !== undefined) copy[name] = value;
  }
  return copy;
}

/**
 * A row in the form in which it can be stored: as the client sends it, within the size limit, with the right types of
 * its keys.
 */
function storable(table: string, given: Attributes): Sized {
  requireKey(given.pk, given.sk);
  const row = copyOfRow(given);
  const bytes = itemBytes(row);
  if (bytes > mostBytesOfAnItem) throw validation('Item size has exceeded the maximum allowed size');
  requireIndexable(table, row);
  return { row, bytes };
}

const mostBytesOfAnItem = 400 * 1024;
const mostBytesOfATransaction = 4 * 1024 * 1024;
const mostBytesOfABatch = 16 * 1024 * 1024;

export class DynamoDbFake {
  /** How the client sends a call: once, unless a test changes it. */
  around: (send: () => Promise<unknown>, call: Call) => Promise<unknown> = (send) => send();
  /** Runs first; refuses a call by throwing. */
  authorize: (call: Call) => void = () => undefined;
  /** Runs before a call reaches the database; may wait or throw. */
  before: (call: Call) => void | Promise<void> = () => undefined;
  /** Runs after the effect of a call and before its response; if it throws, the response is lost. */
  after: (call: Call) => void | Promise<void> = () => undefined;
  /** How often the client repeats a write whose response was lost; the last response counts. */
  repeats: (call: Call) => number = () => 0;
  /** Runs between the items of a transaction. */
  between: () => void | Promise<void> = () => undefined;
  /** Puts the items of a transaction into the order in which they become visible. */
  order: (changes: Change[]) => Change[] = (changes) => changes;
  /** Changes the items of a transaction before they are written: for a protocol other than the product's. */
  rewrite: (items: readonly TransactItem[]) => readonly TransactItem[] = (items) => items;
  /** Is called for each transaction when it is accepted and when all of it is visible. */
  watch: (watched: Watched) => void = () => undefined;
  /** The rows that an index contains, if it lags behind: an older state of the table. */
  indexed: ((table: string) => Attributes[]) | undefined;
  /** The limit of rows in a page of a query, and of keys that a batch processes. */
  pageRows = 1000;
  batchKeys = 100;
  readonly calls: Call[] = [];
  /** Rows that queries have read, before their filter. */
  rowsQueried = 0;
  /** Bytes that the largest transaction wrote. */
  largestTransaction = 0;
  /** The rows are never changed in place. */
  readonly #tables = new Map<string, Map<string, Map<string, Sized>>>();
  readonly #locked = new Set<string>();
  /** The tokens of transactions, and whether each transaction is finished. */
  readonly #tokens = new Map<string, 'making' | 'made'>();
  /** Removes it as the database of the process. */
  readonly restore: () => void;

  /** It is the database of the process until `restore`. */
  constructor() {
    this.restore = answerFor('dynamodb', async (operation, input, signal) =>
      asWire(await this.#ask({ operation: commandOf(operation), input: asDocument(input) }, signal)),
    );
    for (const table of ['MAIN', 'CELLS', 'ACCESS', 'TELEMETRY']) process.env[`${table}_TABLE`] = table.toLowerCase();
  }

  /** Every visible row of a table, keys included, or those that are wanted. */
  rows(table: string, wanted: (row: Readonly<Attributes>) => boolean = () => true): Attributes[] {
    return this.#stored(table).flatMap(({ row }) => (wanted(row) ? [copyOfRow(row)] : []));
  }

  row(table: string, pk: string, sk: string): Attributes | undefined {
    const row = this.#row(table, pk, sk);
    return row && copyOfRow(row);
  }

  #row(table: string, pk: string, sk: string): Attributes | undefined {
    return this.#partition(table, pk)?.get(sk)?.row;
  }

  set(table: string, given: Attributes): void {
    const { pk, sk } = given as { pk: string; sk: string };
    this.#store(table, pk, sk, storable(table, given));
  }

  #store(table: string, pk: string, sk: string, stored: Sized): void {
    const partitions = this.#tables.get(table) ?? new Map<string, Map<string, Sized>>();
    const rows = partitions.get(pk) ?? new Map<string, Sized>();
    this.#tables.set(table, partitions.set(pk, rows.set(sk, stored)));
  }

  #partition(table: string, pk: string): Map<string, Sized> | undefined {
    return this.#tables.get(table)?.get(pk);
  }

  #stored(table: string): Sized[] {
    return [...(this.#tables.get(table)?.values() ?? [])].flatMap((partition) => [...partition.values()]);
  }

  remove(table: string, pk: string, sk: string): void {
    this.#tables.get(table)?.get(pk)?.delete(sk);
  }

  #ask(call: Call, signal: AbortSignal | undefined): Promise<unknown> {
    return this.around(() => this.#send(call, signal), call);
  }

  async #send(call: Call, signal: AbortSignal | undefined): Promise<unknown> {
    this.calls.push(call);
    const work = async () => {
      this.authorize(call);
      await this.before(call);
      for (let left = this.repeats(call); left > 0; left--) await this.#run(call).catch(() => undefined);
      const answer = await this.#run(call);
      await this.after(call);
      return answer;
    };
    if (!signal) return await work();
    if (signal.aborted) throw aborted();
    const abort = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(aborted())));
    return await Promise.race([work(), abort]);
  }

  async #run({ operation, input }: Call): Promise<unknown> {
    switch (operation) {
      case 'GetCommand':
        requireKey(input.Key.pk, input.Key.sk);
        return { Item: this.#row(input.TableName, input.Key.pk, input.Key.sk) };
      case 'BatchGetCommand':
        return this.#batchGet(input.RequestItems);
      case 'QueryCommand':
        return this.#query(input);
      case 'ScanCommand':
        return this.#scan(input);
      case 'BatchWriteCommand':
        return this.#batchDelete(input.RequestItems);
      case 'PutCommand':
      case 'UpdateCommand':
      case 'DeleteCommand':
        return this.#write(operation.replace('Command', ''), input);
      case 'TransactWriteCommand':
        return await this.#transactOnce(this.rewrite(input.TransactItems), input.ClientRequestToken);
      default:
        throw new Error(`The fake does not know ${operation}`);
    }
  }

  #batchGet(items: Record<string, { Keys: { pk: string; sk: string }[] }>) {
    const [table = '', { Keys } = { Keys: [] }] = Object.entries(items)[0] ?? [];
    if (Keys.length === 0 || Keys.length > 100) throw validation('1 to 100 keys');
    for (const { pk, sk } of Keys) requireKey(pk, sk);
    if (new Set(Keys.map(({ pk, sk }) => rowId('', pk, sk))).size < Keys.length) throw validation('duplicate keys');
    let bytes = 0;
    const tooMuch = Keys.findIndex(({ pk, sk }) => {
      bytes += this.#partition(table, pk)?.get(sk)?.bytes ?? 0;
      return bytes > mostBytesOfABatch;
    });
    const most = Math.min(this.batchKeys, tooMuch < 0 ? Keys.length : tooMuch);
    const found = Keys.slice(0, most).flatMap(({ pk, sk }) => this.#row(table, pk, sk) ?? []);
    const rest = Keys.slice(most);
    return { Responses: { [table]: found.reverse() }, UnprocessedKeys: rest.length ? { [table]: { Keys: rest } } : {} };
  }

  #query(input: ReadInput) {
    if (input.IndexName && input.ConsistentRead)
      throw validation('Consistent reads are not supported on global secondary indexes');
    const names = new Names(input);
    const { TableName: table, IndexName: index } = input;
    const rowsOf = (pk: string) => (index ? this.#entries(table) : (this.#partition(table, pk)?.values() ?? []));
    const answer = page(input, names, selected(input, names, rowsOf), this.pageRows);
    this.rowsQueried += answer.ScannedCount;
    return answer;
  }

  #entries(table: string): Sized[] {
    return this.indexed ? this.indexed(table).map((row) => new Entry(row)) : this.#stored(table);
  }

  #scan(input: ReadInput) {
    const place = ({ pk, sk }: Attributes) => rowId('', pk, sk);
    const start = input.ExclusiveStartKey && place(input.ExclusiveStartKey);
    const rows = this.#stored(input.TableName)
      .filter(({ row }) => start === undefined || place(row) > start) // the row may have been deleted meanwhile
      .sort((a, b) => (place(a.row) < place(b.row) ? -1 : 1));
    return page(input, new Names(input), rows, this.pageRows);
  }

  #batchDelete(items: Record<string, { DeleteRequest: { Key: { pk: string; sk: string } } }[]>) {
    const [table = '', requests = []] = Object.entries(items)[0] ?? [];
    if (requests.length === 0 || requests.length > 25) throw validation('1 to 25 items');
    const keys = requests.map(({ DeleteRequest: { Key } }) => Key);
    for (const { pk, sk } of keys) requireKey(pk, sk);
    if (new Set(keys.map(({ pk, sk }) => rowId('', pk, sk))).size < keys.length) throw validation('duplicate keys');
    for (const { pk, sk } of keys.slice(0, this.batchKeys)) this.remove(table, pk, sk);
    const rest = requests.slice(this.batchKeys);
    return { UnprocessedItems: rest.length > 0 ? { [table]: rest } : {} };
  }

  // biome-ignore lint/suspicious/noExplicitAny: input of a Put, Update, Delete or ConditionCheck
  #planned(kind: string, input: any): Planned {
    const { pk, sk } = (kind === 'Put' ? input.Item : input.Key) as { pk: string; sk: string };
    requireKey(pk, sk);
    if (kind === 'ConditionCheck' && !input.ConditionExpression) throw validation('ConditionExpression is missing');
    const { TableName: table, ConditionExpression, UpdateExpression } = input;
    const names = new Names(input);
    const holds = ConditionExpression === undefined ? () => true : condition(ConditionExpression, names);
    const changed = kind === 'Update' ? update(UpdateExpression, names) : undefined;
    names.requireAllUsed();
    const before = this.#row(table, pk, sk);
    if (!holds(before ?? {}))
      return { change: { table, pk, sk, before, after: before }, holds: false, stored: undefined };
    if (kind === 'Delete')
      return { change: { table, pk, sk, before, after: undefined }, holds: true, stored: undefined };
    const after = kind === 'Put' ? input.Item : changed ? changed(before ?? { pk, sk }) : before;
    const stored = kind === 'ConditionCheck' ? this.#partition(table, pk)?.get(sk) : storable(table, after);
    return { change: { table, pk, sk, before, after: stored?.row }, holds: true, stored };
  }

  #apply({ change: { table, pk, sk }, stored }: Planned): void {
    if (stored) this.#store(table, pk, sk, stored);
    else this.remove(table, pk, sk);
  }

  // biome-ignore lint/suspicious/noExplicitAny: input of a Put, Update or Delete
  #write(kind: string, input: any) {
    const planned = this.#planned(kind, input);
    const { change, holds } = planned;
    if (this.#locked.has(rowId(change.table, change.pk, change.sk))) throw conflict();
    if (!holds) {
      const returnsRow = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && change.before;
      const Item = returnsRow ? { Item: encodeItem(change.before) } : {};
      throw new ServiceFault('ConditionalCheckFailedException', 'The conditional request failed', 400, Item);
    }
    this.#apply(planned);
    return input.ReturnValues === 'ALL_NEW' ? { Attributes: this.#row(change.table, change.pk, change.sk) } : {};
  }

  /** A transaction that is sent again with its token is not executed again. */
  async #transactOnce(items: readonly TransactItem[], token: string | undefined): Promise<object> {
    if (token === undefined) return await this.#transact(items);
    const known = this.#tokens.get(token);
    if (known === 'made') return {};
    if (known === 'making') throw fault('TransactionInProgressException');
    this.#tokens.set(token, 'making');
    try {
      const answer = await this.#transact(items);
      this.#tokens.set(token, 'made');
      return answer;
    } catch (error) {
      this.#tokens.delete(token);
      throw error;
    }
  }

  async #transact(items: readonly TransactItem[]): Promise<object> {
    if (items.length === 0 || items.length > 100) throw validation('1 to 100 items');
    const planned = items.flatMap((item) => Object.entries(item).map(([kind, input]) => this.#planned(kind, input)));
    const ids = planned.map(({ change: { table, pk, sk } }) => rowId(table, pk, sk));
    if (new Set(ids).size < ids.length)
      throw validation('Transaction request cannot include multiple operations on one item');
    const bytes = planned.reduce((sum, { stored }) => sum + (stored?.bytes ?? 0), 0);
    if (bytes > mostBytesOfATransaction) throw validation('Transaction request size exceeds 4 MB');
    const codes = planned.map(({ holds }, i) =>
      this.#locked.has(ids[i] ?? '') ? 'TransactionConflict' : holds ? 'None' : 'ConditionalCheckFailed',
    );
    if (codes.some((code) => code !== 'None')) throw canceled(codes);
    const changes = planned.map(({ change }) => change);
    this.largestTransaction = Math.max(this.largestTransaction, bytes);
    for (const id of ids) this.#locked.add(id);
    this.watch({ changes, phase: 'accepted' });
    for (const change of this.order([...changes])) {
      await this.between();
      this.#apply(planned[changes.indexOf(change)]!);
    }
    for (const id of ids) this.#locked.delete(id);
    this.watch({ changes, phase: 'visible' });
    return {};
  }
}

export const canceled = (codes: readonly string[]) =>
  new ServiceFault('TransactionCanceledException', `Transaction cancelled [${codes.join(', ')}]`, 400, {
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

function requireKey(pk: unknown, sk: unknown): void {
  const fits = (part: unknown, most: number) => typeof part === 'string' && part !== '' && bytes(part) <= most;
  if (!fits(pk, 2048) || !fits(sk, 1024)) throw validation('One or more parameter values are not valid: key');
}
