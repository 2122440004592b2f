import type * as z from 'zod';
import type { Capabilities } from '../capability/capability.ts';

/** Messages from the worker's own queue; queue, dead-letter queue, alarm and partial batches derive from it. */
export interface QueueSource {
  readonly kind: 'queue';
  /** Wait before a message is first seen; 0 to 900. */
  readonly delaySeconds?: number;
  /** Deliveries before a message rests in the dead-letter queue; at least 5. */
  readonly maxReceives?: number;
  readonly batchSize?: number;
  /** Functions at work at once, 2 to 1000. */
  readonly maxConcurrency?: number;
}

/** New rows of the Main table whose partition key ends as given; see `shared/table/keys.ts`. */
export interface StreamSource {
  readonly kind: 'stream';
  readonly table: 'main';
  readonly partitionSuffix: `#${string}`;
  readonly batchSize?: number;
}

/** One asynchronous worker, declared in the file that does its work. */
export interface Worker {
  /** One line: what it does. */
  readonly summary: string;
  readonly source: QueueSource | StreamSource;
  /** Shape of one message, or of one row of the stream. A message that does not parse ends in the dead-letter queue. */
  readonly message: z.ZodType;
  readonly uses: Capabilities;
  readonly memoryMegabytes?: number;
  readonly timeoutSeconds?: number;
  /** What a person notices when it stops: the text of its alarm. */
  readonly impact: string;
}

export function defineWorker<const W extends Worker>(worker: W): W {
  return worker;
}
