import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { workerUses } from '../../shared/http/uses.ts';
import type { QueueSource, ScheduleSource, StreamSource } from '../../shared/worker/worker.ts';
import type { NamedWorker } from '../catalogue.ts';
import { usualMegabytes } from '../config/memory.ts';
import type { Deployment } from '../deployment.ts';
import { HouseFunction, type HouseFunctionProps } from './house-function.ts';
import { DeadLetterQueue, WorkQueue } from './house-queue.ts';
import { pollingOf } from './polling.ts';

export interface WorkerFunctionProps {
  readonly deployment: Deployment;
  readonly worker: NamedWorker;
  readonly mainStreamArn: string;
}

const fewestReceives = 5;

function checkedReceives(name: string, { maxReceives = fewestReceives }: QueueSource): number {
  if (maxReceives >= fewestReceives) return maxReceives;
  throw new Error(
    `${name}: maxReceives ${maxReceives} is below ${fewestReceives}; Lambda's own throttling alone can use up fewer.`,
  );
}

const secondsPerMinute = 60;

/**
 * If a worker crashes before its first heartbeat, its message is redelivered when the visibility timeout of the queue
 * ends, which is the timeout of the worker.
 */
function checkedTimeout({ name, worker }: NamedWorker): number {
  const { source, timeoutSeconds = 30 } = worker;
  const isOrdered = source.kind === 'queue' && source.ordered === true;
  if (!isOrdered || timeoutSeconds < secondsPerMinute) return timeoutSeconds;
  throw new Error(
    `${name}: timeoutSeconds ${timeoutSeconds} is a minute or more; if it crashed, it would delay its group for that long.`,
  );
}

/** One worker: its function, its event source, and the destination of its failures. */
export class WorkerFunction extends Construct {
  constructor(scope: Construct, id: string, props: WorkerFunctionProps) {
    super(scope, id);
    const { source } = props.worker.worker;
    if (source.kind === 'schedule') this.bySchedule(props, source);
    else if (source.kind === 'queue') this.fromQueue(props, source, this.deadLetters(props));
    else this.fromStream(props, source, this.deadLetters(props));
  }

  private deadLetters({ deployment, worker }: WorkerFunctionProps): DeadLetterQueue {
    const queueName = deployment.names.deadLetters(worker.name);
    const { source } = worker.worker;
    const ordered = source.kind === 'queue' && source.ordered === true;
    return new DeadLetterQueue(this, 'DeadLetters', { queueName, stage: deployment.stage, ordered });
  }

  private function(
    { deployment, worker }: WorkerFunctionProps,
    sourceStatements: readonly PolicyStatement[],
    more: Pick<HouseFunctionProps, 'unattended'> = {},
  ) {
    return new HouseFunction(this, 'Worker', {
      deployment,
      name: worker.name,
      description: worker.worker.summary,
      memoryMegabytes: worker.worker.memoryMegabytes ?? usualMegabytes,
      timeoutSeconds: checkedTimeout(worker),
      uses: workerUses(worker.worker),
      sourceStatements,
      ...more,
    }).fn;
  }

  /**
   * A rule of EventBridge may call a function without a role. If a run fails or is late, the next one does its work.
   */
  private bySchedule(props: WorkerFunctionProps, { everyMinutes }: ScheduleSource): void {
    const unattended = 'A run that fails leaves its work to the next one, and its errors raise an alarm.';
    const every = Duration.minutes(everyMinutes);
    const fn = this.function(props, [], { unattended });
    fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: every });
    const rule = new Rule(this, 'Schedule', {
      ruleName: props.deployment.names.schedule(props.worker.name),
      description: props.worker.worker.summary,
      schedule: Schedule.rate(every),
      targets: [new LambdaFunction(fn, { retryAttempts: 0, maxEventAge: every })],
    });
    Validations.of(rule).acknowledge({ id: 'Serverless-EventBusDLQ', reason: unattended });
  }

  private fromQueue(props: WorkerFunctionProps, source: QueueSource, deadLetters: DeadLetterQueue): void {
    const { name } = props.worker;
    const queue = new WorkQueue(this, 'Queue', {
      queueName: props.deployment.names.queue(name),
      deadLetters,
      stage: props.deployment.stage,
      ordered: source.ordered === true,
      consumerTimeoutSeconds: checkedTimeout(props.worker),
      delaySeconds: source.delaySeconds ?? 0,
      maxReceives: checkedReceives(name, source),
      byRules: source.topics !== undefined,
    });
    const read = new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      resources: [queue.queueArn],
    });
    const { batchSize, windowSeconds, maxConcurrency } = pollingOf(source);
    const mapping = new EventSourceMapping(this, 'Source', {
      target: this.function(props, [read]),
      eventSourceArn: queue.queueArn,
      batchSize,
      ...(windowSeconds > 0 ? { maxBatchingWindow: Duration.seconds(windowSeconds) } : {}),
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'SQS sources have no destination; what fails rests in the dead-letter queue of the source queue.',
    });
  }

  private fromStream(props: WorkerFunctionProps, source: StreamSource, deadLetters: DeadLetterQueue): void {
    const { names } = props.deployment;
    const anyStreamOfTable = `${names.tableArn(this, source.table)}/stream/*`;
    const statements = [
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [props.mainStreamArn],
      }),
      new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: [anyStreamOfTable] }),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
    ];
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${names.table(source.table)}/stream/*]`,
      reason:
        'ListStreams, which Lambda asks for, is granted on the streams of a table and not on one: AWS documents it so.',
    });
    new EventSourceMapping(this, 'Source', {
      target: this.function(props, statements),
      eventSourceArn: props.mainStreamArn,
      // From the oldest record: records that were written before the worker existed must be delivered too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: source.batchSize ?? 100,
      bisectBatchOnError: true,
      // It fails only while the queues accept nothing, or while it does not run at all. Records live for 24 hours.
      maxRecordAge: Duration.hours(23),
      reportBatchItemFailures: true,
      onFailure: new SqsDlq(deadLetters),
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { pk: { S: [{ suffix: source.partitionSuffix }] } } },
        }),
      ],
    });
  }
}
