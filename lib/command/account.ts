import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Credentials } from '../../shared/aws/credentials.ts';
import { CommandProblem } from './problem.ts';

/** The region of the shell's AWS settings; throws one sentence if there is none. */
export async function requireRegion(): Promise<string> {
  return await new CloudFormationClient({}).config.region().catch(() => {
    throw new CommandProblem('No AWS region: set AWS_REGION (for example us-east-1), or run "aws configure".');
  });
}

interface AccountCredentials extends Credentials {
  readonly accountId?: string;
}

/**
 * Checks that the shell has AWS credentials; throws one sentence if not. Whether AWS accepts them shows when they are
 * used.
 */
export async function requireCredentials(): Promise<AccountCredentials> {
  return await shellCredentials()().catch((error: Error) => {
    throw new CommandProblem(
      `No AWS credentials (${error.message}): set AWS_PROFILE, or sign in with "aws sso login" or "aws configure".`,
    );
  });
}

/** The credentials of the shell's AWS settings, cached until they expire and then read again. */
export const shellCredentials = (): (() => Promise<AccountCredentials>) =>
  new CloudFormationClient({}).config.credentials;
