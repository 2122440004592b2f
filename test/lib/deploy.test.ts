import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, test, vi } from 'vitest';
import { stageConfig } from '../../lib/config.ts';
import {
  concurrencyWarning,
  isBootstrapped,
  newRoles,
  requireConcurrency,
  requireRoles,
} from '../../lib/deploy/account.ts';
import { readDeployArguments } from '../../lib/deploy/arguments.ts';
import { describeCeilings } from '../../lib/deploy/ceilings.ts';
import { describeIdleCosts, idleCosts } from '../../lib/deploy/idle-cost.ts';
import type { Templates } from '../../lib/deploy/templates.ts';

const usage = 'npm run deploy -- --stage dev';
const role = { Type: 'AWS::IAM::Role' };

describe('arguments', () => {
  test.each([
    [[], 'Which stage?'],
    [['--stage', 'local'], 'use npm start'],
    [['--stage', 'staging'], 'There is no stage "staging"'],
    [['--stage', 'dev', '--force'], 'There is no option "--force"; choose one of --stage, --yes, --context, --help.'],
    [['--stag', 'dev'], 'There is no option "--stag"; did you mean "--stage"?'],
    [['dev'], '"dev" is no option.'],
    [['--stage', 'dev', '-c', 'alarmMail=a@a.example'], 'There is no setting "alarmMail"; did you mean "alarmEmail"?'],
    [['--stage', 'dev', '-c', 'domainName=a.example'], 'A domain needs both context values'],
  ])('%j is answered with a sentence and the usage', (argv, sentence) => {
    expect(() => readDeployArguments(usage, argv)).toThrow(sentence);
    expect(() => readDeployArguments(usage, argv)).toThrow(`Usage: ${usage}`);
  });

  test('context of cdk itself may be given too', () => {
    const flag = '@aws-cdk/core:checkSecretUsage=true';
    expect(readDeployArguments(usage, ['--stage', 'dev', '-c', flag]).context).toContain(flag);
  });

  test('context is passed to cdk, also values that contain "="', () => {
    const { context, stage } = readDeployArguments(usage, ['--stage', 'prod', '-c', 'alarmEmail=a=b@a.example']);
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

describe('reserved concurrency', () => {
  test('leaves a hundred functions to all others, or is refused by name and quota', () => {
    expect(() => requireConcurrency(1000, { 'a/b': 800, 'c/d': 100 })).not.toThrow();
    expect(() => requireConcurrency(1000, { 'a/b': 801, 'c/d': 100 })).toThrow(
      /asks for 901 functions at once, and of the account's 1000 the last 100 .*L-B99A9384/,
    );
  });

  test('is never refused if nothing is reserved, or if AWS does not report the quota', () => {
    expect(() => requireConcurrency(10, {})).not.toThrow();
    expect(() => requireConcurrency(undefined, { 'a/b': 5000 })).not.toThrow();
  });

  test('a new account gets a warning about its low concurrency', () => {
    expect(concurrencyWarning(10)).toMatch(/at most 10 functions at once/);
    expect([concurrencyWarning(100), concurrencyWarning(undefined)]).toEqual([undefined, undefined]);
  });
});

test('a firewall in another region needs that region bootstrapped, too', async () => {
  const aws = mockClient(CloudFormationClient);
  const missing = Object.assign(new Error('does not exist'), { name: 'ValidationError' });
  aws.on(DescribeStacksCommand).callsFake(async (_, client) => {
    if ((await (client() as CloudFormationClient).config.region()) === 'us-east-1') throw missing;
    return { Stacks: [] };
  });
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  expect(await isBootstrapped([])).toBe(true);
  expect(await isBootstrapped(['us-east-1'])).toBe(false);
  vi.unstubAllEnvs();
});

test('the ceilings of a stage are described with its own numbers', () => {
  const linesFor = (context: Readonly<Record<string, unknown>>) => describeCeilings(stageConfig((key) => context[key]));
  const plain = linesFor({ stage: 'prod' });
  expect(plain).toMatch(/Each costly route +20 requests a second/);
  expect(plain).toMatch(/12000 reads and 6000 writes a second, which is at most 5\.40 and 13\.50 USD an hour/);
  expect(plain).toMatch(/300 USD a month/);
  expect(plain).toMatch(/Direct calls +refused/);
  expect(plain).toMatch(/Firewall +none: .*7\.00 USD a month/);
  const other = linesFor({
    stage: 'prod',
    tableReadUnits: 0,
    tableWriteUnits: 0,
    monthlyBudgetDollars: 0,
    refuseDirectCalls: false,
    firewallRequestsPerAddress: 3000,
    reservedConcurrency: { 'a/b': 5 },
  });
  expect(other).toMatch(/Each table +none/);
  expect(other).toMatch(/no budget/);
  expect(other).toMatch(/Direct calls +allowed/);
  expect(other).toMatch(/3000 requests of one address in five minutes/);
  expect(other).toMatch(/Reserved functions +a\/b 5/);
});

test('idle cost is counted from the templates', () => {
  const alarm = { Type: 'AWS::CloudWatch::Alarm' };
  const source = { Type: 'AWS::Lambda::EventSourceMapping' };
  const stream = { ...source, Properties: { StartingPosition: 'TRIM_HORIZON' } };
  const costs = idleCosts(
    new Map([
      ['One', [alarm, alarm, source, stream, role]],
      ['Two', [alarm, { Type: 'AWS::SecretsManager::Secret' }]],
      ['Three', [{ Type: 'AWS::WAFv2::WebACL', Properties: { Rules: [{}, {}] } }]],
    ]),
  );
  expect(costs.map(({ what, count, dollars }) => [what, count, dollars.toFixed(2)])).toEqual([
    ['CloudWatch alarms', 3, '0.30'],
    ['Secrets', 1, '0.40'],
    ['Web ACLs', 1, '5.00'],
    ['Rules of web ACLs', 2, '2.00'],
    ['Queues that Lambda polls', 1, '0.26'],
  ]);
  expect(describeIdleCosts(costs)).toMatch(/in all +7\.96 USD/);
});
