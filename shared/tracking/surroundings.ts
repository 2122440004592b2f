import { toDegrees } from '../geo/grid.ts';
import { distanceMeters } from '../geo/sphere.ts';
import { type CrossingRow, crossingFences } from '../geofences/crossing-list.ts';
import { evaluate } from '../geofences/evaluation.ts';
import type { Fence as StoredFence } from '../geofences/fence.ts';
import { indexMatches } from '../geofences/match.ts';
import { type BodyRow, readBody } from '../geofences/rows.ts';
import { rulesOf } from '../geofences/rules.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { firedAtIn, firedIn, lastInstant, locationKeys } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { mostCrossMeters } from '../transitions/crossing.ts';
import type { Device } from '../transitions/device.ts';
import { Fence, type Fix } from '../transitions/fence.ts';
import { mostPassed, type Trail } from '../transitions/trail.ts';

/** The geofences around points: those that matter to the transition rules there. */

/** A geofence with its rules. */
export interface KnownFence {
  readonly stored: StoredFence;
  readonly fence: Fence;
}

/** When actions were fired, in event time; by geofence id. */
export type Firings = Map<string, readonly number[]>;

export type KnownFences = ReadonlyMap<string, KnownFence>;

const main = new Table('main');
const telemetry = new Table('telemetry');

/** What the index says about some points. */
export interface Around {
  /** Ids of the geofences that hold each point. */
  readonly held: readonly (readonly string[])[];
  readonly crossings: readonly CrossingRow[];
}

/** @param options.fresh whether changes of geofences that detect crossings must show at once */
export async function lookAround(
  tenant: TenantReference,
  fixes: readonly Fix[],
  options: { readonly fresh: boolean },
): Promise<Around> {
  const [held, crossings] = await Promise.all([
    evaluate(tenant, fixes, ({ point, rows }) => indexMatches(rows, point).map(({ row }) => row.sk)),
    crossingFences(tenant, options),
  ]);
  return { held, crossings };
}

/** Ids of the geofences that may matter to each of some points, apart from those where the device has a state. */
export function idsAround({ held, crossings }: Around, fixes: readonly Fix[], before: Trail): (readonly string[])[] {
  if (crossings.length === 0) return [...held];
  return fixes.map((fix, i) => {
    const from = [...fixes.slice(Math.max(0, i - mostPassed - 1), i), ...before.map((one) => one.fix)];
    return [...new Set([...held[i]!, ...crossedBetween(crossings, from, fix)])];
  });
}

/** The geofences that a way from one of several places may cross. */
function crossedBetween(crossings: readonly CrossingRow[], from: readonly Fix[], to: Fix): string[] {
  const ways = from
    .map((fix) => distanceMeters(fix.latitude, fix.longitude, to.latitude, to.longitude))
    .filter((meters) => meters <= mostCrossMeters);
  if (ways.length === 0) return [];
  const longest = Math.max(...ways) + 1;
  return crossings
    .filter(({ y, x, r }) => distanceMeters(toDegrees(y), toDegrees(x), to.latitude, to.longitude) <= r + longest)
    .map(({ sk }) => sk);
}

/** The active ones among some geofences. */
export async function fencesOf(tenant: TenantReference, ids: Iterable<string>): Promise<KnownFences> {
  const keys = [...new Set(ids)].map((id) => geofenceKeys.body(tenant, id));
  const rows = keys.length === 0 ? [] : await main.getMany<BodyRow>(keys);
  const stored = rows.flatMap((row) => (row ? [readBody(row)] : []));
  const active = stored.filter(({ status }) => status === 'active');
  return new Map(active.map((fence) => [fence.id, { stored: fence, fence: new Fence(rulesOf(fence)) }]));
}

/** Whether a state belongs to the present activation of its geofence. */
export const isCurrent = (fences: KnownFences, id: string, activatedAt: number): boolean =>
  fences.get(id)?.fence.rules.activatedAt === activatedAt;

/** Forgets the states of all other activations. */
export function forgetOthers(device: Device, fences: KnownFences): void {
  device.forget((id, activatedAt) => isCurrent(fences, id, activatedAt));
}

/** When a device last fired the actions of some geofences, if it has. */
export async function lastFired(tenant: TenantReference, deviceId: string, ids: readonly string[]): Promise<Firings> {
  const of = locationKeys.allFired(tenant, deviceId);
  const read = async (id: string): Promise<[string, number[]]> => {
    const between = firedIn(id, 0, lastInstant);
    const { rows } = await telemetry.query<{ sk: string }>(of, { descending: true, pageSize: 1, between });
    return [id, rows.map(firedAtIn)];
  };
  return new Map(await Promise.all(ids.map(read)));
}

/** The actions that count for the cooldown at an instant: the last one before and the first one after. */
export async function firedAround(
  tenant: TenantReference,
  deviceId: string,
  geofenceId: string,
  at: number,
): Promise<number[]> {
  const of = locationKeys.allFired(tenant, deviceId);
  const [before, after] = await Promise.all([
    telemetry.query<{ sk: string }>(of, { descending: true, pageSize: 1, between: firedIn(geofenceId, 0, at) }),
    telemetry.query<{ sk: string }>(of, { pageSize: 1, between: firedIn(geofenceId, at, lastInstant) }),
  ]);
  return [...before.rows, ...after.rows].map(firedAtIn);
}
