/**
 * The example of a day in the field, `npm run example:field`: a form, a phone that is paired by QR code, photos and
 * submissions that were collected offline, a webhook that receives them, and the package of the form, on the running
 * local stack.
 */
import { readNothing } from '../lib/command/arguments.ts';
import { CommandProblem } from '../lib/command/problem.ts';
import { runCommand } from '../lib/command/run.ts';
import { runningStack } from '../lib/operator/connect.ts';
import { FieldDay } from './examples/field-day.ts';

const usage = `npm run example:field
  Publishes a form on the running local stack, pairs a pretend phone, and sends what it has collected offline, twice.
  Photos go first. At the end, the package of the form is opened.`;

await runCommand(async () => {
  readNothing(usage);
  const { url, email, password } = runningStack();
  await new FieldDay({ url, email, password, print: console.log }).spend().catch((error: unknown) => {
    const isGone = error instanceof TypeError && error.message === 'fetch failed';
    throw isGone
      ? new CommandProblem(`The local stack does not answer at ${url}: run "npm start" in another terminal.`)
      : error;
  });
});
