/** `npm test`: everything, the last part of it on a stack that is deployed for the purpose and ended after. */
import { checkSteps, close, longSteps, runSteps } from '../lib/checks/steps.ts';
import { readNothing } from '../lib/command/arguments.ts';
import { runCommand } from '../lib/command/run.ts';

await runCommand(async () => {
  readNothing(
    'npm test\n  What "npm run check" does, then generated clients and the tests on a local stack of their own.',
  );
  close(await runSteps([...checkSteps, ...longSteps]));
});
