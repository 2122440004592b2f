import { setTimeout as sleep } from 'node:timers/promises';
import { decideRequest } from '../messages/decide-batch.ts';
import { sendInLine } from '../queue/sender.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { closeWriting } from './ending.ts';
import { type BatchRow, type BatchState, type Deadlines, moveBatch, readBatch } from './record.ts';

/** How long a request waits for its batch. API Gateway stops waiting at 30 seconds. */

const second = 1000;
const pollMilliseconds = 150;
/** Time after the last write may begin: for writes under way, and for the worker to end the batch. */
const graceMilliseconds = 700;

/** The deadlines of a request that arrives now. */
export const deadlinesFrom = (now: number): Deadlines => ({
  geocode: now + 14 * second,
  decide: now + 24 * second,
  write: now + 26 * second,
});

const ended: readonly BatchState[] = ['completed', 'aborted', 'closed'];

/** The batch after it has ended. At each deadline, gives up the steps for which it is too late. */
export async function awaitEnd(tenant: Tenant, batch: BatchRow, deadlines: Deadlines): Promise<BatchRow> {
  const { reference } = tenant;
  let isClosing = false;
  let row: BatchRow | undefined = batch;
  for (;;) {
    row ??= await readBatch(reference, batch.id);
    if (!row) throw new Error(`Batch ${batch.id} is gone`);
    if (ended.includes(row.state)) return row;
    const now = Date.now();
    if (row.state === 'open' && now >= deadlines.geocode && !isClosing) {
      isClosing = true;
      await sendInLine(decideRequest(reference, batch.id, true));
    }
    if (now >= givenUpAt(row.state, deadlines)) {
      row = row.state === 'writing' ? await closeWriting(tenant, row) : await moveBatch(reference, row, late);
      continue;
    }
    await sleep(pollMilliseconds);
    row = undefined;
  }
}

const late = { state: 'closed', closedFor: 'queue' } as const;

function givenUpAt(state: BatchState, { decide, write }: Deadlines): number {
  return state === 'open' ? decide : write + graceMilliseconds;
}
