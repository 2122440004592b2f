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
}

/**
 * A worker's queue. AWS asks for a visibility of six consumer timeouts, so that a throttled retry does not look lost. In a
 * queue with an order a message holds up its group for as long, so there it is one, the least that AWS takes, and what is
 * worked on renews it (`shared/queue/redelivery.ts`).
 */
export class WorkQueue extends Queue {
  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id, {
      ...defaults(props.stage),
      ...orderOf(props.ordered),
      queueName: props.queueName,
      deliveryDelay: Duration.seconds(props.delaySeconds),
      visibilityTimeout: Duration.seconds((props.ordered ? 1 : 6) * props.consumerTimeoutSeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: props.deadLetters, maxReceiveCount: props.maxReceives },
    });
  }
}
