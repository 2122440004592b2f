import { fixOf, type PointRow } from '../locations/row.ts';
import { instantsIn, locationKeys, monthsOf } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { DeviceState } from '../transitions/device.ts';
import { readState, rowsForState, trailOf } from './state.ts';

/** The state of the transition rules along the stored track of a device. */

const telemetry = new Table('telemetry');

/** The rows of the points before an instant that are enough to know the state there, in order of time. */
export async function rowsBefore(
  tenant: TenantReference,
  deviceId: string,
  at: number,
  firstAt: number,
): Promise<PointRow[]> {
  if (at <= firstAt) return [];
  const rows: PointRow[] = [];
  for (const month of monthsOf(firstAt, at - 1)) {
    const read = await telemetry.query<PointRow>(locationKeys.points(tenant, deviceId, month), {
      descending: true,
      between: instantsIn(firstAt, at - 1),
      pageSize: rowsForState - rows.length,
    });
    rows.push(...read.rows);
    if (rows.length >= rowsForState) break;
  }
  return rows.reverse();
}

/** The state after some points, the last of which are enough to know it. */
export function stateAfter(rows: readonly PointRow[]): {
  readonly state: DeviceState;
  readonly pointsSinceState: number;
} {
  const evaluated = rows.filter(({ waits, aside }) => !waits && !aside);
  const from = evaluated.findLastIndex(({ state }) => state !== undefined);
  const { seenAt, pairs } = from < 0 ? { seenAt: undefined, pairs: new Map() } : readState(evaluated[from]!.state!);
  const received = evaluated.slice(from + 1).map((row) => row.at);
  const all = [...(seenAt === undefined ? [] : [seenAt]), ...received];
  const newest = all.length === 0 ? undefined : Math.max(...all);
  const state = { seenAt: newest, pairs, trail: trailOf(evaluated.map(fixOf)) };
  return { state, pointsSinceState: evaluated.length - 1 - from };
}
