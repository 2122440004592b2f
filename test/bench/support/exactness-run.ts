import type { Geometry } from '../../../shared/geo/geometry.ts';
import { CoverIndex } from '../../shared/geo/support/cover-index.ts';
import { nastyFences } from '../../shared/geo/support/nasty-fences.ts';
import { nastyPoints } from '../../shared/geo/support/nasty-points.ts';
import { latitudesOf, oracleOf } from '../../shared/geo/support/oracle.ts';
import { seededRandom } from '../../shared/geo/support/random.ts';
import { limitMix } from './mixes.ts';

export interface Exactness {
  hits: number;
  falseNegatives: number;
  falsePositives: number;
  /**
   * Points for which a fence was found in two of its cells; this must be 0, since the cells of a cover are disjoint.
   */
  repeated: number;
}

/**
 * Asks an index of hostile fences, and of the largest possible ones, about hostile points, half of them next to edges,
 * and compares the answers with the oracle.
 */
export function runExactness(seed: number, points: number, fenceCount: number): Exactness {
  const random = seededRandom(seed);
  const fences = [...nastyFences(random, fenceCount), ...limitMix()];
  const index = new CoverIndex(fences);
  const oracles = fences.map((fence) => ({ contains: oracleOf(fence) }));
  const south = Float64Array.from(fences, (fence) => latitudesOf(fence)[0]);
  const north = Float64Array.from(fences, (fence) => latitudesOf(fence)[1]);
  const next = nastyPoints(random, fences);
  const result = { hits: 0, falseNegatives: 0, falsePositives: 0, repeated: 0 };
  for (let i = 0; i < points; i++) {
    const [longitude, latitude] = next();
    const list = index.find(longitude, latitude);
    const found = new Set(list);
    if (found.size !== list.length) result.repeated += 1;
    for (let fence = 0; fence < fences.length; fence++) {
      if (latitude < south[fence]! || latitude > north[fence]!) continue;
      if (!oracles[fence]!.contains(longitude, latitude)) continue;
      result.hits += 1;
      if (found.delete(fence)) continue;
      result.falseNegatives += 1;
      if (result.falseNegatives <= 3) console.log('missed', longitude, latitude, outline(fences[fence]!));
    }
    result.falsePositives += found.size;
    if (found.size > 0 && result.falsePositives <= 3) {
      for (const fence of found) console.log('wrongly found', longitude, latitude, outline(fences[fence]!));
    }
  }
  return result;
}

function outline(fence: Geometry): string {
  return JSON.stringify(fence).slice(0, 300);
}
