import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, type IHttpApi, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { AreaName } from '../areas.ts';
import type { Endpoint } from '../catalogue.ts';
import { EndpointFunction } from '../constructs/endpoint-function.ts';
import { keepInProduction } from '../constructs/removal.ts';
import type { Deployment } from '../deployment.ts';
import { pascal } from '../names.ts';

export interface ApiStackProps {
  readonly deployment: Deployment;
  readonly area: AreaName;
  readonly fallback: Endpoint;
}

/**
 * One line a request, as JSON; `gatewayError` is set only when API Gateway answered by itself. API Gateway logs no header,
 * so `sourceAddress` is the front door's for all that comes through it; the function's own line has the caller's.
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
 * The HTTP API of one area with its `$default` route. It has no CORS configuration: that would answer preflights before
 * our code knows the path, and the same code answers them on every stage. The endpoints' stacks add their routes to it.
 */
export class ApiStack extends Stack {
  readonly api: IHttpApi;
  /** Calls that AWS turned away, by API Gateway's limits or by Lambda's. */
  readonly throttled: Metric;

  constructor(scope: Construct, { deployment, area, fallback }: ApiStackProps) {
    const { stage, names } = deployment;
    super(scope, names.stack(`${area}-api`), { terminationProtection: stage.deletionProtection });

    // The cast is for exactOptionalPropertyTypes: CDK's class says `string | undefined` where its interface says optional.
    this.api = new HttpApi(this, 'Api', {
      apiName: `hexfence-${stage.name}-${area}`,
      createDefaultStage: false,
    }) as IHttpApi;
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      logGroupName: names.apiLogGroup(area),
      retention: stage.logRetentionDays,
      removalPolicy: keepInProduction(stage),
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.requestsPerSecond, burstLimit: stage.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    this.throttled = this.countThrottled(accessLogs, deployment, area);
    new EndpointFunction(this, 'Fallback', {
      deployment,
      api: this.api,
      endpoint: fallback,
      defaultAs: `${area}-fallback`,
    });
    new CfnOutput(this, `ApiId${pascal(area)}`, { value: this.api.apiId });
  }

  /**
   * API Gateway counts its own 429 among all 4xx, and Lambda counts throttles by function; the access log tells both from
   * the 429 that a credential over its own limit gets from our code.
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
