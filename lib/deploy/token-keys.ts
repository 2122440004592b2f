import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CommandProblem } from '../command/problem.ts';
import type { StageConfig } from '../config.ts';
import { namesOf } from '../names.ts';

/**
 * Refuses to sign with a key in the same deployment that publishes it: stacks are deployed one after the other, and
 * functions that are not deployed yet would refuse the new tokens. At the first deployment of a stage there are no
 * tokens to refuse.
 */
export async function requirePublishedSigner({ name, tokenKeys }: Pick<StageConfig, 'name' | 'tokenKeys'>) {
  const names = namesOf(name);
  const published = await deployedAliases(names.stack('data'));
  const { signer } = tokenKeys;
  if (published.length === 0 || published.includes(names.tokenKeyAlias(signer))) return;
  throw new CommandProblem(
    `Token key ${signer} is not published yet, so it cannot sign: keep the old "tokenSigner", deploy, then name ${signer}. See "Rotate the token keys" in lib/README.md.`,
  );
}

async function deployedAliases(StackName: string): Promise<readonly string[]> {
  const aliases: string[] = [];
  const client = new CloudFormationClient({});
  try {
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
      const own = StackResourceSummaries.filter(({ ResourceType }) => ResourceType === 'AWS::KMS::Alias');
      aliases.push(...own.flatMap(({ PhysicalResourceId }) => PhysicalResourceId ?? []));
    }
  } catch (error) {
    // CloudFormation reports this for a stack that does not exist.
    if ((error as Error).name !== 'ValidationError') throw error;
  }
  return aliases;
}
