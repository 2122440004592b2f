import { halfLengthMeters, preciseMeters } from './edge-distance.ts';
import type { Geometry } from './geometry.ts';
import { toGrid } from './grid.ts';
import type { Measure } from './measure.ts';
import { polygonEdges } from './polygon-edges.ts';

/** The share by which a bound may exceed the exact value. */
const SLACK = 0.002;

/**
 * A distance in whole metres around the centre within which the whole geometry lies. The bounding radius of a polygon
 * is not enough: it reaches to the farthest vertex, and an edge that is straight in longitude and latitude may bend out
 * beyond that, for example along a parallel near a pole.
 */
export function reachOf(geometry: Geometry, { latitude, longitude, radiusMeters }: Measure): number {
  if (geometry.type === 'Circle') return radiusMeters;
  const [x, y] = [toGrid(longitude), toGrid(latitude)];
  const { edges } = polygonEdges(geometry);
  let farthest = radiusMeters;
  const open: [ax: number, ay: number, bx: number, by: number][] = [];
  for (let i = 0; i < edges.length; i += 4) {
    open.push([edges[i]!, edges[i + 1]!, edges[i + 2]!, edges[i + 3]!]);
    for (let stretch = open.pop(); stretch; stretch = open.pop()) {
      const [ax, ay, bx, by] = stretch;
      const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
      const half = halfLengthMeters(ax, ay, bx, by);
      const middle = preciseMeters(x, y, mx, my);
      if (middle + half <= farthest * (1 + SLACK)) continue;
      farthest = Math.max(farthest, middle);
      if (half > farthest * SLACK) open.push([ax, ay, mx, my], [mx, my, bx, by]);
    }
  }
  return Math.ceil(farthest * (1 + SLACK));
}
