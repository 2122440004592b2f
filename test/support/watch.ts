import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** The database as a request uses it: every call of a client with its time, its words and its price. */

export interface DatabaseCall {
  /** `QueryCommand`. */
  readonly command: string;
  readonly input: Record<string, unknown>;
  readonly began: number;
  ended: number;
  /** Size of what was read or written, by DynamoDB's rule. */
  bytes: number;
  /** Read units, or write units of a write. */
  units: number;
}

type Row = Record<string, unknown>;
interface Answer {
  readonly Item?: Row;
  readonly Items?: Row[];
  readonly Attributes?: Row;
}
type Value = Record<string, unknown>;
type Item = Record<string, Value>;

let number = 0;

/** Runs `work` and answers what it did, and every call that it made through the client. */
export async function watchDatabase<T>(
  client: DynamoDBDocumentClient,
  work: () => Promise<T>,
): Promise<{ result: T; calls: DatabaseCall[] }> {
  const calls: DatabaseCall[] = [];
  const name = `watch${++number}`;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const call: DatabaseCall = {
        command: String(context.commandName),
        input: args.input as Record<string, unknown>,
        began: performance.now(),
        ended: Number.POSITIVE_INFINITY,
        bytes: 0,
        units: 0,
      };
      calls.push(call);
      try {
        const answer = await next(args);
        call.bytes = bytesOf(answer.output as Answer);
        call.units = unitsOf(call);
        return answer;
      } finally {
        call.ended = performance.now();
      }
    },
    { step: 'build', name },
  );
  try {
    return { result: await work(), calls };
  } finally {
    client.middlewareStack.remove(name);
  }
}

const bytesOf = ({ Item, Items = [], Attributes }: Answer): number =>
  [Item, Attributes, ...Items].reduce((sum, row) => sum + (row ? itemBytes(marshall(row) as unknown as Item) : 0), 0);

/** What was read together in steps of 4 KB, half for eventual reads; what was written in steps of 1 KB. */
function unitsOf({ command, input, bytes }: DatabaseCall): number {
  if (/^(Put|Update|Delete)/.test(command)) return Math.max(1, Math.ceil(bytes / 1024));
  return Math.max(1, Math.ceil(bytes / 4096)) * (input.ConsistentRead ? 1 : 0.5);
}

const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

/** Sizes as the developer guide gives them, from a value in DynamoDB's own JSON. */
function valueBytes(value: Value): number {
  const [type, content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(content as string);
    case 'B':
      return (content as Uint8Array).byteLength;
    case 'N':
      return Math.ceil((content as string).replace(/[^0-9]/g, '').replace(/^0+|0+$/g, '').length / 2) + 1;
    case 'L':
      return 3 + (content as Value[]).reduce((sum, item) => sum + 1 + valueBytes(item), 0);
    case 'M':
      return 3 + itemBytes(content as Item) + Object.keys(content as Item).length;
    default:
      return 1;
  }
}
