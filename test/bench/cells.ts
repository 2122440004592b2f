/**
 * Holds the cells that are computed here, and their centres, to those of h3-js: `node test/bench/cells.ts [points] [seed]`.
 * Exit code 1 unless all are the same.
 */
import { centersUnlikeH3, unlikeH3 } from '../shared/geo/support/h3.ts';
import { seededRandom } from '../shared/geo/support/random.ts';

const points = Number(process.argv[2] ?? 10_000_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}: ${points} points`);
const random = seededRandom(seed);
const cells = unlikeH3(random, points);
const centers = centersUnlikeH3(random, points / 10);
for (const one of [...cells.slice(0, 3), ...centers.slice(0, 3)]) console.log(JSON.stringify(one));
console.log(`cells unlike those of h3-js: ${cells.length}; centres of cells: ${centers.length} of ${points / 10}`);
process.exitCode = cells.length + centers.length === 0 ? 0 : 1;
