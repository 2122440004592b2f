import type { MultiPolygonGeometry, PolygonGeometry, Position } from './geometry.ts';
import { HALF_TURN, toDegrees } from './grid.ts';
import { type HalfPlanePart, partBelowZero } from './half-plane.ts';
import { isInsidePerturbed, isOnAnyEdge, type PolygonEdges } from './polygon-edges.ts';
import { boundsOf, type GridRing } from './rings.ts';

/** The rings of one polygon on one unwrapped plane, outer ring first; see `unwrapPolygon`. */
export type GridPolygon = readonly GridRing[];

/**
 * Polygons as GeoJSON for clients that cannot read an edge across ±180 (RFC 7946, section 3.1.9): a Polygon when there
 * is only one piece, otherwise a MultiPolygon.
 */
export function cutGeometry(polygons: readonly GridPolygon[]): PolygonGeometry | MultiPolygonGeometry {
  const pieces = polygons.flatMap(splitAtAntimeridian).map((rings) => rings.map(toPositions));
  const [only] = pieces;
  if (only && pieces.length === 1) return { type: 'Polygon', coordinates: only };
  return { type: 'MultiPolygon', coordinates: pieces };
}

function toPositions(ring: GridRing): Position[] {
  return Array.from({ length: ring.length / 2 }, (_, i) => [toDegrees(ring[2 * i]!), toDegrees(ring[2 * i + 1]!)]);
}

/**
 * Splits a polygon at ±180, as RFC 7946, section 3.1.9 asks, into polygons that lie within ±180. A polygon that does
 * not cross is returned as it is. The middle of a polygon lies within ±180, so it crosses on one side at most.
 */
function splitAtAntimeridian(polygon: GridPolygon): GridPolygon[] {
  const { minX, maxX } = boundsOf(polygon);
  if (minX >= -HALF_TURN && maxX <= HALF_TURN) return [polygon];
  const line = maxX > HALF_TURN ? HALF_TURN : -HALF_TURN;
  // Longitudes are counted from the dividing line, and westward for the eastern part, so that each part lies below
  // zero.
  const western = assembled(partBelowZero(polygon.map((ring) => mapX(ring, (x) => x - line))));
  const eastern = assembled(partBelowZero(polygon.map((ring) => mapX(ring, (x) => line - x))));
  return [
    ...western.map((piece) => piece.map((ring) => mapX(ring, (x) => x + HALF_TURN))),
    ...eastern.map((piece) => piece.map((ring) => mapX(ring, (x) => -x - HALF_TURN))),
  ];
}

function mapX(ring: GridRing, change: (x: number) => number): GridRing {
  return ring.map((value, i) => (i % 2 === 0 ? change(value) + 0 : value));
}

/** Gives each hole to the piece that contains it. */
function assembled({ outers, holes }: HalfPlanePart): GridPolygon[] {
  const pieces = outers.map((outer) => ({ edges: edgesOf(outer), rings: [outer] }));
  for (const hole of holes) pieces.find(({ edges }) => holds(edges, hole))?.rings.push(hole);
  return pieces.map(({ rings }) => rings);
}

/** Decides by the first point of the hole (a vertex or the middle of an edge) that is not on the outer ring. */
function holds(outer: PolygonEdges, hole: GridRing): boolean {
  for (let i = 0; i + 3 < hole.length; i += 2) {
    const [ax, ay, bx, by] = [hole[i]!, hole[i + 1]!, hole[i + 2]!, hole[i + 3]!];
    for (const [x, y] of [[ax, ay] as const, [(ax + bx) / 2, (ay + by) / 2] as const]) {
      if (!isOnAnyEdge(outer.edges, x, y)) return isInsidePerturbed(outer, x, y);
    }
  }
  return true;
}

function edgesOf(ring: GridRing): PolygonEdges {
  const edges = new Float64Array(2 * ring.length - 4);
  for (let i = 0; i + 3 < ring.length; i += 2) edges.set(ring.subarray(i, i + 4), 2 * i);
  return { edges, ...boundsOf([ring]) };
}
