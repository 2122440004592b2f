import type { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { catalogueOf, orderedWorkers } from '../../../lib/catalogue.ts';
import { stageConfig } from '../../../lib/config.ts';
import { namesOf } from '../../../lib/names.ts';
import { knownRoutes } from '../../../shared/http/known-routes.ts';
import { defineMessage } from '../../../shared/queue/message.ts';
import { defineWorker } from '../../../shared/worker/worker.ts';
import {
  appOf,
  fakeCatalogue,
  fakeRoutes,
  fakeWorkers,
  realCatalogue,
  realStage,
  stages,
  synthesise,
  synthOf,
} from '../fixture.ts';

const withTtl = ['main', 'access', 'telemetry'];

describe.each(stages)('stage %s', (stage) => {
  const template = realStage(stage);
  const names = namesOf(stage);
  const { deletionProtection, logRetentionDays } = stageConfig((key) => (key === 'stage' ? stage : undefined));

  test('four tables on demand, recoverable, encrypted, protected where the stage says so', () => {
    const tables = template.of('DynamoDB::Table');
    expect(tables.map(({ Properties }) => Properties.TableName).sort()).toEqual(
      ['access', 'cells', 'main', 'telemetry'].map((name) => `hexfence-${stage}-${name}`),
    );
    for (const { Properties, DeletionPolicy } of tables) {
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
      expect(Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
      expect(Properties.SSESpecification).toEqual({ SSEEnabled: true });
      expect(Properties.DeletionProtectionEnabled ?? false).toBe(deletionProtection);
      expect(DeletionPolicy).toBe(deletionProtection ? 'RetainExceptOnCreate' : 'Delete');
    }
  });

  test('rows expire in three tables, and only main has a stream', () => {
    for (const { Properties } of template.of('DynamoDB::Table')) {
      const name = Properties.TableName.split('-').at(-1);
      const ttl = withTtl.includes(name) ? { AttributeName: 'ttl', Enabled: true } : undefined;
      expect(Properties.TimeToLiveSpecification, name).toEqual(ttl);
      expect(Properties.StreamSpecification, name).toEqual(
        name === 'main' ? { StreamViewType: 'NEW_IMAGE' } : undefined,
      );
    }
  });

  test('one function for each endpoint and worker, and one fallback for each API', () => {
    const { endpoints, workers, atDeployment } = realCatalogue;
    const expected = [...endpoints, ...workers, ...atDeployment].map(({ name }) => names.fn(name));
    const areas = template.of('ApiGatewayV2::Api').map(({ Properties }) => Properties.Name.split('-').at(-1));
    expect(
      template
        .of('Lambda::Function')
        .map(({ Properties }) => Properties.FunctionName)
        .sort(),
    ).toEqual([...expected, ...areas.map((area) => names.fn(`${area}-fallback`))].sort());
  });

  test('every function is arm64 on Node.js 24, traced, and logs to a group that ends', () => {
    for (const { Properties } of template.of('Lambda::Function')) {
      expect(Properties).toMatchObject({
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } },
        Environment: { Variables: { STAGE: stage, LOG_LEVEL: 'INFO' } },
      });
    }
    for (const { Properties } of template.of('Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBe(logRetentionDays);
    }
  });

  test('every route leads to its function, and $default is the fallback', () => {
    const keys = template.of('ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);
    const known = knownRoutes(realCatalogue.endpoints.map(({ route }) => route));
    const declared = known.map(({ method, path }) => `${method} ${path}`);
    const defaults = template.of('ApiGatewayV2::Api').map(() => '$default');
    expect(keys.sort()).toEqual([...declared, ...defaults].sort());
    for (const { Properties } of template.of('ApiGatewayV2::Integration')) {
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    }
  });

  test('CORS is ours, throttles are the stage’s, and every call is logged', () => {
    for (const { Properties } of template.of('ApiGatewayV2::Api')) {
      expect(Properties.ProtocolType).toBe('HTTP');
      expect(Properties.CorsConfiguration).toBeUndefined();
    }
    for (const { Properties } of template.of('ApiGatewayV2::Stage')) {
      expect(Properties.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
      expect(JSON.parse(Properties.AccessLogSettings.Format)).toMatchObject({
        lambdaStatus: '$context.integrationStatus',
        sourceAddress: '$context.identity.sourceIp',
      });
    }
  });

  test('dead letters are kept for 14 days, queues are encrypted and accept TLS only', () => {
    const queues = template.of('SQS::Queue');
    const dead = queues.filter(({ Properties }) => /-dead(\.fifo)?$/.test(Properties.QueueName));
    const clocked = realCatalogue.workers.filter(({ worker }) => worker.source.kind === 'schedule');
    expect(dead).toHaveLength(realCatalogue.workers.length - clocked.length);
    for (const { Properties } of dead) expect(Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
    for (const { Properties } of queues) expect(Properties.SqsManagedSseEnabled).toBe(true);
    // The emulator's rules send over plain HTTP.
    const ofRules = realCatalogue.workers.filter(({ worker: { source } }) => source.kind === 'queue' && source.topics);
    const plain = stage === 'local' ? ofRules.length + 1 : 0;
    expect(template.of('SQS::QueuePolicy')).toHaveLength(queues.length - plain);
  });
});

describe('workers', () => {
  const template = synthesise(fakeCatalogue, { stage: 'dev' });
  const sources = template.of('Lambda::EventSourceMapping').map(({ Properties }) => Properties);

  test('a queue: as declared, visible for six timeouts, partial batches', () => {
    const queue = template.of('SQS::Queue').find(({ Properties }) => Properties.QueueName.endsWith('rings-sweep'));
    expect(queue?.Properties).toMatchObject({
      DelaySeconds: 15,
      VisibilityTimeout: 6 * 20,
      RedrivePolicy: { maxReceiveCount: 7 },
    });
    expect(sources.find(({ StartingPosition }) => !StartingPosition)).toMatchObject({
      BatchSize: 5,
      ScalingConfig: { MaximumConcurrency: 4 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('a FIFO queue: one message at a time for each group, in order, and so are its dead letters', () => {
    const real = realStage('dev');
    const ordered = real.of('SQS::Queue').filter(({ Properties }) => Properties.FifoQueue);
    expect(ordered.map(({ Properties }) => Properties.QueueName).sort()).toEqual(
      [...orderedWorkers(realCatalogue)]
        .flatMap((name) => [
          `hexfence-dev-${name.replace('/', '-')}-dead.fifo`,
          `hexfence-dev-${name.replace('/', '-')}.fifo`,
        ])
        .sort(),
    );
    for (const { Properties } of ordered) {
      expect(Properties).toMatchObject({
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
      });
    }
    // AWS requires a visibility timeout that is not below the timeout of the function, so a worker that crashes at once
    // is noticed within a minute.
    for (const { name, worker } of realCatalogue.workers.filter(({ name }) =>
      orderedWorkers(realCatalogue).has(name),
    )) {
      const queue = ordered.find(
        ({ Properties }) => Properties.QueueName === `hexfence-dev-${name.replace('/', '-')}.fifo`,
      );
      expect(queue?.Properties.VisibilityTimeout, name).toBe(worker.timeoutSeconds);
      expect(worker.timeoutSeconds, name).toBeLessThan(60);
    }
    const mappings = real.of('Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    const ofOrdered = mappings.filter(({ EventSourceArn }) => JSON.stringify(EventSourceArn).includes('DecideBatch'));
    expect(ofOrdered).toEqual([
      expect.objectContaining({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] }),
    ]);
  });

  test('an ordered worker that could hold up its group for a minute is refused', () => {
    const slow = defineWorker({
      summary: 'Sort',
      source: { kind: 'queue', ordered: true },
      message: defineMessage('rings/sort', z.object({})),
      uses: {},
      timeoutSeconds: 60,
      impact: 'Rings lie in a heap.',
    });
    const catalogue = catalogueOf(fakeRoutes, { ...fakeWorkers, 'rings/sort': { worker: slow } });
    expect(() => synthesise(catalogue, { stage: 'dev' })).toThrow('rings/sort: timeoutSeconds 60 is a minute or more');
  });

  test('a stream: new rows of its suffix only, halved on failure, tried for as long as records live, what is left kept', () => {
    const pattern = { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ suffix: '#outbox' }] } } } };
    expect(sources.find(({ StartingPosition }) => StartingPosition)).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: 23 * 3600,
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'] } },
      },
    });
  });
});

describe('a schedule', () => {
  const template = synthesise(fakeCatalogue, { stage: 'dev' });

  test('calls its function by the clock, once a time', () => {
    const [rule, ...others] = template.of('Events::Rule');
    expect(others).toEqual([]);
    expect(rule?.Properties).toMatchObject({
      Name: 'hexfence-dev-rings-polish',
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 } }],
    });
    expect(template.of('Lambda::EventInvokeConfig').map(({ Properties }) => Properties)).toMatchObject([
      { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 },
    ]);
  });

  test('may call that function, and no other rule may', () => {
    const allowed = template.of('Lambda::Permission').filter(({ Properties }) => {
      return Properties.Principal === 'events.amazonaws.com';
    });
    expect(allowed).toHaveLength(1);
    expect(JSON.stringify(allowed[0]?.Properties.FunctionName)).toContain('RingsPolish');
    expect(JSON.stringify(allowed[0]?.Properties.SourceArn)).toContain('RingsPolishSchedule');
  });
});

