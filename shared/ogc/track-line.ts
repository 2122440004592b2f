import type { BoundingBox } from '../geo/box.ts';

/** The line of a track on a map: straight between two positions in longitude and latitude, on the shorter way around. */

export type Position = [longitude: number, latitude: number];

/** At least two. */
export type Positions = readonly [Position, Position, ...Position[]];

export type LineGeometry =
  | { readonly type: 'LineString'; readonly coordinates: Position[] }
  | { readonly type: 'MultiLineString'; readonly coordinates: Position[][] };

/** A position near another one: its longitude may lie beyond ±180. */
const near = ([longitude]: Position, [other, latitude]: Position): Position => {
  const turn = other - longitude > 180 ? -360 : other - longitude < -180 ? 360 : 0;
  return [other + turn, latitude];
};

/**
 * The line through some positions, cut where it crosses ±180.
 *
 * @example lineThrough([[179, 0], [-179, 2]]).coordinates // [[[179, 0], [180, 1]], [[-180, 1], [-179, 2]]]
 */
export function lineThrough([begin, ...rest]: Positions): LineGeometry {
  const parts: Position[][] = [[begin]];
  let from = begin;
  for (const to of rest) {
    const [longitude, latitude] = near(from, to);
    if (longitude !== to[0]) {
      const edge = longitude > to[0] ? 180 : -180;
      // Both may lie on the line itself, one as 180 and the other one as -180.
      const share = longitude === from[0] ? 0 : (edge - from[0]) / (longitude - from[0]);
      const cut = from[1] + share * (latitude - from[1]);
      parts.at(-1)!.push([edge, cut]);
      parts.push([[-edge, cut]]);
    }
    parts.at(-1)!.push(to);
    from = to;
  }
  const [only] = parts;
  return parts.length === 1
    ? { type: 'LineString', coordinates: only! }
    : { type: 'MultiLineString', coordinates: parts };
}

/** Whether a line touches a box, whose west is greater than its east where it crosses ±180. */
export function lineMeetsBox(positions: readonly Position[], [west, south, east, north]: BoundingBox): boolean {
  const width = east < west ? east - west + 360 : east - west;
  return positions.some((to, i) => {
    const from = positions[i - 1] ?? to;
    const end = near(from, to);
    return [-360, 0, 360].some((turn) => meets(from, end, [west + turn, south, west + turn + width, north]));
  });
}

/** Liang and Barsky: cuts off what lies beyond each side. */
function meets([x0, y0]: Position, [x1, y1]: Position, [west, south, east, north]: BoundingBox): boolean {
  let [first, last] = [0, 1];
  const sides = [
    [x0 - x1, x0 - west],
    [x1 - x0, east - x0],
    [y0 - y1, y0 - south],
    [y1 - y0, north - y0],
  ] as const;
  for (const [step, room] of sides) {
    if (step === 0 && room < 0) return false;
    if (step < 0) first = Math.max(first, room / step);
    if (step > 0) last = Math.min(last, room / step);
  }
  return first <= last;
}

/** The most positions of a line. */
const mostPositions = 5000;

/** Collects the positions of a track. Whenever there are too many, it drops every second one. */
export class Line {
  /** Whether positions were left out. */
  isThinned = false;
  #kept: Position[] = [];
  #last: Position | undefined;
  #count = 0;
  #each = 1;

  add(position: Position): void {
    if (this.#count % this.#each === 0) this.#kept.push(position);
    this.#last = position;
    this.#count += 1;
    if (this.#kept.length < mostPositions) return;
    this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
    this.#each *= 2;
    this.isThinned = true;
  }

  /** Including the first and the last one; undefined if there are fewer than two. */
  get positions(): Positions | undefined {
    const isLastKept = this.#last === undefined || this.#kept.at(-1) === this.#last;
    const [first, second, ...rest] = isLastKept ? this.#kept : [...this.#kept, this.#last!];
    return first && second && [first, second, ...rest];
  }
}
