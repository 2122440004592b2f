/**
 * Holds the cells that are computed here to those of h3-js: `node test/bench/cells.ts [points] [seed]`. Exit code 1 unless all
 * are the same.
 */
import { unlikeH3 } from '../shared/geo/support/h3.ts';
import { seededRandom } from '../shared/geo/support/random.ts';

const points = Number(process.argv[2] ?? 10_000_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}: ${points} points`);
const unlike = unlikeH3(seededRandom(seed), points);
for (const one of unlike.slice(0, 3)) console.log(JSON.stringify(one));
console.log(`cells unlike those of h3-js: ${unlike.length}`);
process.exitCode = unlike.length === 0 ? 0 : 1;
