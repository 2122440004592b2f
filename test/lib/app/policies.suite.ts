import { describe, expect, test } from 'vitest';
import { namesOf } from '../../../lib/names.ts';
import {
  fakeCatalogue,
  type Resource,
  realCatalogue,
  realStage,
  type Synthesised,
  stages,
  synthesise,
} from '../fixture.ts';
import { policyComplaints } from './policies.ts';

const tlsOnly = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };

/** Only these queues allow plain HTTP, because the emulator's rules send without TLS. */
const isSentByRules = ({ Properties: { QueueName = '' } }: Resource): boolean =>
  /-undelivered$/.test(QueueName) ||
  realCatalogue.workers.some(
    ({ name, worker: { source } }) =>
      source.kind === 'queue' && source.topics && QueueName === namesOf('local').queue(name),
  );

describe.each(stages)('policies of stage %s', (stage) => {
  const template = realStage(stage);

  test('allow each service what its wiring needs, and nobody else anything', () => {
    expect(policyComplaints(template, stage)).toEqual([]);
  });

  test('cover every alarm by its name', () => {
    const names = template.of('CloudWatch::Alarm').map(({ Properties }) => Properties.AlarmName);
    expect(names.filter((name) => !name.startsWith(`hexfence-${stage}-`))).toEqual([]);
  });

  test('refuse plain HTTP to every queue, topic and bucket', () => {
    const policies = ['SQS::QueuePolicy', 'SNS::TopicPolicy', 'S3::BucketPolicy'].flatMap((type) => template.of(type));
    const guarded = policies.flatMap(({ stack, Properties: { PolicyDocument, Queues, Topics, Bucket } }) => {
      expect(PolicyDocument.Statement[0]).toMatchObject(tlsOnly);
      return [...(Queues ?? []), ...(Topics ?? []), ...(Bucket ? [Bucket] : [])].map(({ Ref }) => `${stack} ${Ref}`);
    });
    const things = ['SQS::Queue', 'SNS::Topic', 'S3::Bucket']
      .flatMap((type) => template.of(type))
      .filter((thing) => stage !== 'local' || !isSentByRules(thing));
    expect(guarded.sort()).toEqual(things.map(({ stack, id }) => `${stack} ${id}`).sort());
  });
});

test('CloudFront may write its logs: the bucket takes access lists, and no public one', () => {
  const bucket = realStage('prod')
    .of('S3::Bucket')
    .find(({ stack }) => stack.endsWith('FrontDoor'));
  expect(bucket?.Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerPreferred' }]);
  expect(Object.values(bucket?.Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
});

describe('a fault is named', () => {
  const template = synthesise(fakeCatalogue, { stage: 'dev' });

  function broken(type: string, change: (properties: Resource['Properties']) => void): readonly string[] {
    const resources = structuredClone(template.resources) as Resource[];
    const culprit = resources.find(({ Type }) => Type === `AWS::${type}`)!;
    change(culprit.Properties);
    return policyComplaints({ ...template, resources } as Synthesised, 'dev');
  }

  test('a topic that CloudWatch may not publish to', () => {
    const complaints = broken('SNS::TopicPolicy', ({ PolicyDocument }) => PolicyDocument.Statement.splice(1));
    expect(complaints).toContainEqual(
      expect.stringMatching(/^No policy says: .*cloudwatch\.amazonaws\.com may sns:Publish on <Alarms/),
    );
  });

  test('a topic that CloudWatch of any account may publish to', () => {
    const complaints = broken('SNS::TopicPolicy', ({ PolicyDocument }) => delete PolicyDocument.Statement[1].Condition);
    expect(complaints[0]).toMatch(/^Hexfence-dev-Monitoring AlarmsPolicy\w+ allows more than is needed: /);
  });

  test('a queue that anybody may send to', () => {
    const anybody = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sqs:SendMessage', Resource: '*' };
    const complaints = broken('SQS::QueuePolicy', ({ PolicyDocument }) => PolicyDocument.Statement.push(anybody));
    expect(complaints).toEqual([
      expect.stringMatching(/^Hexfence-dev-Workers \w+ allows more than is needed: .*\* may/),
    ]);
  });

  test('a function that any rule, or none, may call', () => {
    expect(broken('Lambda::Permission', (properties) => delete properties.SourceArn)).toHaveLength(2);
    expect(broken('Lambda::Permission', (properties) => (properties.Action = 'lambda:GetFunction'))).toHaveLength(2);
  });

  test('a kind of policy that no test reads', () => {
    const policy = {
      Type: 'AWS::SecretsManager::ResourcePolicy',
      id: 'Open',
      stack: 'S',
      Properties: { ResourcePolicy: {} },
    };
    const resources = [...template.resources, policy];
    expect(() => policyComplaints({ ...template, resources }, 'dev')).toThrow('S Open (AWS::SecretsManager::Resource');
  });
});
