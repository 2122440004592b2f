import { fixOf, type PointRow } from '../locations/row.ts';
import { pagesOf } from '../locations/track.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { DeviceState } from '../transitions/device.ts';
import { readState, rowsForState, trailOf } from './state.ts';

/** The state of the transition rules along the stored track of a device. */

/** The rows of the points before an instant that are enough to know the state there, in order of time. */
export async function rowsBefore(
  tenant: TenantReference,
  deviceId: string,
  at: number,
  firstAt: number,
): Promise<PointRow[]> {
  const rows: PointRow[] = [];
  const walk = { descending: true, pageSize: () => rowsForState - rows.length };
  for await (const page of pagesOf(tenant, deviceId, { from: firstAt, to: at - 1 }, walk)) {
    rows.push(...page.rows);
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
