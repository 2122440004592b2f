import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Item, itemBytes } from './dynamodb-sizes.ts';

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
