import { describe, expect, test } from 'vitest';
import { fakeCatalogue, type Resource, realStage, stages, synthesise } from '../fixture.ts';

/** The policy of devices at the broker, and how functions learn the broker's address. */

const longestRegion = 'ap-southeast-5';

/** A template's value as text, for an account and a region. */
function resolved(value: unknown): string {
  const names: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws-us-gov',
    'AWS::Region': longestRegion,
    'AWS::AccountId': '123456789012',
  };
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (Ref) return names[Ref]!;
  return join![1].map(resolved).join(join![0]);
}

const policyOf = (stage: string): Resource => synthesise(fakeCatalogue, { stage }).of('IoT::Policy')[0]!;

interface Statement {
  readonly Effect: string;
  readonly Action: string;
  readonly Resource: readonly unknown[];
}

/** `Publish topic/…`, one line per resource. */
function lines(stage: string): string[] {
  const statements: readonly Statement[] = policyOf(stage).Properties.PolicyDocument.Statement;
  expect(statements.every(({ Effect }) => Effect === 'Allow')).toBe(true);
  return statements.flatMap(({ Action, Resource }) =>
    Resource.map((resource) => `${Action} ${resolved(resource).split(':').slice(5).join(':')}`),
  );
}

const thing = `\${iot:Connection.Thing.ThingName}`;

describe.each(stages)('the policy of devices at stage %s', (stage) => {
  test('lets a device do its own, and nothing else', () => {
    expect(lines(stage)).toEqual([
      `iot:Connect client/${thing}`,
      `iot:Publish topic/hexfence/*/${thing}/location`,
      `iot:Publish topic/hexfence/*/${thing}/readings`,
      `iot:Publish topic/hexfence/*/${thing}/health`,
      `iot:Publish topic/hexfence/*/${thing}/events`,
      `iot:Publish topic/hexfence/*/${thing}/commands/ack`,
      `iot:Publish topic/$aws/things/${thing}/shadow/name/config/get`,
      `iot:Publish topic/$aws/things/${thing}/shadow/name/config/update`,
      `iot:Subscribe topicfilter/hexfence/*/${thing}/commands`,
      `iot:Subscribe topicfilter/hexfence/*/${thing}/config`,
      `iot:Subscribe topicfilter/$aws/things/${thing}/shadow/name/config/*`,
      `iot:Receive topic/hexfence/*/${thing}/commands`,
      `iot:Receive topic/hexfence/*/${thing}/config`,
      `iot:Receive topic/$aws/things/${thing}/shadow/name/config/*`,
    ]);
  });

  test('is no longer than AWS takes', () => {
    const { Version, Statement } = policyOf(stage).Properties.PolicyDocument;
    const statements = (Statement as readonly Statement[]).map((one) => ({
      ...one,
      Resource: one.Resource.map(resolved),
    }));
    expect(JSON.stringify({ Version, Statement: statements }).length).toBeLessThanOrEqual(2048);
  });
});

test('functions that certify or revoke know policy and address, and only those that certify what to trust', () => {
  const variables = (stage: string, name: string) =>
    realStage(stage)
      .of('Lambda::Function')
      .find(({ Properties }) => Properties.FunctionName === `hexfence-${stage}-${name}`)!.Properties.Environment
      .Variables;
  expect(variables('prod', 'devices-provision')).toMatchObject({
    DEVICE_POLICY: 'hexfence-prod-device',
    BROKER_ADDRESS: { Ref: expect.any(String) },
  });
  expect(variables('prod', 'devices-provision').BROKER_CA).toBeUndefined();
  expect(variables('prod', 'certificates-revoke')).toMatchObject({
    DEVICE_POLICY: 'hexfence-prod-device',
    BROKER_ADDRESS: { Ref: expect.any(String) },
  });
  expect(variables('prod', 'devices-get').DEVICE_POLICY).toBeUndefined();
});

test('who revokes may end connections, and who only sends may not', () => {
  const template = realStage('prod');
  const asks = (name: string): string[] => {
    const fn = template.of('Lambda::Function').find((one) => one.Properties.FunctionName === `hexfence-prod-${name}`)!;
    const role = template.of('IAM::Role').find(({ id }) => id === fn.Properties.Role['Fn::GetAtt'][0])!;
    return role.Properties.Policies[0].PolicyDocument.Statement.flatMap(({ Action }: Statement) => Action);
  };
  expect(asks('certificates-revoke')).toContain('iot:DeleteConnection');
  expect(asks('devices-retire')).toContain('iot:DeleteConnection');
  expect(asks('commands-send')).not.toContain('iot:DeleteConnection');
});

test('the gateway ends connections in place of the emulator', () => {
  const [one] = synthesise(fakeCatalogue, { stage: 'local', awsEndpoint: 'http://localhost:4000' }).of(
    'Lambda::Function',
  );
  expect(one!.Properties.Environment.Variables.AWS_ENDPOINT_URL_IOT_DATA).toBe('http://localhost:4000');
});
