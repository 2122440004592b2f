/** `npm test`: all tests. The last part runs on a stack that is deployed for it and ended afterwards. */
import { close, runWaves, testWaves } from '../lib/checks/steps.ts';
import { readNothing } from '../lib/command/arguments.ts';
import { runCommand } from '../lib/command/run.ts';

await runCommand(async () => {
  readNothing(
    'npm test\n  What "npm run check" does, then generated clients and the tests on a local stack of their own.',
  );
  close(await runWaves(testWaves));
});
