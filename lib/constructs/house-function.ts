import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Capability } from '../../shared/capability/capability.ts';
import type { Deployment } from '../deployment.ts';
import { brokerAcknowledgements } from './broker-grants.ts';
import { fileAcknowledgements } from './file-grants.ts';
import { grantsOf } from './grants.ts';

export interface HouseFunctionProps {
  readonly deployment: Deployment;
  /** File name of the endpoint or worker, and of its bundle. */
  readonly name: string;
  /** Physical name when one bundle runs as several functions; the file name otherwise. */
  readonly as?: string;
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly uses: readonly Capability<unknown>[];
  /** Why a function that is invoked asynchronously needs no destination for failures. */
  readonly unattended?: string;
  /** Rights that its event source needs beyond those of the code. */
  readonly sourceStatements?: readonly PolicyStatement[];
}

/** Services that the local gateway answers, instead of the endpoint that the emulator gives its functions. */
const endpointUrls = (endpoint: string) => ({
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ENDPOINT_URL_SQS: endpoint,
  AWS_ENDPOINT_URL_LOCATION: endpoint,
  AWS_ENDPOINT_URL_IOT_DATA: endpoint,
});

/**
 * One Lambda function with the defaults of this project: arm64, Node.js 24, its own log group and its own role. The
 * role has the declared rights and none that CDK would add by itself.
 */
export class HouseFunction extends Construct {
  readonly fn: LambdaFunction;

  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    super(scope, id);
    const { deployment } = props;
    const { stage, names } = deployment;
    const physical = props.as ?? props.name;
    const grants = grantsOf(this, deployment, props.uses);
    const reserved = stage.ceilings.reservedConcurrency[props.name];
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: names.logGroup(physical),
      retention: stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.fn = new LambdaFunction(this, 'Function', {
      functionName: names.fn(physical),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: deployment.code(props.name),
      memorySize: props.memoryMegabytes,
      timeout: Duration.seconds(props.timeoutSeconds),
      ...(reserved ? { reservedConcurrentExecutions: reserved } : {}),
      tracing: Tracing.ACTIVE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel[stage.logLevel],
      systemLogLevelV2: SystemLogLevel[stage.platformLogLevel],
      environment: { ...this.commonEnvironment(deployment), ...grants.environment },
      role: this.role(logGroup, [...grants.statements, ...(props.sourceStatements ?? [])]),
    });
    this.acknowledge(props.unattended);
    const rights = props.uses.flatMap(({ broker = [] }) => broker);
    Validations.of(this).acknowledge(
      ...brokerAcknowledgements(rights),
      ...fileAcknowledgements(deployment, props.uses),
    );
  }

  private commonEnvironment({ stage, names }: Deployment): Record<string, string> {
    return {
      STAGE: stage.name,
      METRICS_NAMESPACE: names.metrics,
      LOG_LEVEL: stage.logLevel,
      ...(stage.awsEndpoint ? endpointUrls(stage.awsEndpoint) : {}),
    };
  }

  /** Policies are inline: that saves a resource, and the function never runs without its rights. */
  private role(logGroup: LogGroup, statements: readonly PolicyStatement[]) {
    const base = [
      new PolicyStatement({
        sid: 'OwnLogs',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
      new PolicyStatement({
        sid: 'Tracing',
        effect: Effect.ALLOW,
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        resources: ['*'],
      }),
    ];
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Declared: new PolicyDocument({ minimize: false, statements: [...base, ...statements] }) },
    });
    // Immutable, so that no construct adds rights that are not declared.
    return role.withoutPolicyUpdates();
  }

  private acknowledge(unattended?: string): void {
    const xray =
      'X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords are granted on * or not at all.';
    const failures =
      unattended ??
      'Never invoked asynchronously: API Gateway waits for the answer, and event sources keep failures in their own queue. (CloudFormation is answered in any case, and says itself what failed.)';
    Validations.of(this).acknowledge(
      { id: 'AwsSolutions-IAM5[Resource::*]', reason: xray },
      { id: 'Serverless-LambdaStarPermissions', reason: xray },
      { id: 'Serverless-LambdaDLQ', reason: failures },
      { id: 'Serverless-LambdaAsyncFailureDestination', reason: failures },
    );
  }
}
