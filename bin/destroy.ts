/**
 * Removes a stage from the AWS account of the shell's credentials, with its data.
 *
 *     npm run destroy -- --stage dev
 */
import { describeAccount, findAccount } from '../lib/deploy/account.ts';
import { readArguments } from '../lib/deploy/arguments.ts';
import { cdk } from '../lib/deploy/cdk.ts';
import { DeployProblem, runCommand } from '../lib/deploy/problem.ts';
import { ask } from '../lib/deploy/prompt.ts';

const usage = 'npm run destroy -- --stage dev|prod [-c key=value …]';

await runCommand(async () => {
  const { stage, context, yes } = readArguments(process.argv.slice(2), usage);
  if (yes) throw new DeployProblem(`There is no --yes to this: the stage's name is typed.\nUsage: ${usage}`);
  if (stage.deletionProtection) {
    throw new DeployProblem(
      `Stage ${stage.name} is protected. To destroy it, set its deletionProtection to false in lib/config.ts, run "npm run deploy -- --stage ${stage.name}", then this again.`,
    );
  }
  const account = await findAccount();
  console.log(`This removes stage ${stage.name} from ${describeAccount(account)}, with all its data.`);
  const typed = await ask(`Type the stage's name to go on: `, 'a terminal: the name is typed by a person');
  if (typed !== stage.name) throw new DeployProblem('That is not its name; nothing removed.');
  await cdk('destroy', ['--all', '--force', ...context]);
  console.log(
    'Removed. Kept: the bucket of CloudFront access logs, which empties itself, and the CDKToolkit stack, which other CDK apps may use.',
  );
});
