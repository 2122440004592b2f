import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { environmentNames } from '../../shared/capability/environment.ts';
import type { StageName } from '../config.ts';
import { filesBucketOutput, namesOf } from '../names.ts';

/**
 * Lets this process, once it is connected with a stage, remove files. The bucket is an output of the stage.
 *
 * @returns whether the stage has a bucket: one that was deployed before there were files has none
 */
export async function connectToFiles(stage: StageName): Promise<boolean> {
  const bucket = await findBucket(stage);
  if (bucket !== undefined) process.env[environmentNames.setting('FILES_BUCKET')] = bucket;
  return bucket !== undefined;
}

async function findBucket(stage: StageName): Promise<string | undefined> {
  const StackName = namesOf(stage).stack('data');
  const { Stacks } = await new CloudFormationClient({})
    .send(new DescribeStacksCommand({ StackName }))
    .catch((error: Error) => {
      if (error.name === 'ValidationError') return { Stacks: [] };
      throw error;
    });
  return Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === filesBucketOutput)?.OutputValue;
}
