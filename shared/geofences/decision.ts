import type { Fence } from './fence.ts';
import type { Stop } from './insight-wire.ts';

/** A point in the form in which a device would report it. */
export interface ReportedPoint {
  readonly accuracyMeters: number | undefined;
  /** The time of the event and the present time, in milliseconds since 1970. */
  readonly at: number;
  readonly now: number;
}

export interface Decision {
  readonly wouldRecord: 'enter' | null;
  readonly wouldFireAction: boolean;
  readonly stoppedBy: Stop | null;
}

const stopped = (stoppedBy: Stop, wouldRecord: Decision['wouldRecord'] = null): Decision => ({
  wouldRecord,
  wouldFireAction: false,
  stoppedBy,
});

const millisecondsPerMinute = 60_000;
const defaultLateMinutes = 15;

/** What the first point of a new device would cause at a fence. The device's state there is `UNKNOWN`. */
export function firstPointDecision(fence: Fence, inside: boolean, point: ReportedPoint): Decision {
  const noise = (fence.noise ?? {}) as Record<string, number | null | undefined>;
  if (fence.status === 'inactive') return stopped('STATUS_INACTIVE');
  const { maxAccuracyMeters, enterConfirmations, lateActionMaxAgeMinutes } = noise;
  if (maxAccuracyMeters && (point.accuracyMeters ?? 0) > maxAccuracyMeters) return stopped('MAX_ACCURACY');
  if (!inside) return stopped('OUTSIDE');
  if ((enterConfirmations ?? 1) > 1) return stopped('ENTER_CONFIRMATIONS');
  if (fence.triggerOn !== 'enter') return stopped('TRIGGER_ON', 'enter');
  const lateAfter = (lateActionMaxAgeMinutes ?? defaultLateMinutes) * millisecondsPerMinute;
  if (point.now - point.at > lateAfter) return stopped('LATE', 'enter');
  return { wouldRecord: 'enter', wouldFireAction: true, stoppedBy: null };
}
