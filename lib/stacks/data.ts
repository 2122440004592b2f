import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, ProjectionType, StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnEmailIdentity } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { dueIndex } from '../../shared/table/keys/due.ts';
import { placeIndex } from '../../shared/table/keys/geofences.ts';
import type { NamedDeploymentWorker } from '../catalogue.ts';
import type { StageConfig } from '../config.ts';
import { Broker } from '../constructs/broker.ts';
import { FilesBucket } from '../constructs/files-bucket.ts';
import { HouseTable } from '../constructs/house-table.ts';
import { keepInProduction } from '../constructs/removal.ts';
import { SecretsKey } from '../constructs/secrets-key.ts';
import { TokenKeys } from '../constructs/token-keys.ts';
import type { Deployment } from '../deployment.ts';
import { filesBucketOutput } from '../names.ts';

export interface DataStackProps {
  readonly deployment: Deployment;
  readonly atDeployment: readonly NamedDeploymentWorker[];
}

/**
 * The resources that outlive every deployment: the four tables, the bucket of files, the token keys, the key of secrets, and
 * the secret between front door and API.
 */
export class DataStack extends Stack {
  /**
   * Exported to the workers' stack on purpose: CloudFormation then refuses to remove the stream while a worker reads
   * it.
   */
  readonly mainStreamArn: string;

  constructor(scope: Construct, { deployment, atDeployment }: DataStackProps) {
    const { stage, names } = deployment;
    super(scope, names.stack('data'), { terminationProtection: stage.deletionProtection });

    const main = new HouseTable(this, {
      deployment,
      name: 'main',
      expires: true,
      // Outbox rows are written once. Only their worker reads them; it needs the whole row and no earlier image.
      stream: StreamViewType.NEW_IMAGE,
    });
    main.addGlobalSecondaryIndex({
      indexName: placeIndex,
      partitionKey: { name: 'place', type: AttributeType.STRING },
      sortKey: { name: 'placeCell', type: AttributeType.STRING },
      // The attributes that filters examine. The fences themselves are read from the table.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['status', 'group', 'externalId', 'tags', 'y', 'x', 'r'],
    });
    main.addGlobalSecondaryIndex({
      indexName: dueIndex,
      partitionKey: { name: 'due', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
      // The sweeper reads the rows from the table, since the index lags behind.
      projectionType: ProjectionType.KEYS_ONLY,
    });
    const cells = new HouseTable(this, { deployment, name: 'cells', expires: false });
    // No stream: every request increments a counter on a row here, and each increment would be a stream record that
    // nobody reads.
    const access = new HouseTable(this, { deployment, name: 'access', expires: true });
    const telemetry = new HouseTable(this, { deployment, name: 'telemetry', expires: true });
    this.mainStreamArn = main.tableStreamArn!;

    new CfnOutput(this, 'MainTableName', { value: main.tableName });
    new CfnOutput(this, 'CellsTableName', { value: cells.tableName });
    new CfnOutput(this, 'AccessTableName', { value: access.tableName });
    new CfnOutput(this, 'TelemetryTableName', { value: telemetry.tableName });

    const files = new FilesBucket(this, 'Files', deployment);
    new CfnOutput(this, filesBucketOutput, { value: files.bucketName });
    new Broker(this, 'Broker', { deployment, atDeployment });
    new SecretsKey(this, 'Secrets', deployment);
    new TokenKeys(this, 'TokenKeys', { deployment, atDeployment });
    this.mailIdentity(stage);
    if (stage.frontDoor === 'cloudfront')
      for (const generation of stage.originSecrets.sent) this.originSecret(generation, names.originVerify(generation));
  }

  /**
   * SES mails a link to an address, and requires DNS records for a domain; `npm run deploy` says what is still missing.
   */
  private mailIdentity(stage: StageConfig): void {
    if (!stage.mail || stage.mail.identity === 'existing') return;
    const emailIdentity = stage.mail[stage.mail.identity];
    new CfnEmailIdentity(this, 'MailIdentity', { emailIdentity }).applyRemovalPolicy(keepInProduction(stage));
  }

  private originSecret(generation: number, secretName: string): void {
    const secret = new Secret(this, `OriginVerify${generation}`, {
      secretName,
      description: 'Proves to the API that a request came through the front door.',
      // No punctuation, because the front door may send several, separated by commas.
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
