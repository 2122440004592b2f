import { setAll, unchanged } from '../table/expressions.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Count, TripRow, TripStatus } from './trip.ts';

/**
 * The newest trip of a device, as its head knows it. Every writer of a point reads and writes the head anyway, so the
 * trip that is open is counted at no cost.
 */

/** Where the device was. */
export interface Place {
  readonly at: number;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Current extends Count {
  readonly id: string;
  readonly status: TripStatus;
  /** The first instant of the present leg; for a paused or ended trip, the instant of its pause or end. */
  readonly at: number;
  /** The last instant of a trip that was paused when it ended. If absent, an ended trip lasts until its end. */
  readonly until?: number;
  /** The newest point of the present leg. */
  readonly last: Place | undefined;
}

/** The attributes of the head that trips need. */
export interface TripHead {
  /** The number of writes; see `shared/tracking/head.ts`. */
  readonly sequence?: number;
  readonly firstAt?: number;
  readonly newestAt?: number;
  /** The write that last stored points older than the newest. */
  readonly lateSequence?: number;
  readonly trip?: string;
}

export const readCurrent = ({ trip }: Pick<TripHead, 'trip'>): Current | undefined =>
  trip === undefined ? undefined : (JSON.parse(trip) as Current);

export const writeCurrent = (current: Current): string => JSON.stringify(current);

/**
 * Whether an instant is so late that the newest trip decides where it belongs; if not, earlier legs and trips decide.
 */
export const isPresent = (current: Current | undefined, at: number): boolean =>
  current === undefined || (current.status === 'ACTIVE' ? at >= current.at : at > current.at);

type OpenTrip = Current & { readonly status: 'ACTIVE' | 'PAUSED' };

export const isOpen = (current: Current | undefined): current is OpenTrip =>
  current !== undefined && current.status !== 'ENDED';

/**
 * The counts of a trip so far.
 *
 * @throws LostRace if the trip was started or ended between the reads of the two
 */
export function countOf(row: TripRow, current: Current | undefined): Count {
  if (row.status === 'ENDED') return row;
  if (isOpen(current) && current.id === row.sk) return current;
  throw lostRace();
}

const main = new Table('main');

/** A writer that has read the head before this write loses the race. */
export function moveCurrent(
  transaction: Transaction,
  tenant: TenantReference,
  deviceId: string,
  head: TripHead,
  current: Current,
): void {
  const next = { sequence: (head.sequence ?? 0) + 1, trip: writeCurrent(current) };
  const asRead = unchanged({ sequence: head.sequence });
  transaction.update(main, deviceKeys.head(tenant, deviceId), setAll(next), asRead, lostRace);
}
