import type { Position } from '../../../../shared/geo/geometry.ts';

/**
 * Whether rings with small integer coordinates form a valid polygon (outer ring and holes) or several: it compares all
 * pairs of edges, then locates pieces of rings. It is slow and plain, and independent of the product's sweep.
 */
export function isValidByPairs(polygons: readonly (readonly Position[][])[]): boolean {
  const rings = polygons.flat();
  if (!rings.every(isSimple)) return false;
  const pairs = rings.flatMap((a, i) => rings.slice(0, i).map((b) => [a, b] as const));
  if (!pairs.every(([a, b]) => meetAtPointsOnly(a, b))) return false;
  const holesInside = polygons.every(([outer, ...holes]) => {
    const apart = holes.every((hole, i) => holes.slice(0, i).every((other) => lieApart(hole, other)));
    return apart && holes.every((hole) => liesWithin(hole, outer!));
  });
  return holesInside && polygons.every((a, i) => polygons.slice(0, i).every((b) => areApart(a, b)));
}

/** Outside of each other, or one inside a hole of the other. */
function areApart([a, ...holesA]: readonly Position[][], [b, ...holesB]: readonly Position[][]): boolean {
  return lieApart(a!, b!) || holesB.some((hole) => liesWithin(a!, hole)) || holesA.some((hole) => liesWithin(b!, hole));
}

type Edge = readonly [Position, Position];

const edgesOf = (ring: readonly Position[]): Edge[] => ring.slice(1).map((position, i) => [ring[i]!, position]);
const side = ([a, b]: Edge, c: Position) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
const touches = (edge: Edge, p: Position) =>
  side(edge, p) === 0 &&
  [0, 1].every((k) => Math.min(edge[0][k]!, edge[1][k]!) <= p[k]! && p[k]! <= Math.max(edge[0][k]!, edge[1][k]!));
const isSame = (a: Position, b: Position) => a[0] === b[0] && a[1] === b[1];

function crossInside(a: Edge, b: Edge): boolean {
  return side(a, b[0]) * side(a, b[1]) < 0 && side(b, a[0]) * side(b, a[1]) < 0;
}

function overlap(a: Edge, b: Edge): boolean {
  if (side(a, b[0]) !== 0 || side(a, b[1]) !== 0) return false;
  const shared = [...a.filter((p) => touches(b, p)), ...b.filter((p) => touches(a, p))];
  return shared.some((p) => !isSame(p, shared[0]!));
}

function isSimple(ring: readonly Position[]): boolean {
  const edges = edgesOf(ring);
  return edges.every((a, i) =>
    edges.slice(i + 1).every((b, k) => {
      const adjacent = k === 0 || (i === 0 && i + 1 + k === edges.length - 1);
      if (crossInside(a, b) || overlap(a, b)) return false;
      return adjacent || !(touches(a, b[0]) || touches(a, b[1]) || touches(b, a[0]) || touches(b, a[1]));
    }),
  );
}

function meetAtPointsOnly(a: readonly Position[], b: readonly Position[]): boolean {
  return edgesOf(a).every((edge) => edgesOf(b).every((other) => !crossInside(edge, other) && !overlap(edge, other)));
}

/**
 * The midpoints of the pieces into which touching points divide a ring's edges; each piece lies on one side of the
 * other ring.
 */
function piecesOf(ring: readonly Position[], other: readonly Position[]): Position[] {
  return edgesOf(ring).flatMap(([a, b]) => {
    const along = (p: Position) => (p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1]);
    const cuts = [a, b, ...other.filter((p) => touches([a, b], p))].sort((p, q) => along(p) - along(q));
    return cuts.slice(1).map((p, i): Position => [(p[0] + cuts[i]![0]) / 2, (p[1] + cuts[i]![1]) / 2]);
  });
}

/** Pieces on the other ring are single touching points and say nothing. */
function sidesOf(ring: readonly Position[], other: readonly Position[]): boolean[] {
  const pieces = piecesOf(ring, other).filter((p) => !edgesOf(other).some((edge) => touches(edge, p)));
  return pieces.map((p) => isInside(other, p));
}

function isInside(ring: readonly Position[], [x, y]: Position): boolean {
  const crossed = edgesOf(ring).filter(([a, b]) => {
    if (a[1] > y === b[1] > y) return false;
    return a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]) > x;
  });
  return crossed.length % 2 === 1;
}

const liesWithin = (ring: readonly Position[], other: readonly Position[]) =>
  sidesOf(ring, other).every((inside) => inside) && sidesOf(other, ring).every((inside) => !inside);

const lieApart = (a: readonly Position[], b: readonly Position[]) =>
  sidesOf(a, b).every((inside) => !inside) && sidesOf(b, a).every((inside) => !inside);
