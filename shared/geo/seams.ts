import { FULL_TURN, HALF_TURN, QUARTER_TURN } from './grid.ts';

/** A stretch of the ±180 meridian along which an edge runs. */
interface Stretch {
  south: number;
  north: number;
  isNorthward: boolean;
}

/**
 * The edges of a polygon without those that only its drawing on a map needs: edges along ±180 where the polygon
 * continues on the other side, and edges along a pole, which is one point. The remaining edges bound the polygon on the
 * globe.
 */
export function withoutSeams(edges: Float64Array): Float64Array {
  const kept: number[] = [];
  const onMeridian: Stretch[] = [];
  for (let i = 0; i < edges.length; i += 4) {
    const [ax, ay, bx, by] = [edges[i]!, edges[i + 1]!, edges[i + 2]!, edges[i + 3]!];
    if (ay === by && Math.abs(ay) === QUARTER_TURN) continue;
    if (ax === bx && Math.abs(ax % FULL_TURN) === HALF_TURN) {
      onMeridian.push({ south: Math.min(ay, by), north: Math.max(ay, by), isNorthward: by > ay });
    } else kept.push(ax, ay, bx, by);
  }
  for (const [south, north] of oneSided(onMeridian)) kept.push(HALF_TURN, south, HALF_TURN, north);
  return Float64Array.from(kept);
}

/**
 * The stretches where the polygon lies on one side of the meridian only. Edges run north on its west side and south on
 * its east side.
 */
function oneSided(stretches: readonly Stretch[]): [south: number, north: number][] {
  const ends = stretches.flatMap(({ south, north, isNorthward }) => {
    const step = isNorthward ? 1 : -1;
    return [
      { y: south, step },
      { y: north, step: -step },
    ];
  });
  ends.sort((a, b) => a.y - b.y);
  const found: [south: number, north: number][] = [];
  let [balance, from] = [0, 0];
  for (const { y, step } of ends) {
    if (balance !== 0 && y > from) found.push([from, y]);
    balance += step;
    from = y;
  }
  return found;
}
