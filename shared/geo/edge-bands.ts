import { edgesContain, type PolygonEdges } from './polygon-edges.ts';

/** A polygon in bands of latitude, for tests of many points: only the edges of a point's band matter for it. */

const mostBands = 64;
/** The most copies of an edge on average: each band that an edge reaches has a copy. */
const mostCopies = 4;

/** With fewer edges or tests, bands take longer than they save. */
const [manyEdges, manyTests] = [64, 32];

/** A test for many points: as {@link edgesContain}. */
export function insideTest(polygon: PolygonEdges): (x: number, y: number) => boolean {
  if (polygon.edges.length < 4 * manyEdges) return (x, y) => edgesContain(polygon, x, y);
  let tested = 0;
  let bands: ReturnType<typeof bandsOf> | undefined;
  return (x, y) => {
    tested += 1;
    if (tested === manyTests) bands = bandsOf(polygon);
    return edgesContain(bands ? bands(y) : polygon, x, y);
  };
}

/** The polygon for a latitude: without most of the edges that lie elsewhere. */
export function bandsOf(polygon: PolygonEdges): (y: number) => PolygonEdges {
  for (let count = mostBands; count > 1; count /= 2) {
    const bandAt = bandFinder(polygon, count);
    const bands = split(polygon, count, bandAt);
    if (bands) return (y) => bands[bandAt(y)]!;
  }
  return () => polygon;
}

/** Never decreases with y, so that all bands between those of an edge's ends are the ones that it reaches into. */
const bandFinder =
  ({ minY, maxY }: PolygonEdges, count: number) =>
  (y: number): number =>
    Math.max(0, Math.min(count - 1, Math.floor(((y - minY) / (maxY - minY)) * count)));

/** Undefined if there would be too many copies. */
function split(polygon: PolygonEdges, count: number, bandAt: (y: number) => number): PolygonEdges[] | undefined {
  const { edges } = polygon;
  const bands: number[][] = Array.from({ length: count }, () => []);
  let left = (edges.length / 4) * mostCopies;
  for (let i = 0; i < edges.length; i += 4) {
    const [ay, by] = [edges[i + 1]!, edges[i + 3]!];
    const last = bandAt(Math.max(ay, by));
    for (let band = bandAt(Math.min(ay, by)); band <= last; band++) {
      left -= 1;
      if (left < 0) return undefined;
      bands[band]!.push(edges[i]!, ay, edges[i + 2]!, by);
    }
  }
  return bands.map((some) => ({ ...polygon, edges: Float64Array.from(some) }));
}
