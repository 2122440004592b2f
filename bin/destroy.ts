/**
 * Removes a stage from the AWS account of the shell's credentials, with its data.
 *
 *     npm run destroy -- --stage dev
 */

import { misused } from '../lib/command/arguments.ts';
import { CommandProblem } from '../lib/command/problem.ts';
import { runCommand } from '../lib/command/run.ts';
import { describeAccount, findAccount } from '../lib/deploy/account.ts';
import { readDeployArguments } from '../lib/deploy/arguments.ts';
import { cdk } from '../lib/deploy/cdk.ts';
import { ask } from '../lib/deploy/prompt.ts';
import { connectToFiles } from '../lib/operator/files-bucket.ts';
import { removeAllFiles } from '../shared/files/remove-all.ts';

const usage = `npm run destroy -- --stage dev|prod [-c key=value …]
  Removes a stage from the AWS account and region of your shell, with all its data. You have to type the name of the stage first.`;

await runCommand(async () => {
  const { stage, context, yes } = readDeployArguments(usage);
  if (yes) throw misused(usage, 'This command has no --yes: you have to type the name of the stage.');
  if (stage.deletionProtection) {
    throw new CommandProblem(
      `Stage ${stage.name} is protected. To destroy it, set its deletionProtection to false in lib/config/stages.ts, run "npm run deploy -- --stage ${stage.name}", then run this command again.`,
    );
  }
  const account = await findAccount();
  console.log(`This removes stage ${stage.name} from ${describeAccount(account)}, with all its data.`);
  const typed = await ask(`Type the name of the stage to continue: `, 'Run this command in a terminal');
  if (typed !== stage.name) throw new CommandProblem('This is not the name of the stage; nothing was removed.');
  process.env.AWS_REGION = account.region;
  if (await connectToFiles(stage.name)) await removeAllFiles();
  await cdk('destroy', ['--all', '--force', ...context]);
  console.log(
    'Removed. Kept: the bucket of CloudFront access logs, which empties itself, and the CDKToolkit stack, which other CDK apps may use.',
  );
});
