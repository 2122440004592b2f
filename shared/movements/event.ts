import type * as z from 'zod';
import type { triggers } from '../geofences/terms.ts';
import { parseExactly } from '../json/exact.ts';
import type { suppressions } from '../transitions/action.ts';
import type { Crossing, transitionTypes } from '../transitions/transition.ts';
import { printInstant, printInstantOrNull } from '../wire/schema.ts';
import type { GeofenceEvent } from './wire.ts';

/** What happened between a device and a geofence, as it is stored and shown. */

/** The attributes of an event. Instants are in milliseconds since 1970. */
export interface GeofenceEventRecord {
  readonly id: string;
  readonly type: (typeof transitionTypes)[number];
  readonly geofenceId: string;
  readonly geofenceName: string;
  readonly geofenceVersion: number;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly sessionId: string | null;
  readonly occurredAt: number;
  /** Event time of the point that decided it; for a timer its due time. */
  readonly decidedAt: number;
  readonly receivedAt: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly accuracyMeters: number | null;
  readonly distance: number;
  readonly distanceToEdgeMeters: number;
  readonly dwellMinutes: number | null;
  readonly initial: boolean;
  readonly evidence: 'point' | 'timer';
  readonly crossing: Crossing | null;
  readonly triggerOn: (typeof triggers)[number];
  /** JSON. */
  readonly action: string;
  readonly actionFired: boolean;
  readonly suppressedBy: (typeof suppressions)[number] | null;
  readonly cooldownEndsAt: number | null;
  readonly late: boolean;
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
  readonly retracted: boolean;
}

/** A stored event. */
export type GeofenceEventRow = GeofenceEventRecord & {
  readonly sk: string;
  /** The end of its retention, in seconds since 1970. */
  readonly ttl: number;
};

/** Whether an event is still valid: neither superseded nor retracted. */
export const isStanding = ({ supersededBy, retracted }: GeofenceEventRecord): boolean =>
  supersededBy === null && !retracted;

/** An event as answers show it. */
export function showEvent(tenantId: string, event: GeofenceEventRecord): z.input<typeof GeofenceEvent> {
  const { decidedAt: _, occurredAt, receivedAt, crossing, action, cooldownEndsAt, ...shown } = event;
  return {
    ...shown,
    tenantId,
    occurredAt: printInstant(occurredAt),
    receivedAt: printInstant(receivedAt),
    crossing: crossing && {
      ...crossing,
      enteredAt: printInstant(crossing.enteredAt),
      exitedAt: printInstant(crossing.exitedAt),
      insideSeconds: (crossing.exitedAt - crossing.enteredAt) / 1000,
    },
    action: parseExactly(action) as Record<string, unknown>,
    cooldownEndsAt: printInstantOrNull(cooldownEndsAt),
  };
}
