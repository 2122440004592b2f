import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { Construct } from 'constructs';
import type { NamedWorker } from '../catalogue.ts';
import type { Deployment } from '../deployment.ts';
import { UndeliveredQueue } from './house-queue.ts';

export interface DeviceRulesProps {
  readonly deployment: Deployment;
  readonly workers: readonly NamedWorker[];
}

interface Wanted {
  readonly worker: string;
  readonly number: number;
  readonly topic: string;
}

/** The topics that workers receive messages from. */
export const topicsOf = (workers: readonly NamedWorker[]): Wanted[] =>
  workers.flatMap(({ name, worker: { source } }) => {
    const topics = source.kind === 'queue' ? (source.topics ?? []) : [];
    if (source.kind === 'queue' && source.ordered && topics.length > 0)
      throw new Error(`${name}: the broker cannot send to an ordered queue.`);
    return topics.map((topic, number) => ({ worker: name, number, topic }));
  });

/**
 * The payload in base64, so that bytes which are not JSON arrive too, with what only the broker knows about the
 * message.
 */
const selected = "encode(*, 'base64') AS payload, topic() AS topic, principal() AS principal, timestamp() AS at";

/**
 * Rules of the broker that send the messages of devices to the queues of workers. A message that a rule cannot deliver
 * goes to a queue with an alarm.
 */
export class DeviceRules extends Construct {
  constructor(scope: Construct, id: string, { deployment, workers }: DeviceRulesProps) {
    super(scope, id);
    const { stage, names } = deployment;
    const wanted = topicsOf(workers);
    if (wanted.length === 0) return;
    const undelivered = new UndeliveredQueue(this, 'Undelivered', { stage, queueName: names.undelivered });
    const queues = [...new Set(wanted.map(({ worker }) => names.queueArn(this, worker)))];
    const { roleArn } = this.role([...queues, undelivered.queueArn]);
    for (const { worker, number, topic } of wanted) {
      new CfnTopicRule(this, `Rule-${worker.replace('/', '-')}-${number}`, {
        ruleName: names.deviceRule(worker, number),
        topicRulePayload: {
          awsIotSqlVersion: '2016-03-23',
          sql: `SELECT ${selected} FROM '${topic}'`,
          actions: [{ sqs: { queueUrl: names.queueUrl(this, worker), roleArn, useBase64: false } }],
          errorAction: { sqs: { queueUrl: undelivered.queueUrl, roleArn, useBase64: false } },
        },
      });
    }
  }

  private role(resources: readonly string[]) {
    const send = new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [...resources] });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: { Declared: new PolicyDocument({ statements: [send] }) },
    });
    role.withoutPolicyUpdates();
    return role;
  }
}
