import type { DeviceHead } from '../devices/head.ts';
import type { GeofenceEventRecord } from '../movements/event.ts';
import { type PackedText, packText, unpackText } from '../table/packed.ts';
import type { DeviceState } from '../transitions/device.ts';
import { type Current, readCurrent, type TripHead, writeCurrent } from '../trips/current.ts';
import { readPairs, readTrail, writePairs, writeTrail } from './state.ts';

/**
 * What is known of a device between two of its points: the state of the transition rules, and the number of writes so
 * far. Every write of a point, an event or a state of the device raises the number in the same transaction, on the
 * condition that it is as it was read. So the writes of one device are serialized.
 */

/** Identifies an event that a timer has recorded, and that the next points may contradict. */
export type TimerEvent = Pick<GeofenceEventRecord, 'id' | 'type' | 'geofenceId' | 'occurredAt'>;

export const timerEventOf = ({ id, type, geofenceId, occurredAt }: TimerEvent): TimerEvent => ({
  id,
  type,
  geofenceId,
  occurredAt,
});

export interface Head {
  /** The number of writes. */
  readonly sequence: number;
  /** `recordedAt` of the oldest and of the newest point; undefined before the first. */
  readonly firstAt: number | undefined;
  readonly newestAt: number | undefined;
  readonly state: DeviceState;
  /** For each geofence with a state: when the device last fired its action, if it has; in event time. */
  readonly fired: ReadonlyMap<string, readonly number[]>;
  /** Points since the last one whose row has a state. */
  readonly pointsSinceState: number;
  readonly timerEvents: readonly TimerEvent[];
  /** When the next timer fires; undefined if there is none. */
  readonly dueAt: number | undefined;
  /** `recordedAt` of the oldest and of the newest stored point to which the rules have not been applied yet. */
  readonly rerunFrom: number | undefined;
  readonly rerunUntil: number | undefined;
  readonly lastSeenAt: number | undefined;
  /** The write that last stored points older than the newest. */
  readonly lateSequence: number | undefined;
  /** Its newest trip; undefined if it never had one. */
  readonly trip: Current | undefined;
}

/** The attributes of the row beside those that responses show. */
export interface HeadRow extends DeviceHead, TripHead {
  readonly seenAt?: number;
  readonly trail?: string;
  readonly pairs?: PackedText;
  readonly fired?: PackedText;
  readonly pointsSinceState?: number;
  readonly timerEvents?: PackedText;
  readonly dueAt?: number;
  readonly rerunFrom?: number;
  readonly rerunUntil?: number;
}

export function readHead(row: HeadRow = {}): Head {
  return {
    sequence: row.sequence ?? 0,
    firstAt: row.firstAt,
    newestAt: row.newestAt,
    state: {
      seenAt: row.seenAt,
      trail: row.trail === undefined ? [] : readTrail(row.trail),
      pairs: row.pairs === undefined ? new Map() : readPairs(unpackText(row.pairs)),
    },
    fired: new Map(JSON.parse(unpackText(row.fired ?? '[]')) as [string, number[]][]),
    pointsSinceState: row.pointsSinceState ?? 0,
    timerEvents: JSON.parse(unpackText(row.timerEvents ?? '[]')) as TimerEvent[],
    dueAt: row.dueAt,
    rerunFrom: row.rerunFrom,
    rerunUntil: row.rerunUntil,
    lastSeenAt: row.lastSeenAt,
    lateSequence: row.lateSequence,
    trip: readCurrent(row),
  };
}

const mostInside = 100;

/** The geofences that a device is inside of, the newest stays first. */
export function insideOf({ pairs }: Pick<DeviceState, 'pairs'>): string[] {
  const stays = [...pairs].flatMap(([id, { pair }]) => (pair.phase === 'ENTERING' ? [] : [{ id, since: pair.since }]));
  return stays.sort((a, b) => b.since - a.since || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}

const shownInside = (state: Pick<DeviceState, 'pairs'>): DeviceHead['inside'] =>
  insideOf(state)
    .slice(0, mostInside)
    .map((id) => [id, state.pairs.get(id)!.activatedAt]);

/** The attributes of the row; undefined for those to remove. */
export function headAttributes(head: Head): Readonly<Record<string, unknown>> {
  const { state, fired, timerEvents } = head;
  const kept = [...fired].filter(([id]) => state.pairs.has(id)).map(([id, all]) => [id, all.slice(-1)]);
  return {
    sequence: head.sequence,
    firstAt: head.firstAt,
    newestAt: head.newestAt,
    seenAt: state.seenAt,
    trail: writeTrail(state.trail),
    pairs: state.pairs.size === 0 ? undefined : packText(writePairs(state.pairs)),
    fired: kept.length === 0 ? undefined : packText(JSON.stringify(kept)),
    pointsSinceState: head.pointsSinceState,
    timerEvents: timerEvents.length === 0 ? undefined : packText(JSON.stringify(timerEvents)),
    dueAt: head.dueAt,
    rerunFrom: head.rerunFrom,
    rerunUntil: head.rerunUntil,
    lastSeenAt: head.lastSeenAt,
    inside: state.pairs.size === 0 ? undefined : shownInside(state),
    lateSequence: head.lateSequence,
    trip: head.trip && writeCurrent(head.trip),
  };
}
