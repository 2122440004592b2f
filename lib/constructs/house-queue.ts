import { Duration, Validations } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { keepInProduction } from './removal.ts';

/**
 * Keys that SQS manages cost nothing and need no grant; only TLS is allowed. Production keeps its queues, because a
 * lost queue means lost work.
 */
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

/** The acknowledgement for cdk-nag of these queues. */
const plainLocally = ({ name }: StageConfig) =>
  name === 'local' ? [{ id: 'AwsSolutions-SQS4', reason: 'Rules of the emulator have no TLS.' }] : [];

/** Messages that the broker could not deliver, unchanged. The retention is the longest that SQS allows. */
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
      ...plainLocally(stage),
    );
  }
}

/** In an ordered queue the limit applies to each group: one workspace's work never waits for another's. */
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
  /** The same as in the queue whose dead letters it holds. */
  readonly ordered: boolean;
}

/** The queue for failed work. It keeps messages as long as SQS allows, which is long enough for a holiday and a fix. */
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

/**
 * A worker's queue. AWS recommends a visibility timeout of six function timeouts, so that a message is not redelivered
 * while throttled calls are retried. In a FIFO queue an invisible message blocks its group, so there the timeout is one
 * function timeout, the least that AWS accepts, and a worker renews it (`shared/queue/redelivery.ts`).
 */
export class WorkQueue extends Queue {
  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id, {
      ...defaults(props.stage),
      ...orderOf(props.ordered),
      ...sentByRules(props.stage, props.byRules === true),
      queueName: props.queueName,
      deliveryDelay: Duration.seconds(props.delaySeconds),
      visibilityTimeout: Duration.seconds((props.ordered ? 1 : 6) * props.consumerTimeoutSeconds),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: props.deadLetters, maxReceiveCount: props.maxReceives },
    });
    if (props.byRules) Validations.of(this).acknowledge(...plainLocally(props.stage));
  }
}
