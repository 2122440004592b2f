import type { Geometry, Position } from '../../../../shared/geo/geometry.ts';
import { polygonEdges } from '../../../../shared/geo/polygon-edges.ts';
import { anywhere, clampLatitude, travel, wrap } from './globe.ts';
import { PENTAGON_CENTERS } from './nasty-fences.ts';
import { logUniform, pick, type Random } from './random.ts';

/**
 * Points at which an index may fail: half of them within 1e-5 degree of an edge, some on an edge, at poles, at ±180.
 */
export function nastyPoints(random: Random, fences: readonly Geometry[]): () => Position {
  const targets = fences.map((fence) => (fence.type === 'Circle' ? fence : polygonEdges(fence)));
  return () => {
    const kind = random();
    if (kind < 0.1) return anywhere(random);
    if (kind < 0.12) return [pick(random, [180, -180]), anywhere(random)[1]];
    if (kind < 0.14)
      return [
        anywhere(random)[0],
        pick(random, [1, -1]) * (90 - (random() < 0.3 ? 0 : logUniform(random, 1e-7, 1e-2))),
      ];
    if (kind < 0.17) return travel(pick(random, PENTAGON_CENTERS), random() * 7, logUniform(random, 1e-3, 1e5));
    const target = pick(random, targets);
    if ('type' in target) return nearCircle(random, target);
    return random() < 0.65 ? nearEdge(random, target.edges) : inBox(random, target);
  };
}

function nearCircle(random: Random, { center, radiusMeters }: { center: Position; radiusMeters: number }): Position {
  const off = pick(random, [1, -1]) * logUniform(random, 1e-3, 1);
  const distance = random() < 0.6 ? Math.max(0, radiusMeters + off) : 1.6 * radiusMeters * Math.sqrt(random());
  return travel(center, random() * 2 * Math.PI, distance);
}

function nearEdge(random: Random, edges: Float64Array): Position {
  const i = 4 * Math.floor((random() * edges.length) / 4);
  const along = random() < 0.15 ? 0 : random();
  const x = edges[i]! + along * (edges[i + 2]! - edges[i]!);
  const y = edges[i + 1]! + along * (edges[i + 3]! - edges[i + 1]!);
  const off = () => (random() < 0.3 ? 0 : pick(random, [1, -1]) * logUniform(random, 0.5, 100));
  return [wrap((x + off()) / 1e7), clampLatitude((y + off()) / 1e7)];
}

function inBox(random: Random, box: { minX: number; minY: number; maxX: number; maxY: number }): Position {
  const x = box.minX + (box.maxX - box.minX) * (1.2 * random() - 0.1);
  const y = box.minY + (box.maxY - box.minY) * (1.2 * random() - 0.1);
  return [wrap(x / 1e7), clampLatitude(y / 1e7)];
}
