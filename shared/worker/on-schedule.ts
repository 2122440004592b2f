import { type Opened, openAll } from '../capability/capability.ts';
import { log } from '../log/log.ts';
import type { ScheduledWorker } from './worker.ts';

/** Turns a worker into the Lambda that a schedule calls. A failed run is not repeated: the next run does the rest. */
export function onSchedule<W extends ScheduledWorker>(
  worker: W,
  job: (input: Opened<W['uses']>) => Promise<void>,
): () => Promise<void> {
  return async () => {
    try {
      await job(openAll(worker.uses) as Opened<W['uses']>);
    } catch (error) {
      log().error('scheduled run', { error: error instanceof Error ? error : String(error) });
      throw error;
    }
  };
}
