import { distanceToEdgeMeters } from '../geo/contains.ts';
import { wholeMeters } from '../geofences/match.ts';
import { aboutFenceOrId } from '../geofences/published.ts';
import { actionRulesOf } from '../geofences/rules.ts';
import { type GeofenceEventRecord, type GeofenceEventRow, showEvent } from '../movements/event.ts';
import { type EventIdentity, markSuperseded, noteDecision, putEvent } from '../movements/write.ts';
import { publish } from '../outbox/publish.ts';
import { newId } from '../table/ids.ts';
import { locationKeys } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { decideAction } from '../transitions/action.ts';
import { reconcile } from '../transitions/reconcile.ts';
import { inOrder, type Transition } from '../transitions/transition.ts';
import { identityOf } from './identity.ts';
import type { Firings, KnownFences } from './surroundings.ts';

/** Turns transitions into events, and writes them with everything that follows from them. */

/** What all events of one run have in common. */
export interface Scene {
  readonly tenant: Tenant;
  readonly device: { readonly id: string; readonly name: string; readonly isInMaintenance: boolean };
  /** When the points that caused the run were received, in milliseconds since 1970. */
  readonly receivedAt: number;
  readonly fences: KnownFences;
  /** The trip that an event belongs to, by its instant. */
  readonly sessionAt: (at: number) => string | null;
  /** How long points and events are kept. */
  readonly retentionDays: number;
}

/** How an event relates to those that were recorded before. */
interface Relation {
  readonly late: boolean;
  /** The event that it supersedes. */
  readonly supersedes: GeofenceEventRecord | undefined;
}

/** What identifies a recorded event. */
export type Recorded = Pick<GeofenceEventRecord, 'id' | 'type' | 'geofenceId' | 'occurredAt'>;

/**
 * @param firedAt event times of the actions that this device has fired at the geofence
 */
function eventOf(
  scene: Scene,
  transition: Transition,
  firedAt: readonly number[],
  { late, supersedes }: Relation,
): GeofenceEventRecord {
  const { device, fences, receivedAt } = scene;
  const { stored } = fences.get(transition.geofenceId)!;
  const { type, occurredAt, decidedAt, position, initial, evidence, crossing } = transition;
  const { shape } = stored;
  const decision = decideAction(transition, actionRulesOf(stored), {
    receivedAt,
    isInMaintenance: device.isInMaintenance,
    hasFiredBefore: supersedes?.actionFired ?? false,
    firedAt,
  });
  const meters = distanceToEdgeMeters(shape.geometry, position.latitude, position.longitude);
  return {
    id: newId(receivedAt),
    type,
    geofenceId: stored.id,
    geofenceName: stored.name,
    geofenceVersion: stored.version,
    deviceId: device.id,
    deviceName: device.name,
    sessionId: scene.sessionAt(occurredAt),
    occurredAt,
    decidedAt,
    receivedAt: Date.now(),
    latitude: position.latitude,
    longitude: position.longitude,
    accuracyMeters: position.accuracyMeters,
    distance: wholeMeters(shape.latitude, shape.longitude, position),
    distanceToEdgeMeters: Math.round(meters * 10) / 10,
    dwellMinutes: type === 'dwell' ? stored.dwellMinutes : null,
    initial,
    evidence,
    crossing,
    triggerOn: stored.triggerOn,
    action: JSON.stringify(stored.action),
    ...decision,
    late,
    supersedes: supersedes?.id ?? null,
    supersededBy: null,
    retracted: false,
  };
}

/** Says that an event did not happen. */
function retractionOf({ receivedAt }: Scene, { sk: _, ttl: _ends, ...event }: GeofenceEventRow): GeofenceEventRecord {
  return {
    ...event,
    id: newId(receivedAt),
    receivedAt: Date.now(),
    actionFired: false,
    suppressedBy: null,
    cooldownEndsAt: null,
    late: true,
    supersedes: event.id,
    supersededBy: null,
    retracted: true,
  };
}

const telemetry = new Table('telemetry');
const secondsPerDay = 86_400;
const longestCooldownSeconds = 366 * secondsPerDay;

