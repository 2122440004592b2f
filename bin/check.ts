/** `npm run check`: everything that can be checked without a stack. */
import { checkWaves, close, runWaves } from '../lib/checks/steps.ts';
import { readNothing } from '../lib/command/arguments.ts';
import { runCommand } from '../lib/command/run.ts';

await runCommand(async () => {
  readNothing('npm run check\n  Types, lint, unused code, a synth and the tests that need no stack.');
  close(await runWaves(checkWaves));
});
