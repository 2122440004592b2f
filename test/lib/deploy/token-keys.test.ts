import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { requirePublishedSigner } from '../../../lib/deploy/token-keys.ts';

const aws = mockClient(CloudFormationClient);
beforeEach(() => aws.reset());

const resource = (ResourceType: string, PhysicalResourceId: string) => ({
  ResourceType,
  PhysicalResourceId,
  LogicalResourceId: 'x',
  LastUpdatedTimestamp: new Date(0),
  ResourceStatus: 'CREATE_COMPLETE' as const,
});

/** The deployed data stack of prod, listed on two pages. */
function deployed(...generations: number[]): void {
  const aliases = generations.map((n) => resource('AWS::KMS::Alias', `alias/hexfence-prod-token-${n}`));
  const first = { StackResourceSummaries: [resource('AWS::DynamoDB::Table', 'hexfence-prod-main')], NextToken: 'next' };
  aws.on(ListStackResourcesCommand, { StackName: 'Hexfence-prod-Data' }).resolves(first);
  aws.on(ListStackResourcesCommand, { NextToken: 'next' }).resolves({ StackResourceSummaries: aliases });
}

const deploy = (published: number[], signer: number) =>
  requirePublishedSigner({ name: 'prod', tokenKeys: { published, signer } });

test('a key signs once it has been published', async () => {
  deployed(1, 2);
  await expect(deploy([1, 2], 2)).resolves.toBeUndefined();
  await expect(deploy([2], 2)).resolves.toBeUndefined();
});

test('not in the deployment that publishes it', async () => {
  deployed(1);
  await expect(deploy([1, 2], 1)).resolves.toBeUndefined();
  await expect(deploy([1, 2], 2)).rejects.toThrow('Token key 2 is not published yet, so it cannot sign');
  await expect(deploy([2], 2)).rejects.toThrow('Rotate the token keys');
});

test('the first deployment, and the first that has keys, may begin with any', async () => {
  const missing = Object.assign(new Error('Stack does not exist'), { name: 'ValidationError' });
  aws.on(ListStackResourcesCommand).rejects(missing);
  await expect(deploy([4], 4)).resolves.toBeUndefined();
  aws.reset();
  deployed();
  await expect(deploy([1], 1)).resolves.toBeUndefined();
});

test('credentials without the right to look get the error of AWS', async () => {
  aws.on(ListStackResourcesCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  await expect(deploy([1], 1)).rejects.toThrow('no');
});
