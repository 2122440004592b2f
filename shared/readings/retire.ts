import { defineCapability } from '../capability/capability.ts';
import { RetireReadingsMessage } from '../messages/readings.ts';
import type { UnlinkMessage } from '../messages/unlink.ts';
import { sendTo } from '../queue/sender.ts';
import { readingKeys } from '../table/keys/readings.ts';
import { Table } from '../table/table.ts';
import { emptied } from '../worker/each-row.ts';

/**
 * Removes the buckets of a deleted sensor, which would be kept for ten years. Nothing is folded for it any more. Its
 * readings can no longer be read, and expire with their retention.
 */

const telemetry = new Table('telemetry');

/** The time limit of one run of the worker; the next run does the rest. */
const longestMilliseconds = 40_000;

async function retire(message: UnlinkMessage): Promise<void> {
  const { tenant, id } = message;
  const until = Date.now() + longestMilliseconds;
  for (const partition of [readingKeys.allHours(tenant, id), readingKeys.allMinutes(tenant, id)]) {
    if (!(await emptied(telemetry, partition, until))) return await sendTo(RetireReadingsMessage.order(message));
  }
}

export const retireReadings = defineCapability({
  tables: { telemetry: ['Query', 'DeleteItem'] },
  sendsTo: [RetireReadingsMessage],
  open: () => ({ retire }),
});
