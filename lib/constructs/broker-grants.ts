import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BrokerRight, SettingName } from '../../shared/capability/capability.ts';
import type { Deployment } from '../deployment.ts';

/**
 * The rights of functions at the broker. Certificates and things are created at run time, so a grant cannot name them.
 */

type Target = 'any' | 'certificates' | 'things' | 'clients' | 'topics';

/** The actions of each right, by their resource. AWS has no resource for a certificate that is yet to be created. */
const actions: Readonly<Record<BrokerRight, Partial<Record<Target, readonly string[]>>>> = {
  certify: {
    any: ['CreateCertificateFromCsr'],
    certificates: ['UpdateCertificate', 'DeleteCertificate', 'AttachPolicy', 'AttachThingPrincipal'],
    things: ['CreateThing', 'AttachThingPrincipal'],
  },
  revoke: {
    certificates: ['UpdateCertificate', 'DetachPolicy', 'DetachThingPrincipal'],
    things: ['DeleteThing', 'DetachThingPrincipal'],
    clients: ['DeleteConnection'],
  },
  publish: { topics: ['Publish'] },
};

/** MiniStack checks these actions on `*`. */
const onAnyLocally = ['AttachPolicy', 'DetachPolicy'];

/** The settings that a function with these rights needs. */
export const settingsAtBroker = (rights: readonly BrokerRight[]): SettingName[] => [
  ...(rights.length > 0 ? (['BROKER_ADDRESS'] as const) : []),
  ...(rights.includes('certify') ? (['BROKER_CA'] as const) : []),
  ...(rights.includes('certify') || rights.includes('revoke') ? (['DEVICE_POLICY'] as const) : []),
];

/** The wildcards of these rights, as cdk-nag names them. */
const wildcards: Readonly<Record<Exclude<Target, 'any'>, string>> = {
  certificates: 'cert/*',
  things: 'thing/*',
  clients: 'client/*',
  topics: 'topic/hexfence/*',
};

/** The acknowledgements for cdk-nag of a function with these rights. */
export const brokerAcknowledgements = (rights: readonly BrokerRight[]) =>
  Object.entries(wildcards)
    .filter(([target]) => rights.some((right) => actions[right][target as Target]))
    .map(([, resource]) => ({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iot:<AWS::Region>:<AWS::AccountId>:${resource}]`,
      reason: 'Certificates, things, connections and topics are of devices, which are made while the stack runs.',
    }));

const targets = ['any', 'certificates', 'things', 'clients', 'topics'] as const;

export function brokerStatements(
  scope: Construct,
  { stage }: Deployment,
  rights: readonly BrokerRight[],
): PolicyStatement[] {
  const arn = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'iot', resource, resourceName });
  const resources: Readonly<Record<Target, string>> = {
    any: '*',
    certificates: arn('cert', '*'),
    things: arn('thing', '*'),
    clients: arn('client', '*'),
    topics: arn('topic', 'hexfence/*'),
  };
  const asked = (target: Target) => [...new Set(rights.flatMap((right) => actions[right][target] ?? []))].sort();
  const local = stage.name === 'local' ? asked('certificates').filter((action) => onAnyLocally.includes(action)) : [];
  return targets.flatMap((target) => {
    const own = [...asked(target), ...(target === 'any' ? local : [])];
    if (own.length === 0) return [];
    return [new PolicyStatement({ actions: own.map((action) => `iot:${action}`), resources: [resources[target]] })];
  });
}
