import { GeometryError } from './geometry-error.ts';
import { FULL_TURN, toDegrees } from './grid.ts';
import { orientation } from './predicates.ts';
import { type SweptEdge, type SweptRing, sweptEdges, sweptRings } from './ring-edges.ts';
import type { GridRing } from './rings.ts';

interface Event {
  x: number;
  y: number;
  ending: SweptEdge[];
  starting: SweptEdge[];
}

/**
 * Refuses polygons that are not valid simple features: rings that cross or touch themselves, rings that cross or share
 * an edge, holes outside their polygon, polygons that overlap. Different rings may touch at points. Outer rings must
 * run counterclockwise and holes clockwise.
 *
 * One plane sweep from west to east (M. Shamos and D. Hoey, "Geometric Intersection Problems", 1976) keeps the edges
 * that meet the sweep line in order, tests only neighbours for crossings, and checks that the gaps between neighbours
 * alternate between the inside of one polygon and the outside. It takes O(n log n) exact orientation tests for n edges.
 *
 * @throws GeometryError `self_intersection` or `hole_outside`
 */
export function assertValid(polygons: readonly GridRing[][]): void {
  const status: SweptEdge[] = [];
  for (const event of eventsOf(sweptEdges(sweptRings(polygons)))) advance(status, event);
}

function eventsOf(edges: readonly SweptEdge[]): Event[] {
  const ends = edges.flatMap((edge) => [
    { x: edge.lx, y: edge.ly, edge, starts: true },
    { x: edge.rx, y: edge.ry, edge, starts: false },
  ]);
  ends.sort((a, b) => a.x - b.x || a.y - b.y);
  const events: Event[] = [];
  for (const { x, y, edge, starts } of ends) {
    let event = events.at(-1);
    if (event === undefined || event.x !== x || event.y !== y) {
      event = { x, y, ending: [], starting: [] };
      events.push(event);
    }
    (starts ? event.starting : event.ending).push(edge);
  }
  return events;
}

/** Moves the sweep line over one point: removes the edges that end there, inserts those that start, and checks. */
function advance(status: SweptEdge[], event: Event): void {
  const { x, y, ending, starting } = event;
  const first = firstNot(status, 0, (edge) => orientation(edge.lx, edge.ly, edge.rx, edge.ry, x, y) > 0);
  const end = firstNot(status, first, (edge) => orientation(edge.lx, edge.ly, edge.rx, edge.ry, x, y) === 0);
  const passing = status.slice(first, end).filter((edge) => edge.rx !== x || edge.ry !== y);
  const [stray, other] = passing;
  if (stray !== undefined && other !== undefined) throw crossing(stray, other, x, y);
  const [endingFirst, startingFirst] = [ending[0], starting[0]];
  if (end - first - passing.length !== ending.length) {
    throw crossing(endingFirst ?? startingFirst!, ending[1] ?? endingFirst ?? startingFirst!, x, y);
  }
  assertSimpleAt(event, stray);
  const block = [...starting, ...passing].sort((a, b) => -orientation(x, y, a.rx, a.ry, b.rx, b.ry));
  status.splice(first, end - first, ...block);
  for (let i = first; i <= first + block.length; i++) {
    const below = status[i - 1];
    const above = status[i];
    const inBlock = i > first && i < first + block.length;
    if (below !== undefined && above !== undefined) {
      if (inBlock ? orientation(x, y, below.rx, below.ry, above.rx, above.ry) === 0 : cross(below, above)) {
        throw crossing(below, above, x, y);
      }
    }
    assertAlternating(below, above, x, y);
  }
}

/**
 * The first index from `from` whose edge fails the test, where edges that pass come first; the length if none fails.
 */
function firstNot(status: readonly SweptEdge[], from: number, holds: (edge: SweptEdge) => boolean): number {
  let low = from;
  let high = status.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(status[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Checks that a ring passes a point only once: two of its edges meet there, and no other edge of it runs through. */
function assertSimpleAt({ x, y, ending, starting }: Event, passing: SweptEdge | undefined): void {
  if (ending.length + starting.length === 2 && passing === undefined) return;
  const meeting = new Map<SweptRing, number>();
  for (const edge of [...ending, ...starting]) {
    const count = (meeting.get(edge.ring) ?? 0) + 1;
    if (count > 2 || edge.ring === passing?.ring) throw crossing(edge, edge, x, y);
    meeting.set(edge.ring, count);
  }
}

/** Whether two edges cross at a point inside both. */
function cross(a: SweptEdge, b: SweptEdge): boolean {
  if (a.rx < b.lx || b.rx < a.lx) return false;
  const before = orientation(a.lx, a.ly, a.rx, a.ry, b.lx, b.ly);
  const after = orientation(a.lx, a.ly, a.rx, a.ry, b.rx, b.ry);
  if (!((before > 0 && after < 0) || (before < 0 && after > 0))) return false;
  const start = orientation(b.lx, b.ly, b.rx, b.ry, a.lx, a.ly);
  const end = orientation(b.lx, b.ly, b.rx, b.ry, a.rx, a.ry);
  return (start > 0 && end < 0) || (start < 0 && end > 0);
}

/** Checks the gap between two neighbours: it is either inside exactly one polygon or outside all of them. */
function assertAlternating(below: SweptEdge | undefined, above: SweptEdge | undefined, x: number, y: number): void {
  if (below?.interiorAbove) {
    if (above !== undefined && !above.interiorAbove && above.ring.body === below.ring.body) return;
    throw misplaced(below, above ?? below, x, y);
  }
  if (above === undefined || above.interiorAbove) return;
  throw misplaced(below ?? above, above, x, y);
}

/** The error for two edges that cross, overlap or, within one ring, touch. */
function crossing(a: SweptEdge, b: SweptEdge, x: number, y: number): GeometryError {
  if (a.ring !== b.ring) return misplaced(a, b, x, y);
  return new GeometryError('self_intersection', `${nameOf(a.ring)} crosses or touches itself ${placeOf(x, y)}.`);
}

/** The error for two neighbours whose gap is neither inside exactly one polygon nor outside all of them. */
function misplaced(a: SweptEdge, b: SweptEdge, x: number, y: number): GeometryError {
  const hole = [b, a].find((edge) => edge.ring.isHole);
  if (hole !== undefined) {
    return new GeometryError('hole_outside', `${nameOf(hole.ring)} leaves the inside of its polygon ${placeOf(x, y)}.`);
  }
  if (a.ring === b.ring) return crossing(a, b, x, y);
  const polygons = `Polygons ${a.ring.polygon} and ${b.ring.polygon}`;
  return new GeometryError('self_intersection', `${polygons} overlap or share an edge ${placeOf(x, y)}.`);
}

function placeOf(x: number, y: number): string {
  return `near [${toDegrees(x - FULL_TURN * Math.round(x / FULL_TURN))}, ${toDegrees(y)}]`;
}

function nameOf({ polygon, ring, isHole }: SweptRing): string {
  return isHole ? `Hole ${ring - 1} of polygon ${polygon}` : `The outer ring of polygon ${polygon}`;
}