test('the index of what is due is sparse and holds keys only', () => {
  const main = realStage('prod')
    .of('DynamoDB::Table')
    .find(({ Properties }) => Properties.TableName.endsWith('-main'));
  const due = main?.Properties.GlobalSecondaryIndexes.find(
    ({ IndexName }: { IndexName: string }) => IndexName === 'due',
  );
  expect(due).toMatchObject({
    KeySchema: [
      { AttributeName: 'due', KeyType: 'HASH' },
      { AttributeName: 'dueAt', KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  });
  expect(main?.Properties.AttributeDefinitions).toContainEqual({ AttributeName: 'dueAt', AttributeType: 'N' });
});

test('memory and timeout are the route’s', () => {
  const functions = synthesise(fakeCatalogue, { stage: 'dev' }).of('Lambda::Function');
  const create = functions.find(({ Properties }) => Properties.FunctionName === 'hexfence-dev-rings-create');
  expect(create?.Properties).toMatchObject({ MemorySize: 1024, Timeout: 29 });
});

test('a finding of cdk-nag fails the synth', () => {
  const app = appOf(fakeCatalogue, { stage: 'dev' });
  new Bucket(app.node.findChild('Hexfence-dev-Data') as Stack, 'Open');
  expect(() => synthOf(app)).toThrow('AwsSolutions-S10');
});
