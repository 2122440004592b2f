/**
 * Deploys a stage to the AWS account of the shell's credentials: checks the account first, prints the expected cost,
 * then runs cdk.
 *
 *     npm run deploy -- --stage dev [--yes] [-c alarmEmail=you@example.com]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandProblem } from '../lib/command/problem.ts';
import { runCommand } from '../lib/command/run.ts';
import { firewallRegion } from '../lib/config/firewall.ts';
import {
  concurrencyWarning,
  describeAccount,
  findAccount,
  isBootstrapped,
  lambdaConcurrency,
  newRoles,
  requireConcurrency,
  requireRoles,
} from '../lib/deploy/account.ts';
import { readDeployArguments } from '../lib/deploy/arguments.ts';
import { assembly, cdk } from '../lib/deploy/cdk.ts';
import { describeCeilings } from '../lib/deploy/ceilings.ts';
import { describeIdleCosts, idleCosts } from '../lib/deploy/idle-cost.ts';
import { mailWarning, unverifiedSender } from '../lib/deploy/mail.ts';
import { requireSentSecret } from '../lib/deploy/origin-secrets.ts';
import { ask } from '../lib/deploy/prompt.ts';
import { readTemplates } from '../lib/deploy/templates.ts';
import { requirePublishedSigner } from '../lib/deploy/token-keys.ts';

const usage = `npm run deploy -- --stage dev|prod [--yes] [-c key=value …]
  Deploys a stage to the AWS account and region of your shell. Says what it costs and asks, before it spends anything.

  --yes   does not ask
  -c      a setting of the stage, for example -c alarmEmail=you@example.com; lib/README.md describes them, cdk.json stores them`;

await runCommand(async () => {
  const { stage, context, yes } = readDeployArguments(usage);
  const account = await findAccount();
  console.log(`Stage ${stage.name} will be deployed to ${describeAccount(account)}.`);
  await requirePublishedSigner(stage);
  await requireSentSecret(stage);

  await cdk('synth', ['--quiet', '--output', assembly, ...context]);
  const templates = readTemplates(assembly, stage.name);
  requireRoles(account, await newRoles(templates));
  const concurrency = await lambdaConcurrency();
  requireConcurrency(concurrency, stage.ceilings.reservedConcurrency);
  console.log(`\n${describeIdleCosts(idleCosts(templates))}\n`);
  console.log(`${describeCeilings(stage)}\n`);
  for (const warning of [concurrencyWarning(concurrency), await mailWarning(stage)])
    if (warning) console.log(`${warning}\n`);
  if (!stage.alarmEmail) console.log('Nobody receives alarms yet: add -c alarmEmail=you@example.com.\n');

  if (!yes && (await ask('Deploy? [y/N] ', 'Add --yes')).toLowerCase() !== 'y')
    throw new CommandProblem('Nothing deployed.');
  if (!(await isBootstrapped(stage.firewall ? [firewallRegion] : []))) await cdk('bootstrap', ['--app', assembly]);
  const outputsFile = join(assembly, 'outputs.json');
  const manner = ['--all', '--require-approval', 'never', '--concurrency', '4', '--outputs-file', outputsFile];
  await cdk('deploy', ['--app', assembly, ...manner]);

  const stacks: Record<string, Record<string, string>> = JSON.parse(readFileSync(outputsFile, 'utf8'));
  const outputs: Record<string, string> = Object.assign({}, ...Object.values(stacks));
  console.log(`\nHexfence ${stage.name} is at ${outputs.Url}`);
  if (outputs.DnsTarget)
    console.log(`Point ${stage.domain?.name} there first: a CNAME or alias to ${outputs.DnsTarget}`);
  const sender = await unverifiedSender(stage);
  if (sender) console.log(sender);
  console.log(
    `Next: npm run workspace -- create --name "Acme" --slug acme --owner you@example.com --stage ${stage.name}`,
  );
});
