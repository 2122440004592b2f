import { circles } from '../demo/places.ts';
import type { TrackPoint } from './track.ts';

/**
 * A closed track through the first circle of the demo workspace: from the west through its centre to the east, and back
 * south of the circle.
 */

const [place] = circles;
export const demoPlace = place!.name;

const metersPerDegree = 111_195;
const legMeters = 400;
const backMeters = 300;
const stepMeters = 50;
/** 36 km/h. */
const metersPerSecond = 10;

/** Corners in metres east and north of the centre. */
const corners = [
  [-legMeters, 0],
  [legMeters, 0],
  [legMeters, -backMeters],
  [-legMeters, -backMeters],
  [-legMeters, 0],
] as const;

export function demoTrack(): TrackPoint[] {
  const points: TrackPoint[] = [];
  for (const [i, [east, north]] of corners.slice(1).entries()) {
    const [fromEast, fromNorth] = corners[i]!;
    const length = Math.hypot(east - fromEast, north - fromNorth);
    const first = i === 0 ? 0 : stepMeters;
    for (let meters = first; meters <= length; meters += stepMeters) {
      const part = meters / length;
      const seconds = points.length * (stepMeters / metersPerSecond);
      points.push(pointAt(fromEast + part * (east - fromEast), fromNorth + part * (north - fromNorth), seconds));
    }
  }
  return points;
}

function pointAt(eastMeters: number, northMeters: number, seconds: number): TrackPoint {
  const [longitude, latitude] = place!.at;
  const perDegree = metersPerDegree * Math.cos((latitude * Math.PI) / 180);
  const rounded = (degrees: number) => Number(degrees.toFixed(6));
  return {
    latitude: rounded(latitude + northMeters / metersPerDegree),
    longitude: rounded(longitude + eastMeters / perDegree),
    seconds,
  };
}
