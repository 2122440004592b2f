import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CommandProblem } from '../command/problem.ts';
import type { StageConfig } from '../config.ts';
import { originSecretsOutput } from '../deployment.ts';
import { namesOf } from '../names.ts';

/**
 * Refuses to require an origin secret in the same deployment that makes the front door send it: functions are deployed
 * before the front door, and would refuse every call until then. At the first deployment of a stage there are no calls
 * to refuse.
 */
export async function requireSentSecret({ name, originSecrets }: Pick<StageConfig, 'name' | 'originSecrets'>) {
  const sent = await deployedSecrets(namesOf(name).stack('front-door'));
  const { accepted } = originSecrets;
  if (!sent || sent.includes(accepted)) return;
  throw new CommandProblem(
    `The front door does not send origin secret ${accepted} yet, so the API cannot ask for it: keep the old "originSecret", deploy, then name ${accepted}. See "Replace the origin secret" in lib/README.md.`,
  );
}

async function deployedSecrets(StackName: string): Promise<readonly number[] | undefined> {
  try {
    const { Stacks = [] } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName }));
    const output = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === originSecretsOutput);
    return output?.OutputValue?.split(',').map(Number);
  } catch (error) {
    // CloudFormation reports this for a stack that does not exist.
    if ((error as Error).name === 'ValidationError') return undefined;
    throw error;
  }
}
