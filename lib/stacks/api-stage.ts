import { Duration, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type CfnStage, HttpStage, type IHttpApi, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { AreaName } from '../areas.ts';
import { type Endpoint, isCostly } from '../catalogue.ts';
import { keepInProduction } from '../constructs/removal.ts';
import type { Deployment } from '../deployment.ts';
import { pascal } from '../names.ts';

export interface ApiStageStackProps {
  readonly deployment: Deployment;
  readonly area: AreaName;
  readonly api: IHttpApi;
  /** The endpoints of this area. */
  readonly endpoints: readonly Endpoint[];
}

/**
 * One line of JSON per request. `gatewayError` is set only when API Gateway itself answered. API Gateway logs no
 * header, so `sourceAddress` is the front door's for all requests through it; the function's own line has the caller's.
 */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceAddress: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  lambdaStatus: '$context.integrationStatus',
  latencyMilliseconds: '$context.responseLatency',
  bytes: '$context.responseLength',
  gatewayError: '$context.error.message',
};

/**
 * The stage of one area's API: its throttles and its access log. It is a separate stack, deployed after the endpoints,
 * because API Gateway accepts the throttle of a route only when the route exists.
 */
export class ApiStageStack extends Stack {
  /** Calls that AWS refused, because of API Gateway's limits or Lambda's. */
  readonly throttled: Metric;

  constructor(scope: Construct, { deployment, area, api, endpoints }: ApiStageStackProps) {
    const { stage, names } = deployment;
    super(scope, names.stack(`${area}-api-stage`), { terminationProtection: stage.deletionProtection });
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      logGroupName: names.apiLogGroup(area),
      retention: stage.logRetentionDays,
      removalPolicy: keepInProduction(stage),
    });
    const { throttle, costlyThrottle } = stage.ceilings;
    const served = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: throttle.requestsPerSecond, burstLimit: throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    const settings = {
      ThrottlingRateLimit: costlyThrottle.requestsPerSecond,
      ThrottlingBurstLimit: costlyThrottle.burst,
    };
    const costly = endpoints.filter(({ route }) => isCostly(route));
    if (costly.length > 0)
      (served.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(
        costly.map(({ route }) => [`${route.method} ${route.path}`, settings]),
      );
    this.throttled = this.countThrottled(accessLogs, deployment, area);
  }

  /**
   * API Gateway counts its own 429 among all 4xx, and Lambda counts throttles by function. In the access log both can
   * be distinguished from the 429 of our code for a credential over its limit.
   */
  private countThrottled(logGroup: LogGroup, { stage }: Deployment, area: AreaName): Metric {
    const filter = new MetricFilter(this, 'Throttled', {
      logGroup,
      filterPattern: FilterPattern.literal('{ ($.gatewayError = "Too Many Requests") || ($.lambdaStatus = "429") }'),
      metricNamespace: `Hexfence/${stage.name}`,
      metricName: `${pascal(area)}ApiThrottled`,
    });
    return filter.metric({ statistic: Stats.SUM, period: Duration.minutes(5) });
  }
}
