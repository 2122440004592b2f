import { Duration, Validations } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { keepInProduction } from './removal.ts';

/** SQS keys cost nothing and need no grant; TLS only. A lost queue is lost work, so production keeps it. */
function defaults(stage: StageConfig): QueueProps {
  return {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    removalPolicy: keepInProduction(stage),
  };
}

/** MiniStack's rules send over plain HTTP, past the gateway that marks calls as TLS. AWS's never do. */
const sentByRules = ({ name }: StageConfig, byRules: boolean): QueueProps =>
  byRules && name === 'local' ? { enforceSSL: false } : {};

/** What the broker could not deliver rests here as it came, for as long as SQS keeps anything. */
export class UndeliveredQueue extends Queue {
  constructor(scope: Construct, id: string, { stage, queueName }: Pick<DeadLetterQueueProps, 'stage' | 'queueName'>) {
    super(scope, id, {
      ...defaults(stage),
      ...sentByRules(stage, true),
      queueName,
      retentionPeriod: Duration.days(14),
    });
    const reason = 'It is itself where messages rest that were not delivered.';
    Validations.of(this).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
      ...(stage.name === 'local' ? [{ id: 'AwsSolutions-SQS4', reason: 'The emulator has no TLS of its own.' }] : []),
    );
  }
}

/** With an order, each group has a pace of its own: one workspace's work never waits for another's. */
const orderOf = (ordered: boolean): QueueProps =>
  ordered
    ? {
        fifo: true,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }
    : {};

interface DeadLetterQueueProps {
  readonly queueName: string;
  readonly stage: StageConfig;
  /** As the queue whose dead letters they are. */
  readonly ordered: boolean;
}

/** Where failed work rests, for as long as SQS keeps anything: long enough for a holiday and a fix. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, { stage, queueName, ordered }: DeadLetterQueueProps) {
    super(scope, id, { ...defaults(stage), ...orderOf(ordered), queueName, retentionPeriod: Duration.days(14) });
    Validations.of(this).acknowledge(
      { id: 'AwsSolutions-SQS3', reason: 'This is the dead-letter queue.' },
      { id: 'Serverless-SQSRedrivePolicy', reason: 'This is the dead-letter queue.' },
    );
  }
}

export interface WorkQueueProps {
  readonly queueName: string;
  readonly deadLetters: DeadLetterQueue;
  readonly stage: StageConfig;
  readonly ordered: boolean;
  readonly consumerTimeoutSeconds: number;
  readonly delaySeconds: number;
  readonly maxReceives: number;
  /** Whether rules of the broker send to it. */
  readonly byRules?: boolean;
}

/** A worker's queue. AWS asks for a visibility of six consumer timeouts, so that a throttled retry does not look lost. */
export class WorkQueue extends Queue {
  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id, {
      ...defaults(props.stage),
      ...orderOf(props.ordered),
      ...sentByRules(props.stage, props.byRules === true),
      queueName: props.queueName,
      deliveryDelay: Duration.seconds(props.delaySeconds),
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeoutSeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: props.deadLetters, maxReceiveCount: props.maxReceives },
    });
  }
}
