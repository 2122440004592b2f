import type { RecordedCall } from './recording.ts';

/** The request units of recorded calls, counted as DynamoDB's documentation says. */

export interface Units {
  readonly reads: number;
  readonly writes: number;
}

type Attribute = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, Attribute>>;
type Json = Readonly<Record<string, unknown>>;

/** Attributes that put a row into an index, which is a separate write. */
const indexed = ['place', 'due'];

/**
 * The bytes of a value: texts in UTF-8, one byte for two digits of a number, 3 bytes around lists and maps and 1 for
 * each member.
 */
function valueBytes(attribute: Attribute): number {
  const [[type, value] = ['', undefined]] = Object.entries(attribute);
  if (type === 'S') return Buffer.byteLength(value as string);
  if (type === 'N') return Math.ceil((value as string).length / 2) + 1;
  if (type === 'B') return Buffer.byteLength(value as string, 'base64');
  if (type === 'M') return 3 + rowBytes(value as Item) + Object.keys(value as Item).length;
  if (type === 'L') return (value as Attribute[]).reduce((sum, one) => sum + 1 + valueBytes(one), 3);
  if (type === 'SS' || type === 'NS') return (value as string[]).reduce((sum, one) => sum + one.length, 0);
  return 1;
}

export const rowBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

const readUnits = (bytes: number, consistent: unknown) =>
  Math.max(1, Math.ceil(bytes / 4096)) * (consistent === true ? 1 : 0.5);
const writeUnits = (item: Item) =>
  Math.max(1, Math.ceil(rowBytes(item) / 1024)) + indexed.filter((name) => name in item).length;
const bytesOf = (items: readonly Item[] | undefined) => (items ?? []).reduce((sum, item) => sum + rowBytes(item), 0);
const sum = (units: readonly number[]) => units.reduce((a, b) => a + b, 0);

function readsOf(operation: string, input: Json, answer: Json): number {
  const { ConsistentRead, RequestItems } = input;
  if (operation === 'GetItem') return readUnits(rowBytes((answer.Item ?? {}) as Item), ConsistentRead);
  if (operation === 'Query' || operation === 'Scan') return readUnits(bytesOf(answer.Items as Item[]), ConsistentRead);
  if (operation !== 'BatchGetItem') return 0;
  return sum(
    Object.entries(RequestItems as Record<string, Json>).flatMap(([table, { Keys, ConsistentRead: consistent }]) => {
      const found = (answer.Responses as Record<string, Item[]>)?.[table] ?? [];
      const missed = (Keys as unknown[]).length - found.length;
      return [...found.map((item) => readUnits(rowBytes(item), consistent)), missed * readUnits(0, consistent)];
    }),
  );
}

/** The response of an update holds the new row; a row of a transaction is assumed to be below 1 kB. */
function writesOf(operation: string, input: Json, answer: Json): number {
  if (operation === 'PutItem') return writeUnits(input.Item as Item);
  if (operation === 'UpdateItem') return writeUnits((answer.Attributes ?? {}) as Item);
  if (operation === 'DeleteItem') return 1;
  if (operation !== 'TransactWriteItems') return 0;
  const rows = (input.TransactItems as { Put?: { Item: Item } }[]).map(({ Put }) => Put?.Item ?? {});
  // A transaction writes a table at twice the price, an index at the usual price.
  return sum(
    rows.map((row) => 2 * Math.max(1, Math.ceil(rowBytes(row) / 1024)) + writeUnits(row) - writeUnits(strip(row))),
  );
}

const strip = (row: Item): Item => Object.fromEntries(Object.entries(row).filter(([name]) => !indexed.includes(name)));

export function unitsOf(calls: readonly RecordedCall[]): Units {
  const of = (count: typeof readsOf) =>
    sum(
      calls
        .filter(({ service }) => service === 'dynamodb')
        .map(({ target, input, answer }) => count(target.split('.')[1] ?? '', input as Json, answer as Json)),
    );
  return { reads: of(readsOf), writes: of(writesOf) };
}
