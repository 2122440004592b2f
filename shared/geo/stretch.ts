import { GRID_PER_RADIAN, HALF_TURN, QUARTER_TURN } from './grid.ts';

/** A point and an edge a→b, in grid units. */
export interface EdgeSeen {
  x: number;
  y: number;
  ax: number;
  ay: number;
  bx: number;
  by: number;
}

/**
 * h(t) is the haversine of the angle from a point to the place at share t of an edge: h falls and rises with the
 * distance. With φ, λ the latitude and the turn from the point's meridian at t, n, e their constant slopes, P the point's
 * latitude and c = cos P:
 *
 *   h   = sin²((φ - P) / 2) + c cos φ sin²(λ / 2)
 *   2h' = n (sin(φ - P) - 2c sin φ sin²(λ / 2)) + ec cos φ sin λ
 *   2h″ = n² sin P sin φ + (n² + e²) c cos φ cos λ - 2nec sin φ sin λ
 *   2h‴ = n³ sin P cos φ - (n³ + 3ne²) c sin φ cos λ - (3n²e + e³) c cos φ sin λ
 */
class Haversine {
  readonly #edge: EdgeSeen;
  readonly #latitude: number;
  readonly #c: number;
  readonly #n: number;
  readonly #e: number;
  /** Upper bounds of the absolute second and third derivatives of h on the edge. */
  readonly maxSecond: number;
  readonly maxThird: number;

  constructor(edge: EdgeSeen) {
    const { x, y, ax, ay, bx, by } = edge;
    this.#edge = edge;
    this.#latitude = y / GRID_PER_RADIAN;
    this.#c = Math.abs(Math.cos(this.#latitude));
    this.#n = (by - ay) / GRID_PER_RADIAN;
    this.#e = (bx - ax) / GRID_PER_RADIAN;
    const [n, e, c] = [Math.abs(this.#n), Math.abs(this.#e), this.#c];
    const [sinP, sinPhi] = [Math.abs(Math.sin(this.#latitude)), maxSine(ay, by)];
    const [cosPhi, cosTurn] = [
      maxSine(ay + QUARTER_TURN, by + QUARTER_TURN),
      maxSine(ax - x + QUARTER_TURN, bx - x + QUARTER_TURN),
    ];
    this.maxSecond = (n * n * sinP * sinPhi + (n * n + e * e) * c * cosPhi * cosTurn + 2 * n * e * c * sinPhi) / 2;
    const [cubes, mixed] = [n * n * n * sinP * cosPhi, (n * n * n + 3 * n * e * e) * c * sinPhi * cosTurn];
    this.maxThird = (cubes + mixed + (3 * n * n * e + e * e * e) * c * cosPhi) / 2;
  }

  #at(t: number): { phi: number; above: number; turn: number } {
    const { x, y, ax, ay, bx, by } = this.#edge;
    return {
      phi: (ay + t * (by - ay)) / GRID_PER_RADIAN,
      above: (ay - y + t * (by - ay)) / GRID_PER_RADIAN,
      turn: (ax - x + t * (bx - ax)) / GRID_PER_RADIAN,
    };
  }

  /** The largest difference, in radians, between the distance at t and the distance up to `half` away from t. */
  maxChange(t: number, half: number): number {
    const { phi, above, turn } = this.#at(t);
    const scale = this.#c * Math.cos(phi);
    const h = Math.sin(above / 2) ** 2 + scale * Math.sin(turn / 2) ** 2;
    const g = Math.sin((phi + this.#latitude) / 2) ** 2 + scale * Math.cos(turn / 2) ** 2;
    const change = half * (Math.abs(this.slope(t)) + half * (Math.abs(this.bend(t)) / 2 + (half * this.maxThird) / 6));
    return change / Math.sqrt(h * g);
  }

  slope(t: number): number {
    const { phi, above, turn } = this.#at(t);
    const poleward = Math.sin(above) - 2 * this.#c * Math.sin(phi) * Math.sin(turn / 2) ** 2;
    return (this.#n * poleward + this.#e * this.#c * Math.cos(phi) * Math.sin(turn)) / 2;
  }

  bend(t: number): number {
    const { phi, turn } = this.#at(t);
    const [n, e, c] = [this.#n, this.#e, this.#c];
    const sine = Math.sin(phi);
    const along = (n * n + e * e) * c * Math.cos(phi) * Math.cos(turn);
    return (n * n * Math.sin(this.#latitude) * sine + along - 2 * n * e * c * sine * Math.sin(turn)) / 2;
  }
}

/** The greatest absolute value of the sine between two angles in grid units. */
function maxSine(a: number, b: number): number {
  const [from, to] = a < b ? [a, b] : [b, a];
  if (Math.floor((to + QUARTER_TURN) / HALF_TURN) !== Math.floor((from + QUARTER_TURN) / HALF_TURN)) return 1;
  return Math.max(Math.abs(Math.sin(from / GRID_PER_RADIAN)), Math.abs(Math.sin(to / GRID_PER_RADIAN)));
}

/** Differences of distance below this are ignored: about ten nanometres. */
const SAME_RADIANS = 1.5e-15;
/** Shares of an edge that differ by less count as one place: about ten nanometres of the longest edge. */
const SAME_SHARE = 2 ** -50;

/**
 * Shares of an edge. The place nearest to a point is among them or at the ends of the edge. The edge is halved until
 * each part either has no place where the distance is stationary, or is certain to be convex or concave.
 */
export function leastAlong(edge: EdgeSeen): number[] {
  const h = new Haversine(edge);
  const found: number[] = [];
  const open: [middle: number, half: number][] = [[0.5, 0.5]];
  for (let part = open.pop(); part; part = open.pop()) {
    const [middle, half] = part;
    if (Math.abs(h.slope(middle)) > h.maxSecond * half) continue;
    const bend = h.bend(middle);
    if (bend > h.maxThird * half) found.push(lowest(h, middle - half, middle + half));
    else if (bend < -h.maxThird * half) found.push(middle - half, middle + half);
    else if (half < SAME_SHARE || h.maxChange(middle, half) < SAME_RADIANS) found.push(middle);
    else open.push([middle - half / 2, half / 2], [middle + half / 2, half / 2]);
  }
  return found;
}

/** The lowest place of a convex stretch, by bisection. */
function lowest(h: Haversine, from: number, to: number): number {
  let [low, high] = [from, to];
  while (high - low > SAME_SHARE) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (h.slope(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
