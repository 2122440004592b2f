import type * as z from 'zod';
import { defineCapability } from '../capability/capability.ts';
import type { Span } from '../table/ids.ts';
import { quarantineKeys, quarantineShards } from '../table/keys/quarantine.ts';
import { Table } from '../table/table.ts';
import { dayName } from '../table/time-names.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import { concurrently } from '../worker/concurrently.ts';
import type { GroupRow } from './groups.ts';
import { keptMilliseconds } from './item.ts';
import type { QuarantineSummary } from './wire.ts';

/** What was refused, by cause, device and key. */

const telemetry = new Table('telemetry');
const millisecondsPerDay = 86_400_000;
const mostGroups = 200;

interface Group {
  readonly cause: GroupRow['cause'];
  readonly deviceId: string;
  readonly key: string | null;
  count: number;
  dropped: number;
  firstAt: number;
  lastAt: number;
}

/** The days of a span of which items are kept. */
export function daysOf({ from, to }: Span, now: number): string[] {
  const first = Date.parse(dayName(Math.max(from, now - keptMilliseconds)));
  // Devices are at most some minutes ahead of the broker, which stamps what it receives.
  const last = Math.min(to, now + millisecondsPerDay);
  const days: string[] = [];
  for (let at = first; at <= last; at += millisecondsPerDay) days.push(dayName(at));
  return days;
}

/** The largest groups of the days of a span. */
async function summarize(tenant: TenantReference, span: Span): Promise<z.input<typeof QuarantineSummary>> {
  const groups = new Map<string, Group>();
  const shards = daysOf(span, Date.now()).flatMap((day) =>
    Array.from({ length: quarantineShards }, (_, shard) => quarantineKeys.groups(tenant, day, shard)),
  );
  const read = async (of: (typeof shards)[number]) => {
    for (const row of await telemetry.queryAll<GroupRow & { sk: string }>(of)) add(groups, row);
  };
  await concurrently(shards, read, Number.POSITIVE_INFINITY);
  const sizeOf = ({ count, dropped }: Group) => count + dropped;
  const largest = [...groups.values()]
    .filter((group) => sizeOf(group) > 0)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || b.lastAt - a.lastAt)
    .slice(0, mostGroups);
  return {
    groups: largest.map((group) => ({
      ...group,
      firstAt: printInstant(group.firstAt),
      lastAt: printInstant(group.lastAt),
    })),
  };
}

function add(groups: Map<string, Group>, { sk, cause, deviceId, key, ...row }: GroupRow & { sk: string }): void {
  const { count = 0, dropped = 0, firstAt, lastAt } = row;
  // The group has expired; closing one of its items has left a row with a count only.
  if (cause === undefined) return;
  const group = groups.get(sk);
  if (!group) {
    groups.set(sk, { cause, deviceId, key: key ?? null, count, dropped, firstAt, lastAt });
    return;
  }
  group.count += count;
  group.dropped += dropped;
  group.firstAt = Math.min(group.firstAt, firstAt);
  group.lastAt = Math.max(group.lastAt, lastAt);
}

export const summarizeQuarantine = defineCapability({
  tables: { telemetry: ['Query'] },
  open: () => ({ summarize }),
});
