/**
 * Holds covers and postings to the truth: `node test/bench/exactness.ts [points] [fences] [seed]`. Exit code 1 unless
 * there is no wrong answer.
 */
import { runExactness } from './support/exactness-run.ts';

const points = Number(process.argv[2] ?? 2_000_000);
const fences = Number(process.argv[3] ?? 2000);
const seed = Number(process.argv[4] ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}: ${points} points, ${fences} fences`);
const { hits, falseNegatives, falsePositives, repeated } = runExactness(seed, points, fences);
console.log(`hits ${hits}, FN ${falseNegatives}, FP ${falsePositives}, answered twice ${repeated}`);
process.exitCode = falseNegatives + falsePositives + repeated === 0 && hits > 0 ? 0 : 1;
