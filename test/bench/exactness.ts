/**
 * Compares covers and postings with an exact oracle: `node test/bench/exactness.ts [points] [fences] [seed]`. The exit
 * code is 1 if any answer is wrong.
 */
import { readNumbers } from '../../lib/command/arguments.ts';
import { orExit } from '../../lib/command/run.ts';
import { runExactness } from './support/exactness-run.ts';

const usage = `npm run test:exactness -- [points] [fences] [seed]
  Compares covers and postings with brute force; 2000000 points and 2000 fences if not given, and a seed of its own.`;
const anySeed = Math.floor(Math.random() * 2 ** 31);
const [points, fences, seed] = orExit(() => readNumbers(usage, [2_000_000, 2000, anySeed]));
console.log(`seed ${seed}: ${points} points, ${fences} fences`);
const { hits, falseNegatives, falsePositives, repeated } = runExactness(seed, points, fences);
console.log(`hits ${hits}, FN ${falseNegatives}, FP ${falsePositives}, answered twice ${repeated}`);
process.exitCode = falseNegatives + falsePositives + repeated === 0 && hits > 0 ? 0 : 1;
