import { decideAction } from '../transitions/action.ts';
import type { Fence } from './fence.ts';
import type { Stop } from './insight-wire.ts';
import { actionRulesOf, noiseOf } from './rules.ts';

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

/** What the first point of a new device would cause at a fence. The device's state there is `UNKNOWN`. */
export function firstPointDecision(fence: Fence, inside: boolean, point: ReportedPoint): Decision {
  if (fence.status === 'inactive') return stopped('STATUS_INACTIVE');
  const { maxAccuracyMeters, enterConfirmations } = noiseOf(fence);
  if (maxAccuracyMeters !== null && (point.accuracyMeters ?? 0) > maxAccuracyMeters) return stopped('MAX_ACCURACY');
  if (!inside) return stopped('OUTSIDE');
  if (enterConfirmations > 1) return stopped('ENTER_CONFIRMATIONS');
  const entry = { type: 'enter', occurredAt: point.at, decidedAt: point.at } as const;
  const circumstances = { receivedAt: point.now, isInMaintenance: false, hasFiredBefore: false, firedAt: [] };
  const { suppressedBy } = decideAction(entry, actionRulesOf(fence), circumstances);
  return suppressedBy
    ? stopped(suppressedBy, 'enter')
    : { wouldRecord: 'enter', wouldFireAction: true, stoppedBy: null };
}
