/**
 * Compares the cells that are computed here, and their centres, with those of h3-js: `node test/bench/cells.ts [points]
 * [seed]`. The exit code is 1 if any differ.
 */
import { readNumbers } from '../../lib/command/arguments.ts';
import { orExit } from '../../lib/command/run.ts';
import { centersUnlikeH3, unlikeH3 } from '../shared/geo/support/h3.ts';
import { seededRandom } from '../shared/geo/support/random.ts';

const usage = `npm run test:cells -- [points] [seed]
  Compares cells of random points, and their centres, with those of h3-js; 10000000 points if not given.`;
const [points, seed] = orExit(() => readNumbers(usage, [10_000_000, Math.floor(Math.random() * 2 ** 31)]));
console.log(`seed ${seed}: ${points} points`);
const random = seededRandom(seed);
const cells = unlikeH3(random, points);
const centers = centersUnlikeH3(random, points / 10);
for (const one of [...cells.slice(0, 3), ...centers.slice(0, 3)]) console.log(JSON.stringify(one));
console.log(`cells unlike those of h3-js: ${cells.length}; centres of cells: ${centers.length} of ${points / 10}`);
process.exitCode = cells.length + centers.length === 0 ? 0 : 1;
