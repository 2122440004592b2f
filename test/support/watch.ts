import { JsonService } from '../../shared/aws/json-service.ts';
import { asDocument } from './dynamodb-documents.ts';
import { itemBytes } from './dynamodb-sizes.ts';

/** The calls of the database that a request makes, each with its time, its parameters and its price. */

export interface DatabaseCall {
  /** `Query`. */
  readonly operation: string;
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

/** Runs `work` and returns its result, and every call that it made of the database. */
export async function watchDatabase<T>(work: () => Promise<T>): Promise<{ result: T; calls: DatabaseCall[] }> {
  const calls: DatabaseCall[] = [];
  const { call } = JsonService.prototype;
  const watched = async function (this: JsonService, operation: string, input: object, signal?: AbortSignal) {
    if (this.service.name !== 'dynamodb') return await call.call(this, operation, input, signal);
    const seen = { operation, input: asDocument(input), began: performance.now(), bytes: 0, units: 0 };
    const one: DatabaseCall = { ...seen, ended: Number.POSITIVE_INFINITY };
    calls.push(one);
    try {
      const answer = await call.call(this, operation, input, signal);
      one.bytes = bytesOf(asDocument(answer));
      one.units = unitsOf(one);
      return answer;
    } finally {
      one.ended = performance.now();
    }
  };
  JsonService.prototype.call = watched as typeof call;
  try {
    return { result: await work(), calls };
  } finally {
    JsonService.prototype.call = call;
  }
}

const bytesOf = ({ Item, Items = [], Attributes }: Answer): number =>
  [Item, Attributes, ...Items].reduce((sum, row) => sum + (row ? itemBytes(row) : 0), 0);

/**
 * Reads cost one unit for each 4 KB of what is read together, half if they are eventual; writes cost one for each 1 KB.
 */
function unitsOf({ operation, input, bytes }: DatabaseCall): number {
  if (/^(Put|Update|Delete)/.test(operation)) return Math.max(1, Math.ceil(bytes / 1024));
  return Math.max(1, Math.ceil(bytes / 4096)) * (input.ConsistentRead ? 1 : 0.5);
}
