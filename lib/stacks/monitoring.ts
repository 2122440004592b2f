import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import type { IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { MetricName } from '../../shared/log/log.ts';
import type { AreaName } from '../areas.ts';
import { type NamedWorker, workersOfSetAside } from '../catalogue.ts';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import { topicsOf } from '../constructs/device-rules.ts';
import { alarmPrefix, HouseAlarm, type HouseAlarmProps } from '../constructs/house-alarm.ts';
import { MonthlyBudget } from '../constructs/monthly-budget.ts';
import type { Deployment } from '../deployment.ts';
import { pascal } from '../names.ts';

interface WatchedApi {
  readonly api: IHttpApi;
  /** Calls that AWS refused. */
  readonly throttled: Metric;
}

export interface MonitoringStackProps {
  readonly deployment: Deployment;
  readonly apis: ReadonlyMap<AreaName, WatchedApi>;
  readonly workers: readonly NamedWorker[];
}

type AlarmOf = Omit<HouseAlarmProps, 'alarmName' | 'action'>;

const alarmId = (name: string) => name.replaceAll('/', '-');
const fiveMinutes = Duration.minutes(5);
const tenMinutesInSeconds = 600;

function aws(namespace: string, metricName: string, dimensionsMap: Record<string, string>, statistic: string): Metric {
  return new Metric({ namespace: `AWS/${namespace}`, metricName, dimensionsMap, statistic, period: fiveMinutes });
}

/**
 * The alarms, by API, by worker and by dead-letter queue. There are none by function, since nobody could act on four
 * hundred of a kind. Only plain metrics are used, no metric math, so that every stage can have the same templates.
 */
export class MonitoringStack extends Stack {
  private readonly deployment: Deployment;
  private readonly action: SnsAction;
  private readonly setAside: ReadonlySet<string>;

  constructor(scope: Construct, { deployment, apis, workers }: MonitoringStackProps) {
    super(scope, deployment.names.stack('monitoring'));
    this.deployment = deployment;
    const topic = this.topic();
    this.action = new SnsAction(topic);
    const { monthlyBudgetDollars: dollars } = deployment.stage.ceilings;
    if (dollars) new MonthlyBudget(this, 'Budget', { stage: deployment.stage.name, dollars, topic });
    for (const [area, api] of apis) this.watchApi(area, api);
    this.setAside = workersOfSetAside(workers);
    for (const worker of workers) this.watchWorker(worker);
    this.watchKernel();
    if (topicsOf(workers).length > 0) this.watchRules();
  }

  private topic(): AlarmTopic {
    const { alarmEmail, name } = this.deployment.stage;
    const topic = new AlarmTopic(this, 'Alarms', name);
    if (alarmEmail) {
      topic.addSubscription(new EmailSubscription(alarmEmail));
      Validations.of(topic).acknowledge({
        id: 'Serverless-SNSRedrivePolicy',
        reason: 'A mailbox has nothing to redrive; the alarm itself stays red in CloudWatch.',
      });
    }
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn });
    return topic;
  }

  private alarm(name: string, props: AlarmOf): void {
    const alarmName = `${alarmPrefix(this.deployment.stage.name)}${name}`;
    new HouseAlarm(this, pascal(name), { ...props, alarmName, action: this.action });
  }

  private watchApi(area: AreaName, { api, throttled }: WatchedApi): void {
    const dimensions = { ApiId: api.apiId };
    this.alarm(`${area}-api-errors`, {
      topic: 'apiErrors',
      impact: `Callers of the ${area} API get answers 5xx; their work is refused or its outcome unknown.`,
      metric: aws('ApiGateway', '5xx', dimensions, Stats.SUM),
      threshold: 5,
      periods: 1,
    });
    this.alarm(`${area}-api-latency`, {
      topic: 'apiLatency',
      impact: `One in a hundred calls to the ${area} API takes over 3 seconds; people wait and clients time out.`,
      metric: aws('ApiGateway', 'Latency', dimensions, Stats.percentile(99)),
      threshold: 3000,
      periods: 3,
    });
    this.alarm(`${area}-api-throttles`, {
      topic: 'apiThrottles',
      impact: `AWS refuses calls to the ${area} API before our code sees them, for all callers.`,
      metric: throttled,
      threshold: 1,
      periods: 1,
    });
  }

  /** A counter of `shared/log`, over all functions of the stage. */
  private counter(metricName: MetricName): Metric {
    const { metrics: namespace } = this.deployment.names;
    return new Metric({ namespace, metricName, statistic: Stats.SUM, period: fiveMinutes });
  }

  private watchKernel(): void {
    this.alarm('rate-counter', {
      topic: 'rateCounter',
      impact: 'Requests pass uncounted: rate limits do not hold while the counters cannot be written.',
      metric: this.counter('RateCounterUnavailable'),
      threshold: 1,
      periods: 1,
    });
    this.alarm('undeclared-problem', {
      topic: 'undeclaredProblem',
      impact: 'Callers get an error that the documentation of that operation does not list.',
      metric: this.counter('UndeclaredProblem'),
      threshold: 1,
      periods: 1,
    });
  }

  private watchRules(): void {
    const dimensions = { QueueName: this.deployment.names.undelivered };
    this.alarm('undelivered', {
      topic: 'undelivered',
      impact: 'What devices sent has not reached the platform; it is kept, and waits for a person.',
      metric: aws('SQS', 'ApproximateNumberOfMessagesVisible', dimensions, Stats.MAXIMUM),
      threshold: 1,
      periods: 1,
    });
  }

  private watchWorker(named: NamedWorker): void {
    const { name, worker } = named;
    this.alarm(`${alarmId(name)}-errors`, {
      topic: 'workerErrors',
      impact: worker.impact,
      metric: aws('Lambda', 'Errors', { FunctionName: this.deployment.names.fn(name) }, Stats.SUM),
      threshold: 1,
      periods: 3,
    });
    if (worker.source.kind === 'schedule') this.watchSchedule(named);
    else this.watchSource(named);
  }

  private watchSchedule({ name, worker }: NamedWorker): void {
    this.alarm(`${alarmId(name)}-not-started`, {
      topic: 'notStarted',
      impact: worker.impact,
      metric: aws('Events', 'FailedInvocations', { RuleName: this.deployment.names.schedule(name) }, Stats.SUM),
      threshold: 1,
      periods: 1,
    });
  }

  private watchSource({ name, worker: { impact, source } }: NamedWorker): void {
    const { names } = this.deployment;
    const queue = source.kind === 'queue';
    const id = alarmId(name);
    this.alarm(`${id}-age`, {
      topic: queue ? 'queueAge' : 'streamAge',
      impact,
      metric: queue
        ? aws('SQS', 'ApproximateAgeOfOldestMessage', { QueueName: names.queue(name) }, Stats.MAXIMUM)
        : aws('Lambda', 'IteratorAge', { FunctionName: names.fn(name) }, Stats.MAXIMUM),
      threshold: queue ? tenMinutesInSeconds + (source.delaySeconds ?? 0) : tenMinutesInSeconds * 1000,
      periods: 2,
    });
    this.alarm(`${id}-dead-letters`, {
      topic: this.setAside.has(name) ? 'notHandedOn' : 'deadLetters',
      impact: `${impact} Some of this work has been given up and waits for a person.`,
      metric: aws('SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: names.deadLetters(name) }, Stats.MAXIMUM),
      threshold: 1,
      periods: 1,
    });
  }
}
