import { FULL_TURN, HALF_TURN } from './grid.ts';
import { boundsOf, type GridRing } from './rings.ts';

/** A ring of the shape under test, with its numbers for messages (both counted from 1; ring 1 is the outer one). */
export interface SweptRing {
  polygon: number;
  ring: number;
  isHole: boolean;
  points: GridRing;
  /** Distinguishes a polygon from its copy one turn away. */
  body: number;
}

/** An edge directed from its lexicographically lower end (`lx`, `ly`) to the higher one. */
export interface SweptEdge {
  lx: number;
  ly: number;
  rx: number;
  ry: number;
  ring: SweptRing;
  /** Whether the polygon's interior lies above the edge: outer rings run counterclockwise, holes clockwise. */
  interiorAbove: boolean;
}

/**
 * Every ring. If there are several polygons, each polygon that reaches beyond ±180 degrees is also copied one turn
 * away, so that polygons which meet across that meridian meet on the plane.
 */
export function sweptRings(polygons: readonly GridRing[][]): SweptRing[] {
  const swept: SweptRing[] = [];
  const add = (rings: readonly GridRing[], polygon: number, body: number, turn: number): void => {
    for (const [i, ring] of rings.entries()) {
      const points = turn === 0 ? ring : ring.map((value, k) => (k % 2 === 0 ? value + turn : value));
      swept.push({ polygon: polygon + 1, ring: i + 1, isHole: i > 0, points, body });
    }
  };
  for (const [i, rings] of polygons.entries()) {
    add(rings, i, i, 0);
    const { minX, maxX } = boundsOf(rings);
    if (polygons.length === 1) continue;
    if (maxX > HALF_TURN) add(rings, i, i + polygons.length, -FULL_TURN);
    else if (minX < -HALF_TURN) add(rings, i, i + polygons.length, FULL_TURN);
  }
  return swept;
}

export function sweptEdges(rings: readonly SweptRing[]): SweptEdge[] {
  const edges: SweptEdge[] = [];
  for (const ring of rings) {
    const { points } = ring;
    for (let i = 0; i + 3 < points.length; i += 2) {
      const ax = points[i]!;
      const ay = points[i + 1]!;
      const bx = points[i + 2]!;
      const by = points[i + 3]!;
      const forward = ax < bx || (ax === bx && ay < by);
      edges.push(
        forward
          ? { lx: ax, ly: ay, rx: bx, ry: by, ring, interiorAbove: true }
          : { lx: bx, ly: by, rx: ax, ry: ay, ring, interiorAbove: false },
      );
    }
  }
  return edges;
}
