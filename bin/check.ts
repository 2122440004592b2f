/** `npm run check`: everything that can be proved without a stack. */
import { checkSteps, close, runSteps } from '../lib/checks/steps.ts';

close(await runSteps(checkSteps));
