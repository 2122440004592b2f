import { createHash } from 'node:crypto';
import { putDue } from '../due/due.ts';
import { FoldMessage } from '../messages/readings.ts';
import { numberIn, readingKeys } from '../table/keys/readings.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { hourMilliseconds, type MarkRow } from './marks.ts';

/** When marked hours are folded. */

const telemetry = new Table('telemetry');

/** Longer than any function takes between writing a mark and writing its readings. */
const quietMilliseconds = 10 * 60_000;
/** The hours of all devices end at once; their folding is spread over this time. */
const spreadMilliseconds = 30 * 60_000;

/** When an hour can be folded: it is over, and every function that has marked it has ended. */
export const foldableAt = (hour: number, { at }: Pick<MarkRow, 'at'>): number =>
  Math.max(at, (hour + 1) * hourMilliseconds) + quietMilliseconds;

/** The part of the spread that a device waits. */
const delayOf = (deviceId: string): number =>
  (createHash('sha256').update(deviceId).digest().readUInt16BE() / 2 ** 16) * spreadMilliseconds;

export function scheduleIn(transaction: Transaction, message: FoldMessage, mark: Pick<MarkRow, 'at'>): void {
  const { tenant, deviceId, hour } = message;
  const at = Math.floor(foldableAt(hour, mark) + delayOf(deviceId));
  putDue(transaction, tenant, `fold#${deviceId}#${hour}`, FoldMessage, [{ at, message }]);
}

/** Schedules the folding of hours that were marked for the first time. */
export async function schedule(tenant: TenantReference, deviceId: string, marks: readonly MarkRow[]): Promise<void> {
  const fresh = marks.filter(({ scheduled }) => scheduled === undefined);
  await Promise.all(
    fresh.map(async (mark) => {
      const hour = numberIn(mark);
      const transaction = new Transaction();
      scheduleIn(transaction, { tenant, deviceId, hour }, mark);
      const scheduled = {
        expression: 'SET #scheduled = :one',
        names: { '#scheduled': 'scheduled' },
        values: { ':one': 1 },
      };
      transaction.update(telemetry, readingKeys.mark(tenant, deviceId, hour), scheduled);
      await transaction.commit();
    }),
  );
}
