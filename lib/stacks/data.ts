import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, ProjectionType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnEmailIdentity } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { dueIndex, placeIndex } from '../../shared/table/keys.ts';
import type { NamedDeploymentWorker } from '../catalogue.ts';
import type { StageConfig } from '../config.ts';
import { Broker } from '../constructs/broker.ts';
import { HouseTable } from '../constructs/house-table.ts';
import { keepInProduction } from '../constructs/removal.ts';
import { TokenKeys } from '../constructs/token-keys.ts';
import type { Deployment } from '../deployment.ts';

export interface DataStackProps {
  readonly deployment: Deployment;
  readonly atDeployment: readonly NamedDeploymentWorker[];
}

/** What outlives every deployment: the four tables, the token keys, and the secret between front door and API. */
export class DataStack extends Stack {
  /** Exported to the workers' stack on purpose: CloudFormation then refuses to take the stream from under a worker. */
  readonly mainStreamArn: string;

  constructor(scope: Construct, { deployment, atDeployment }: DataStackProps) {
    const { stage, names } = deployment;
    super(scope, names.stack('data'), { terminationProtection: stage.deletionProtection });

    const main = new HouseTable(this, {
      deployment,
      name: 'main',
      expires: true,
      // Outbox rows are written once and read by nobody but their worker, which needs them whole and never their past.
      stream: StreamViewType.NEW_IMAGE,
    });
    main.addGlobalSecondaryIndex({
      indexName: placeIndex,
      partitionKey: { name: 'place', type: AttributeType.STRING },
      sortKey: { name: 'placeCell', type: AttributeType.STRING },
      // What filters look at; the fences themselves are read from the table.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['status', 'group', 'externalId', 'tags', 'y', 'x', 'r'],
    });
    main.addGlobalSecondaryIndex({
      indexName: dueIndex,
      partitionKey: { name: 'due', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
      // The sweeper reads the rows themselves, since the index lags behind.
      projectionType: ProjectionType.KEYS_ONLY,
    });
    const cells = new HouseTable(this, { deployment, name: 'cells', expires: false });
    // No stream: every request counts itself on a row here, and each count would be a stream record that nobody reads.
    const access = new HouseTable(this, { deployment, name: 'access', expires: true });
    const telemetry = new HouseTable(this, { deployment, name: 'telemetry', expires: true });
    this.mainStreamArn = main.tableStreamArn!;

    new CfnOutput(this, 'MainTableName', { value: main.tableName });
    new CfnOutput(this, 'CellsTableName', { value: cells.tableName });
    new CfnOutput(this, 'AccessTableName', { value: access.tableName });
    new CfnOutput(this, 'TelemetryTableName', { value: telemetry.tableName });

    new Broker(this, 'Broker', { deployment, atDeployment });
    new TokenKeys(this, 'TokenKeys', { deployment, atDeployment });
    this.mailIdentity(stage);
    if (stage.frontDoor === 'cloudfront')
      for (const generation of stage.originSecrets.sent) this.originSecret(generation, names.originVerify(generation));
  }

  /** SES mails a link to an address, and asks a domain for DNS records; `npm run deploy` says which of them is awaited. */
  private mailIdentity(stage: StageConfig): void {
    if (!stage.mail || stage.mail.identity === 'existing') return;
    const emailIdentity = stage.mail[stage.mail.identity];
    new CfnEmailIdentity(this, 'MailIdentity', { emailIdentity }).applyRemovalPolicy(keepInProduction(stage));
  }

  private originSecret(generation: number, secretName: string): void {
    const secret = new Secret(this, `OriginVerify${generation}`, {
      secretName,
      description: 'Proves to the API that a request came through the front door.',
      // No punctuation: the front door may send several, with a comma between them.
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'CloudFront and functions read it at deploy, so it is replaced by deployments (originSecrets), not by a schedule that they would not notice. Who has it may call the API past the front door, with a credential all the same.',
    });
  }
}
