/**
 * The cost of exports: `node test/bench/exports.ts`. A million readings, and then all files of 100,000 submissions, go
 * through the whole engine in one process each, with a database of generated rows; the exit code is 1 if a gate is
 * missed.
 */
import { readNothing } from '../../lib/command/arguments.ts';
import { orExit } from '../../lib/command/run.ts';
import { runEngine, runFormEngine } from './exports/run-engine.ts';
import { closeGates, gate } from './support/gates.ts';

orExit(() =>
  readNothing(
    'npm run bench:exports\n  Exports a million readings, and 100,000 submissions; measures processor time and memory.',
  ),
);
const readings = 1_000_000;
const used = runEngine(readings);
console.table(used);
gate('readings exported', used.rows, '=', readings);
gate('rows a second of processor time', readings / used.processorSeconds, '≥', 50_000);
gate('readings not read when the first part was sent', used.unreadAtFirstPart, '≥', 1);
gate('growth of the memory (MB)', used.growthMegabytes, '≤', 64);
gate('memory in all (MB)', used.mostMegabytes, '≤', 256);

const submissions = 100_000;
const ofForm = runFormEngine(submissions, 'SUBMISSIONS_PACKAGE');
console.table(ofForm);
gate('submissions exported', ofForm.rows, '=', submissions);
gate('submissions listed', ofForm.listed, '=', submissions);
gate('growth of the memory (MB)', ofForm.growthMegabytes, '≤', 64);
gate('memory in all (MB)', ofForm.mostMegabytes, '≤', 256);
closeGates();
