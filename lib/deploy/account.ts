import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { GetAccountSummaryCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { requireCredentials, requireRegion } from '../command/account.ts';
import { CommandProblem } from '../command/problem.ts';
import type { StageConfig } from '../config.ts';
import { countType, type Templates } from './templates.ts';

export interface Account {
  /** Absent when neither the credentials nor any role reveals it. */
  readonly id: string | undefined;
  readonly region: string;
  readonly roles: number;
  readonly rolesQuota: number;
}

/** The account and region of the shell's credentials; throws one sentence when there are none or AWS refuses them. */
export async function findAccount(): Promise<Account> {
  const region = await requireRegion();
  const credentials = await requireCredentials();
  const iam = new IAMClient({});
  try {
    const { SummaryMap = {} } = await iam.send(new GetAccountSummaryCommand({}));
    const id = credentials.accountId ?? (await accountOfARole(iam));
    return { id, region, roles: SummaryMap.Roles ?? 0, rolesQuota: SummaryMap.RolesQuota ?? 1000 };
  } catch (error) {
    const { name, message } = error as Error;
    throw new CommandProblem(`AWS refuses these credentials (${name}: ${message}).`);
  }
}

/**
 * The ARN of any role contains the account. IAM is asked anyway, and STS would need one more client just for this
 * number.
 */
async function accountOfARole(iam: IAMClient): Promise<string | undefined> {
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1 }));
  return Roles[0]?.Arn?.split(':')[4];
}

/** "account 123456789012, region eu-west-1", as far as known. */
export function describeAccount({ id, region }: Account): string {
  return `${id ? `account ${id}` : 'the account of these credentials'}, region ${region}`;
}

/** @param regions regions of stacks other than the shell's region */
export async function isBootstrapped(regions: readonly string[]): Promise<boolean> {
  const clients = [{}, ...regions.map((region) => ({ region }))].map((settings) => new CloudFormationClient(settings));
  const found = await Promise.all(clients.map((client) => stackExists(client, 'CDKToolkit')));
  return found.every(Boolean);
}

async function stackExists(cloudFormation: CloudFormationClient, StackName: string): Promise<boolean> {
  try {
    await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ValidationError') return false;
    throw error;
  }
}

async function deployedRoles(cloudFormation: CloudFormationClient, StackName: string): Promise<number> {
  if (!(await stackExists(cloudFormation, StackName))) return 0;
  let roles = 0;
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName })) {
    roles += (page.StackResourceSummaries ?? []).filter(({ ResourceType }) => ResourceType === 'AWS::IAM::Role').length;
  }
  return roles;
}

/** Number of roles that a deployment of these templates would add. */
export async function newRoles(templates: Templates): Promise<number> {
  const cloudFormation = new CloudFormationClient({});
  let added = 0;
  for (const [stack, resources] of templates) {
    added += Math.max(0, countType(resources, 'AWS::IAM::Role') - (await deployedRoles(cloudFormation, stack)));
  }
  return added;
}

/**
 * Each endpoint has a role of its own, and an account may have a thousand unless its quota was raised. It is better to
 * know that before a deployment than halfway through.
 */
export function requireRoles({ roles, rolesQuota }: Account, added: number): void {
  if (roles + added <= rolesQuota) return;
  throw new CommandProblem(
    `This deployment adds ${added} IAM roles and the account has room for ${Math.max(0, rolesQuota - roles)} of its ${rolesQuota}: ` +
      'ask for more at https://console.aws.amazon.com/servicequotas/home/services/iam/quotas/L-FE177D64, then deploy again.',
  );
}

const smallConcurrency = 100;

/** The Lambda concurrency of the account; undefined if it cannot be read. */
export async function lambdaConcurrency(): Promise<number | undefined> {
  const quotas = new ServiceQuotasClient({});
  const command = new GetServiceQuotaCommand({ ServiceCode: 'lambda', QuotaCode: 'L-B99A9384' });
  return await quotas.send(command).then(
    ({ Quota }) => Quota?.Value,
    () => undefined,
  );
}

const concurrencyPage = 'https://console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384';

/**
 * A warning when Lambda would throttle the API early, as in new accounts; undefined when the concurrency is sufficient
 * or unknown.
 */
export function concurrencyWarning(concurrency: number | undefined): string | undefined {
  if (concurrency === undefined || concurrency >= smallConcurrency) return undefined;
  return `Lambda runs at most ${concurrency} functions at once in this account; beyond that, callers get 503. Ask for more: ${concurrencyPage}`;
}

/**
 * Lambda does not allow the last hundred to be reserved. It is better to know that before a deployment than halfway
 * through.
 */
const unreserved = 100;

export function requireConcurrency(
  concurrency: number | undefined,
  reserved: StageConfig['ceilings']['reservedConcurrency'],
): void {
  const sum = Object.values(reserved).reduce((total, one) => total + one, 0);
  if (concurrency === undefined || sum === 0 || sum + unreserved <= concurrency) return;
  throw new CommandProblem(
    `"reservedConcurrency" asks for ${sum} functions at once, and of the account's ${concurrency} the last ${unreserved} cannot be reserved: ask for more at ${concurrencyPage}, or reserve fewer.`,
  );
}
