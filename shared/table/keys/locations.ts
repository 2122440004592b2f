import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';
import { monthName } from '../time-names.ts';

/**
 * Where devices were and what happened there, in the Telemetry table. Points, which are many, have a partition for each
 * device and month in UTC.
 */

/** Orders instants as text; in milliseconds since 1970. */
const instantKey = (at: number): string => String(at).padStart(15, '0');

/** After every instant that a point can have. */
export const lastInstant = 10 ** 15 - 1;

/** All months of a span, the last one first. */
export function monthsOf(from: number, to: number): string[] {
  const months: string[] = [];
  const first = monthName(from);
  for (let at = new Date(to); ; at = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 0))) {
    const month = monthName(at.getTime());
    if (month < first) return months;
    months.push(month);
  }
}

/**
 * Partitions of the events of one geofence: all devices of a workspace may enter the same one at once, and a partition
 * accepts 1,000 write units a second.
 */
export const geofenceEventShards = 10;

export const locationKeys = {
  point: (tenant: TenantReference, deviceId: string, at: number) =>
    key(`${tenant}#at#${deviceId}#${monthName(at)}`, instantKey(at)),
  points: (tenant: TenantReference, deviceId: string, month: string) => partition(`${tenant}#at#${deviceId}#${month}`),
  /** An event in the list of its device. */
  event: (tenant: TenantReference, deviceId: string, at: number, id: string) =>
    key(`${tenant}#happened#${deviceId}`, `${instantKey(at)}#${id}`),
  events: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#happened#${deviceId}`),
  /** The same event in the list of its geofence. */
  geofenceEvent: (tenant: TenantReference, geofenceId: string, shard: number, at: number, id: string) =>
    key(`${tenant}#at-fence#${geofenceId}#${shard}`, `${instantKey(at)}#${id}`),
  geofenceEvents: (tenant: TenantReference, geofenceId: string, shard: number) =>
    partition(`${tenant}#at-fence#${geofenceId}#${shard}`),
  /** When a device has fired the action of a geofence. */
  fired: (tenant: TenantReference, deviceId: string, geofenceId: string, at: number) =>
    key(`${tenant}#fired#${deviceId}`, `${geofenceId}#${instantKey(at)}`),
  allFired: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#fired#${deviceId}`),
};

/** Bounds of the sort keys of a span, both included; `~` sorts after what follows an instant. */
export const instantsIn = (from: number, to: number): readonly [first: string, last: string] =>
  from > to || to < 0 ? ['~', '~'] : [instantKey(within(from)), `${instantKey(within(to))}~`];

const within = (at: number): number => Math.min(Math.max(0, at), lastInstant);

/** The same for the actions of one geofence that a device has fired. */
export const firedIn = (geofenceId: string, from: number, to: number): readonly [first: string, last: string] => [
  `${geofenceId}#${instantKey(within(from))}`,
  `${geofenceId}#${instantKey(within(to))}`,
];

/** The instant in the sort key of an action that was fired. */
export const firedAtIn = ({ sk }: { readonly sk: string }): number => Number(sk.slice(sk.lastIndexOf('#') + 1));
