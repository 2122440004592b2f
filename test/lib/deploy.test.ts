import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, test } from 'vitest';
import { newRoles, requireRoles } from '../../lib/deploy/account.ts';
import { readArguments } from '../../lib/deploy/arguments.ts';
import { describeIdleCosts, idleCosts } from '../../lib/deploy/idle-cost.ts';
import type { Templates } from '../../lib/deploy/templates.ts';

const usage = 'npm run deploy -- --stage dev';
const role = { Type: 'AWS::IAM::Role' };

describe('arguments', () => {
  test.each([
    [[], 'Which stage?'],
    [['--stage', 'local'], 'use npm start'],
    [['--stage', 'staging'], 'There is no stage "staging"'],
    [['--stage', 'dev', '--force'], "Unknown option '--force'"],
    [['--stage', 'dev', '-c', 'domainName=a.example'], 'A domain needs both context values'],
  ])('%j is answered with a sentence and the usage', (argv, sentence) => {
    expect(() => readArguments(argv, usage)).toThrow(sentence);
    expect(() => readArguments(argv, usage)).toThrow(`Usage: ${usage}`);
  });

  test('context goes on to cdk, values with "=" whole', () => {
    const { context, stage } = readArguments(['--stage', 'prod', '-c', 'alarmEmail=a=b@a.example'], usage);
    expect(context).toEqual(['-c', 'stage=prod', '-c', 'alarmEmail=a=b@a.example']);
    expect(stage).toMatchObject({ name: 'prod', alarmEmail: 'a=b@a.example' });
  });
});

describe('roles', () => {
  const account = { id: '123456789012', region: 'us-east-1', roles: 990, rolesQuota: 1000 };

  test('the last free role is room enough, one more is not and names the quota', () => {
    expect(() => requireRoles(account, 10)).not.toThrow();
    expect(() => requireRoles(account, 11)).toThrow(
      /adds 11 IAM roles and the account has room for 10 of its 1000: .*L-FE177D64/,
    );
  });

  test('those that are deployed already are not counted again', async () => {
    const aws = mockClient(CloudFormationClient);
    const missing = Object.assign(new Error('does not exist'), { name: 'ValidationError' });
    aws.on(DescribeStacksCommand, { StackName: 'New' }).rejects(missing);
    aws.on(DescribeStacksCommand, { StackName: 'Known' }).resolves({ Stacks: [] });
    aws.on(ListStackResourcesCommand).resolves({
      StackResourceSummaries: ['AWS::IAM::Role', 'AWS::Lambda::Function'].map((ResourceType) => ({
        ResourceType,
        LogicalResourceId: 'x',
        LastUpdatedTimestamp: new Date(0),
        ResourceStatus: 'CREATE_COMPLETE' as const,
      })),
    });
    const templates: Templates = new Map([
      ['New', [role, role]],
      ['Known', [role, role, role]],
    ]);
    expect(await newRoles(templates)).toBe(4);
  });
});

test('idle cost is counted from the templates', () => {
  const alarm = { Type: 'AWS::CloudWatch::Alarm' };
  const source = { Type: 'AWS::Lambda::EventSourceMapping' };
  const stream = { ...source, Properties: { StartingPosition: 'TRIM_HORIZON' } };
  const costs = idleCosts(
    new Map([
      ['One', [alarm, alarm, source, stream, role]],
      ['Two', [alarm, { Type: 'AWS::SecretsManager::Secret' }]],
    ]),
  );
  expect(costs.map(({ what, count, dollars }) => [what, count, dollars.toFixed(2)])).toEqual([
    ['CloudWatch alarms', 3, '0.30'],
    ['Secrets', 1, '0.40'],
    ['Queues that Lambda polls', 1, '0.26'],
  ]);
  expect(describeIdleCosts(costs)).toMatch(/in all +0\.96 USD/);
});
