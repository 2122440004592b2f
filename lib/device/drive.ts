import { setTimeout as sleep } from 'node:timers/promises';
import type { TrackPoint } from './track.ts';

/** A point as it is sent. */
export interface SentPoint {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitudeMeters?: number;
  readonly recordedAt: string;
}

export interface Pace {
  /** How many times faster than the track was recorded. */
  readonly speed: number;
  /** Time between two points, whatever the times of the track are. */
  readonly intervalSeconds?: number | undefined;
  /** Whether to start again at the end of the track. */
  readonly loop: boolean;
}

/** The pause between two laps, in the time of the track, if no interval is given. */
const pauseSeconds = 1;

/** Drives along a track, and reports each point when it is due. */
export async function drive(
  track: readonly TrackPoint[],
  { speed, intervalSeconds, loop }: Pace,
  report: (point: SentPoint) => void,
  signal: AbortSignal,
): Promise<void> {
  const dueAfter = (i: number) =>
    (intervalSeconds === undefined ? track[i]!.seconds / speed : i * intervalSeconds) * 1000;
  let last = 0;
  for (let begin = Date.now(); !signal.aborted; ) {
    for (const [i, { seconds: _, ...point }] of track.entries()) {
      await until(begin + dueAfter(i), signal);
      if (signal.aborted) return;
      // The platform would take two points of the same millisecond for one.
      last = Math.max(Date.now(), last + 1);
      report({ ...point, recordedAt: new Date(last).toISOString() });
    }
    if (!loop) return;
    await until(Date.now() + (intervalSeconds ?? pauseSeconds / speed) * 1000, signal);
    begin = Date.now();
  }
}

async function until(at: number, signal: AbortSignal): Promise<void> {
  const left = at - Date.now();
  if (left > 0) await sleep(left, undefined, { signal }).catch(() => undefined);
}
