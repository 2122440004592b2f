import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { requireSentSecret } from '../../../lib/deploy/origin-secrets.ts';

const aws = mockClient(CloudFormationClient);
beforeEach(() => aws.reset());

function deployed(sent: string): void {
  const Outputs = [
    { OutputKey: 'Url', OutputValue: 'https://x.example' },
    { OutputKey: 'OriginSecrets', OutputValue: sent },
  ];
  aws.on(DescribeStacksCommand, { StackName: 'Hexfence-prod-FrontDoor' }).resolves({ Stacks: [{ Outputs } as never] });
}

const deploy = (sent: number[], accepted: number) =>
  requireSentSecret({ name: 'prod', originSecrets: { sent, accepted } });

test('a secret is asked for once the front door sends it', async () => {
  deployed('1,2');
  await expect(deploy([1, 2], 2)).resolves.toBeUndefined();
  await expect(deploy([2], 2)).resolves.toBeUndefined();
});

test('not in the deployment that makes it send the secret', async () => {
  deployed('1');
  await expect(deploy([1, 2], 1)).resolves.toBeUndefined();
  await expect(deploy([1, 2], 2)).rejects.toThrow('The front door does not send origin secret 2 yet');
  await expect(deploy([2], 2)).rejects.toThrow('Replace the origin secret');
});

test('the first deployment may begin with any', async () => {
  aws.on(DescribeStacksCommand).rejects(Object.assign(new Error('no stack'), { name: 'ValidationError' }));
  await expect(deploy([4], 4)).resolves.toBeUndefined();
});

test('credentials without the right to look get the error of AWS', async () => {
  aws.on(DescribeStacksCommand).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDenied' }));
  await expect(deploy([1], 1)).rejects.toThrow('not authorized');
});
