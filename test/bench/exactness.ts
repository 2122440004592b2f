/**
 * Holds covers and postings to the truth over many points: `node test/bench/exactness.ts [points] [fences] [seed]`.
 * Prints wrong answers; exit code 1 unless there are none.
 */

import { CoverIndex } from '../shared/geo/support/cover-index.ts';
import { nastyFences } from '../shared/geo/support/nasty-fences.ts';
import { nastyPoints } from '../shared/geo/support/nasty-points.ts';
import { oracleOf } from '../shared/geo/support/oracle.ts';
import { seededRandom } from '../shared/geo/support/random.ts';

const points = Number(process.argv[2] ?? 2_000_000);
const fenceCount = Number(process.argv[3] ?? 2000);
const seed = Number(process.argv[4] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}: ${points} points, ${fenceCount} fences`);

const random = seededRandom(seed);
const fences = nastyFences(random, fenceCount);
const started = performance.now();
const index = new CoverIndex(fences);
console.log(`covered in ${Math.round(performance.now() - started)} ms`);
const oracles = fences.map(oracleOf);
const next = nastyPoints(random, fences);
let [falseNegatives, falsePositives, repeated, hits] = [0, 0, 0, 0];
for (let i = 0; i < points; i++) {
  const [longitude, latitude] = next();
  const list = index.find(longitude, latitude);
  const found = new Set(list);
  if (found.size !== list.length) repeated += 1;
  for (const [fence, contains] of oracles.entries()) {
    const expected = contains(longitude, latitude);
    if (expected) hits += 1;
    if (expected === found.has(fence)) continue;
    if (expected) falseNegatives += 1;
    else falsePositives += 1;
    if (falseNegatives + falsePositives <= 5) {
      console.log(expected ? 'FN' : 'FP', longitude, latitude, JSON.stringify(fences[fence]).slice(0, 300));
    }
  }
}
console.log(`hits ${hits}, FN ${falseNegatives}, FP ${falsePositives}, answered twice ${repeated}`);
process.exitCode = falseNegatives + falsePositives + repeated === 0 && hits > 0 ? 0 : 1;
