import { idsCreatedIn, type Span } from '../table/ids.ts';
import { tripKeys } from '../table/keys/trips.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Current, isPresent } from './current.ts';
import { type Leg, legsOf, type TripRow } from './trip.ts';

/** Which trip an instant belongs to. */

const main = new Table('main');
/** Instants are mostly of the newest trip, or of the one before. */
const tripsPerPage = 3;

/** The legs of the trips of a span, and some that were before. */
async function legsIn(tenant: TenantReference, deviceId: string, { from, to }: Span): Promise<Leg[]> {
  const rows: TripRow[] = [];
  const between = idsCreatedIn({ from: 0, to });
  let after: string | undefined;
  do {
    const page = await main.query<TripRow>(tripKeys.trips(tenant, deviceId), {
      descending: true,
      between,
      pageSize: tripsPerPage,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.rows);
    after = page.next;
  } while (after !== undefined && rows.at(-1)!.from >= from);
  return rows.flatMap(legsOf);
}

/** The legs that some instants belong to, apart from the present one. Nothing is read if there are none. */
export async function legsAt(
  tenant: TenantReference,
  deviceId: string,
  current: Current | undefined,
  instants: readonly number[],
): Promise<(at: number) => Leg | undefined> {
  const before = instants.filter((at) => !isPresent(current, at));
  if (before.length === 0) return () => undefined;
  const span = { from: Math.min(...before), to: Math.max(...before) };
  const legs = await legsIn(tenant, deviceId, span);
  return (at) => (isPresent(current, at) ? undefined : legs.find((leg) => leg.from <= at && at <= leg.to));
}

/** The ids of the trips that some instants belong to. */
export async function tripsAt(
  tenant: TenantReference,
  deviceId: string,
  current: Current | undefined,
  instants: readonly number[],
): Promise<(at: number) => string | null> {
  const legAt = await legsAt(tenant, deviceId, current, instants);
  const present = current?.status === 'ACTIVE' ? current.id : null;
  return (at) => (isPresent(current, at) ? present : (legAt(at)?.tripId ?? null));
}
