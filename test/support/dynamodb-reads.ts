import { condition, type Expressed, type Names } from './dynamodb-expressions.ts';

/**
 * The reads of a Query or a Scan of DynamoDB: which rows, in which order, how many in a page, and where the next page
 * begins.
 */

type Attributes = Record<string, unknown>;

/** A row with its size in bytes. */
export interface Sized {
  readonly row: Attributes;
  readonly bytes: number;
}

export interface ReadInput extends Expressed {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ExclusiveStartKey?: Attributes;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly Select?: string;
}

interface Schema {
  readonly hash: string;
  readonly range: string;
  /** The attributes that an index projects in addition to its keys and those of the table. */
  readonly projected?: readonly string[];
}

const ofTable: Schema = { hash: 'pk', range: 'sk' };
/** As `lib/stacks/data.ts` defines them. */
const ofIndex: Readonly<Record<string, Schema>> = {
  'main place': {
    hash: 'place',
    range: 'placeCell',
    projected: ['status', 'group', 'externalId', 'tags', 'y', 'x', 'r'],
  },
  'main due': { hash: 'due', range: 'dueAt', projected: [] },
};
const numeric = ['dueAt'];

export class InvalidRead extends Error {
  override readonly name = 'ValidationException';
}

export const mostBytesOfAPage = 1024 * 1024;

/** The rows of a key condition, in order, after the end of the last page. */
export function selected(input: ReadInput, names: Names, rowsOf: (partition: string) => Iterable<Sized>): Sized[] {
  const schema = schemaOf(input);
  const { hash, lies } = keyCondition(input, names, schema);
  const backwards = input.ScanIndexForward === false ? -1 : 1;
  const order = (a: Attributes, b: Attributes) => compareEntries(a, b, schema) * backwards;
  const { ExclusiveStartKey: start } = input;
  if (start && !(start[schema.hash] === hash && lies(start[schema.range]))) {
    throw new InvalidRead('The provided starting key is outside query boundaries based on provided conditions');
  }
  return [...rowsOf(hash)]
    .filter(({ row }) => row[schema.hash] === hash && lies(row[schema.range]))
    .filter(({ row }) => !start || order(row, start) > 0)
    .sort((a, b) => order(a.row, b.row));
}

/** One page of rows that are read in this order: within the size limit, and then filtered. */
export function page(input: ReadInput, names: Names, rest: readonly Sized[], pageRows: number) {
  const filter = input.FilterExpression === undefined ? undefined : condition(input.FilterExpression, names);
  names.requireAllUsed();
  const read = rest.slice(0, fitting(rest, Math.min(pageRows, input.Limit ?? Number.POSITIVE_INFINITY)));
  const schema = schemaOf(input);
  // They are not copied, since they leave as JSON.
  const entries = read.map(({ row }) => projected(row, schema));
  const items = filter ? entries.filter((row) => filter(row)) : entries;
  const last = read.length < rest.length || read.length === input.Limit ? read.at(-1)?.row : undefined;
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: items }),
    Count: items.length,
    ScannedCount: read.length,
    ...(last ? { LastEvaluatedKey: keysOf(last, schema) } : {}),
  };
}

/** How many of the first rows fit into a page: at least one. */
function fitting(rows: readonly Sized[], most: number): number {
  let bytes = 0;
  const end = rows.findIndex((row, i) => {
    bytes += row.bytes;
    return i >= most || (i > 0 && bytes > mostBytesOfAPage);
  });
  return end < 0 ? rows.length : end;
}

function schemaOf({ TableName, IndexName }: ReadInput): Schema {
  const schema = IndexName === undefined ? ofTable : ofIndex[`${TableName} ${IndexName}`];
  if (!schema) throw new InvalidRead(`The table does not have the specified index: ${IndexName}`);
  return schema;
}

const keysOf = (row: Attributes, { hash, range }: Schema): Attributes => ({
  pk: row.pk,
  sk: row.sk,
  [hash]: row[hash],
  [range]: row[range],
});

const projected = (row: Attributes, schema: Schema): Attributes =>
  schema.projected === undefined
    ? row
    : {
        ...Object.fromEntries(schema.projected.filter((name) => name in row).map((name) => [name, row[name]])),
        ...keysOf(row, schema),
      };

const forms = /^(#?\w+) = (:\w+)(?: AND (#?\w+) (?:(<=) (:\w+)|BETWEEN (:\w+) AND (:\w+)))?$/;

/** The part of key conditions that the product writes: a partition, up to a sort key or between two. */
function keyCondition(input: ReadInput, names: Names, { hash, range }: Schema) {
  const read = forms.exec(input.KeyConditionExpression ?? '');
  if (!read) throw new InvalidRead(`The fake does not know the key condition "${input.KeyConditionExpression}"`);
  const [, hashPath = '', value = '', rangePath, upTo, to, from, end] = read;
  if (names.path(hashPath) !== hash) throw new InvalidRead(`Query condition missed key schema element: ${hash}`);
  if (rangePath && names.path(rangePath) !== range)
    throw new InvalidRead(`Query condition missed key schema element: ${range}`);
  const greatest = names.optional(upTo ? to : end);
  const least = names.optional(from);
  if (least !== undefined && compare(least, greatest) > 0)
    throw new InvalidRead('The BETWEEN operator requires upper bound to be greater than or equal to lower bound');
  const lies = (key: unknown) =>
    key !== undefined &&
    (least === undefined || compare(least, key) <= 0) &&
    (greatest === undefined || compare(key, greatest) <= 0);
  const partition = String(names.value(value));
  if (Buffer.byteLength(partition) > 2048) throw new InvalidRead('Size of hashkey has exceeded the maximum');
  return { hash: partition, lies };
}

/** Numbers by value, text by its bytes. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number') return a - (b as number);
  const [one, other] = [String(a), String(b)];
  // UTF-16 and UTF-8 have the same order below the surrogates.
  if (above.test(one) || above.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : one > other ? 1 : 0;
}

const above = /[\ud800-\uffff]/;

/** Index entries with the same sort key are in the order of their rows. */
const compareEntries = (a: Attributes, b: Attributes, { range }: Schema): number =>
  compare(a[range], b[range]) || compare(a.pk, b.pk) || compare(a.sk, b.sk);

/** An attribute that is the key of an index must have the type of that key. */
export function requireIndexable(table: string, row: Attributes): void {
  for (const [name, { hash, range }] of Object.entries(ofIndex)) {
    if (!name.startsWith(`${table} `)) continue;
    for (const key of [hash, range]) {
      const type = numeric.includes(key) ? 'number' : 'string';
      const fits = row[key] === undefined || (typeof row[key] === type && row[key] !== '');
      if (!fits) throw new InvalidRead(`Type mismatch for Index Key ${key}`);
    }
  }
}