/** The most writes of one event: its rows, the notes in the superseded event, its action, the outbox, who is inside. */
export const writesOfEvent = 7;

/**
 * A change of the recorded events: one is new, supersedes another, or never happened. An event that holds is not
 * recorded again, but another point may decide it now.
 */
export type Change =
  | { readonly transition: Transition; readonly late: boolean; readonly supersedes?: GeofenceEventRow }
  | { readonly retracts: GeofenceEventRow }
  | { readonly holds: GeofenceEventRow; readonly decidedAt: number };

/** The changes that bring standing events in line with the transitions of a run, in the order of writing. */
export function changesOf(
  standing: readonly GeofenceEventRow[],
  transitions: readonly Transition[],
  isLate: (transition: Transition) => boolean,
): Change[] {
  const { moved, added, retracted } = reconcile(standing, transitions);
  const decided = new Map(transitions.map((transition) => [identityOf(transition), transition.decidedAt]));
  const decidedElsewhere = standing.flatMap((event) => {
    const decidedAt = decided.get(identityOf(event)) ?? event.decidedAt;
    return decidedAt === event.decidedAt ? [] : [{ holds: event, decidedAt }];
  });
  const fresh = [
    ...moved.map(({ from, to }) => ({ transition: to, late: true, supersedes: from })),
    ...added.map((transition) => ({ transition, late: isLate(transition) })),
  ];
  const inTheirOrder = fresh.sort((a, b) => inOrder(a.transition, b.transition));
  return [...decidedElsewhere, ...retracted.map((retracts) => ({ retracts })), ...inTheirOrder];
}

/** How many events some changes write. */
export const eventsOf = (changes: readonly Change[]): number => changes.filter((one) => !('holds' in one)).length;

/** Writes the events of some changes, with everything that follows from them. Adds to the firings. */
export function writeEvents(
  transaction: Transaction,
  scene: Scene,
  changes: readonly Change[],
  firings: Firings,
): Recorded[] {
  return changes.flatMap((change) => {
    if ('holds' in change) {
      noteDecision(transaction, scene.tenant.reference, change.holds, change.decidedAt);
      return [];
    }
    if ('retracts' in change) {
      writeEvent(transaction, scene, retractionOf(scene, change.retracts), change.retracts);
      return [];
    }
    const { transition, late, supersedes } = change;
    const { geofenceId } = transition;
    const event = eventOf(scene, transition, firings.get(geofenceId) ?? [], { late, supersedes });
    writeEvent(transaction, scene, event, supersedes);
    if (event.actionFired) firings.set(geofenceId, [...(firings.get(geofenceId) ?? []), event.occurredAt]);
    const { id, type, occurredAt } = event;
    return [{ id, type, geofenceId, occurredAt }];
  });
}

/** Writes an event: its rows, the note in the event that it supersedes, its action, and its publication. */
function writeEvent(
  transaction: Transaction,
  { tenant, receivedAt, retentionDays, fences }: Scene,
  event: GeofenceEventRecord,
  supersedes?: EventIdentity,
): void {
  const { reference } = tenant;
  const ttl = Math.ceil(receivedAt / 1000) + retentionDays * secondsPerDay;
  putEvent(transaction, reference, event, ttl);
  if (supersedes) markSuperseded(transaction, reference, supersedes, event.id);
  if (event.actionFired) {
    const key = locationKeys.fired(reference, event.deviceId, event.geofenceId, event.occurredAt);
    const row = { event: event.id, ttl: Math.ceil(event.occurredAt / 1000) + longestCooldownSeconds };
    transaction.put(telemetry, key, row);
  }
  publish(transaction, tenant, {
    id: event.id,
    type: event.retracted ? 'geofence.retracted' : `geofence.${event.type}`,
    subject: event.deviceId,
    data: showEvent(tenant.id, event),
    about: { ...aboutFenceOrId(event.geofenceId, fences.get(event.geofenceId)?.stored), device_ids: [event.deviceId] },
    happenedAt: event.occurredAt,
  });
}
