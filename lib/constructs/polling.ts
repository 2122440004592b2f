import type { QueueSource } from '../../shared/worker/worker.ts';

/** How Lambda polls the queue of a worker. */
export interface Polling {
  readonly batchSize: number;
  /** How long Lambda waits for a batch to become full. */
  readonly windowSeconds: number;
  /** The most functions that run at once. */
  readonly maxConcurrency: number;
}

/** The largest batch that SQS delivers without a batch window. A larger batch needs a window of at least a second. */
const unwindowedBatch = 10;

export function pollingOf({ ordered, batchSize: declared, maxConcurrency = 10 }: QueueSource): Polling {
  // In an ordered queue, a failed message must hold up those behind it, which is only certain if a batch has one
  // message.
  const batchSize = ordered ? 1 : (declared ?? unwindowedBatch);
  return { batchSize, windowSeconds: batchSize > unwindowedBatch ? 1 : 0, maxConcurrency };
}
