import { FULL_TURN, GRID_PER_RADIAN, HALF_TURN } from './grid.ts';
import { EARTH_RADIUS_METERS } from './sphere.ts';

/** Slack in metres for floating-point error in the disc tests; the errors are below a millionth of it. */
export const SLACK_METERS = 0.02;

/** Edges as a flat list of ax, ay, bx, by in grid units, with the range of x that they span. */
export interface EdgeSource {
  edges: Float64Array;
  minX: number;
  maxX: number;
  /** Set when the edges already lie in the wanted turn, one copy each. Otherwise every turn is tried. */
  isFramed?: true;
}

const TURNS = [0, -FULL_TURN, FULL_TURN];
const NO_TURN = [0];

interface Window {
  minX: number;
  maxX: number;
  minY: number;
  maxY: number;
  /** Scale of longitudes in the flat distance below; 0 when only the box is tested. */
  scale: number;
  /** The largest square of that distance at which an edge is kept. */
  limit: number;
}

/**
 * The edges that may come within `radiusMeters` of a point, in the turn nearest the point; undefined when there are
 * none. Every edge within the disc is included; some outside it may be.
 */
export function nearEdges(source: EdgeSource, x: number, y: number, radiusMeters: number): Float64Array | undefined {
  const window = windowAround(x, y, radiusMeters);
  let length = 0;
  for (const turn of source.isFramed ? NO_TURN : TURNS) {
    if (source.minX + turn > window.maxX || source.maxX + turn < window.minX) continue;
    length = collect(source.edges, turn, x, y, window, length);
  }
  return length === 0 ? undefined : scratch.slice(0, length);
}

/** Buffer for edges while their number is not known; it grows as needed. */
let scratch = new Float64Array(4096);

function roomFor(length: number): void {
  if (length <= scratch.length) return;
  const grown = new Float64Array(2 * length);
  grown.set(scratch);
  scratch = grown;
}

/**
 * A box of longitude and latitude that contains the disc and, for discs away from the poles, a flat distance that never
 * exceeds the true distance there: with sin a ≥ a(1 - t²/6) for a ≤ t and cos φ' ≥ cos(|φ| + d), the haversine of an
 * angle d' ≤ d gives Δφ² + k²Δλ² ≤ d² / (1 - t²/6)², where k² = cos φ · cos(|φ| + d).
 */
function windowAround(x: number, y: number, radiusMeters: number): Window {
  const angle = (radiusMeters + SLACK_METERS) / EARTH_RADIUS_METERS;
  const latitude = Math.abs(y) / GRID_PER_RADIAN;
  const height = angle * GRID_PER_RADIAN;
  const box = { minX: x - HALF_TURN, maxX: x + HALF_TURN, minY: y - height, maxY: y + height };
  if (latitude + angle >= Math.PI / 2 - 1e-6) return { ...box, scale: 0, limit: 0 };
  const halfWidth = Math.asin(Math.min(1, Math.sin(angle) / Math.cos(latitude)));
  box.minX = x - halfWidth * GRID_PER_RADIAN;
  box.maxX = x + halfWidth * GRID_PER_RADIAN;
  if (angle >= 0.3) return { ...box, scale: 0, limit: 0 };
  const largest = Math.max(angle, halfWidth) / 2;
  const distance = height / (1 - (largest * largest) / 6);
  const scale = Math.sqrt(Math.cos(latitude) * Math.cos(latitude + angle));
  return { ...box, scale, limit: distance * distance };
}

/** Appends near edges to the buffer from `length` on; returns its new length. */
function collect(edges: Float64Array, turn: number, x: number, y: number, window: Window, length: number): number {
  const { minX, maxX, minY, maxY, scale, limit } = window;
  roomFor(length + edges.length);
  const near = scratch;
  let end = length;
  for (let i = 0; i < edges.length; i += 4) {
    const ay = edges[i + 1]!;
    const by = edges[i + 3]!;
    if ((ay < minY && by < minY) || (ay > maxY && by > maxY)) continue;
    const ax = edges[i]! + turn;
    const bx = edges[i + 2]! + turn;
    if ((ax < minX && bx < minX) || (ax > maxX && bx > maxX)) continue;
    if (scale > 0 && squareToOrigin((ax - x) * scale, ay - y, (bx - x) * scale, by - y) > limit) continue;
    near[end] = ax;
    near[end + 1] = ay;
    near[end + 2] = bx;
    near[end + 3] = by;
    end += 4;
  }
  return end;
}

/** Squared distance of a segment to the origin of the plane. */
function squareToOrigin(ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy;
  const along = square > 0 ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / square)) : 0;
  const nearX = ax + along * dx;
  const nearY = ay + along * dy;
  return nearX * nearX + nearY * nearY;
}
