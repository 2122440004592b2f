import { describe, expect, it } from 'vitest';
import { reachOf } from '../../../shared/geo/bounding.ts';
import { preciseMeters } from '../../../shared/geo/edge-distance.ts';
import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { toGrid } from '../../../shared/geo/grid.ts';
import { measureGeometry } from '../../../shared/geo/measure.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { polygonEdges } from '../../../shared/geo/polygon-edges.ts';
import { nastyFences } from './support/nasty-fences.ts';
import { seededRandom } from './support/random.ts';

/** The farthest of many points along the edges of a polygon. */
function farthest(geometry: Exclude<Geometry, { type: 'Circle' }>): number {
  const { latitude, longitude } = measureGeometry(geometry);
  const { edges } = polygonEdges(geometry);
  let most = 0;
  for (let i = 0; i < edges.length; i += 4) {
    for (let k = 0; k <= 40; k++) {
      const x = edges[i]! + ((edges[i + 2]! - edges[i]!) * k) / 40;
      const y = edges[i + 1]! + ((edges[i + 3]! - edges[i + 1]!) * k) / 40;
      most = Math.max(most, preciseMeters(toGrid(longitude), toGrid(latitude), x, y));
    }
  }
  return most;
}

describe('reachOf', () => {
  it('is at least as large as the distance of every point of an edge, and little more', () => {
    for (const fence of nastyFences(seededRandom(211), 300)) {
      const reach = reachOf(fence, measureGeometry(fence));
      if (fence.type === 'Circle') expect(reach).toBe(fence.radiusMeters);
      else {
        const most = farthest(fence);
        expect(reach).toBeGreaterThanOrEqual(most);
        expect(reach).toBeLessThanOrEqual(Math.max(most, measureGeometry(fence).radiusMeters) * 1.005 + 1);
      }
    }
  });

  it('goes beyond the vertices where an edge bends round a pole', () => {
    const ring: Position[] = [[-80, 84], [80, 84], [80, 84.5], [-80, 84.5], [-80, 84]]; // biome-ignore format: one band
    const band = normalizeGeometry({ type: 'Polygon', coordinates: [ring] });
    const far: Position[] = [[100, 80], [-100, 80], [-100, 80.2], [100, 80.2], [100, 80]]; // biome-ignore format: one band
    const bent = normalizeGeometry({ type: 'MultiPolygon', coordinates: [[ring], [far]] });
    for (const fence of [band, bent]) {
      const measure = measureGeometry(fence);
      expect(reachOf(fence, measure)).toBeGreaterThanOrEqual(farthest(fence as never));
    }
    expect(farthest(bent as never)).toBeGreaterThan(measureGeometry(bent).radiusMeters * 1.02);
  });
});
