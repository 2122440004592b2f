/** `npm test`: everything, the last part of it on a stack that is deployed for the purpose and ended after. */
import { checkSteps, close, runSteps, stackSteps } from '../lib/checks/steps.ts';

close(await runSteps([...checkSteps, ...stackSteps]));
