import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CommandProblem } from './problem.ts';

interface Credentials {
  readonly accountId?: string | undefined;
}

/** The region of the shell's AWS settings, or one sentence. */
export async function requireRegion(): Promise<string> {
  return await new CloudFormationClient({}).config.region().catch(() => {
    throw new CommandProblem('No AWS region: set AWS_REGION (for example us-east-1), or run "aws configure".');
  });
}

/** That the shell has AWS credentials, or one sentence. Whether AWS takes them is seen when they are used. */
export async function requireCredentials(): Promise<Credentials> {
  return await new CloudFormationClient({}).config.credentials().catch((error: Error) => {
    throw new CommandProblem(
      `No AWS credentials (${error.message}): set AWS_PROFILE, or sign in with "aws sso login" or "aws configure".`,
    );
  });
}
