import {
  AttributeType,
  BillingMode,
  type GlobalSecondaryIndexProps,
  type StreamViewType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { TableName } from '../../shared/capability/capability.ts';
import type { Deployment } from '../deployment.ts';
import { pascal } from '../names.ts';
import { keepInProduction } from './removal.ts';

export interface HouseTableProps {
  readonly deployment: Deployment;
  readonly name: TableName;
  /** Rows carry `ttl`, epoch seconds, after which DynamoDB may delete them. */
  readonly expires: boolean;
  readonly stream?: StreamViewType;
}

/**
 * A table of this house: `pk` and `sk`, on demand. Encrypted with the key that AWS manages for DynamoDB in the account:
 * its use shows in CloudTrail, and unlike a key of our own it costs nothing a month and cannot be deleted, which would
 * be the one way to lose every table at once.
 */
export class HouseTable extends Table {
  private readonly ceiling: Pick<TableProps, 'maxReadRequestUnits' | 'maxWriteRequestUnits'>;

  constructor(scope: Construct, { deployment, name, expires, stream }: HouseTableProps) {
    const { stage, names } = deployment;
    const { tableUnits } = stage.ceilings;
    const ceiling = tableUnits && { maxReadRequestUnits: tableUnits.reads, maxWriteRequestUnits: tableUnits.writes };
    super(scope, pascal(name), {
      tableName: names.table(name),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.deletionProtection,
      removalPolicy: keepInProduction(stage),
      ...ceiling,
      ...(expires ? { timeToLiveAttribute: 'ttl' } : {}),
      ...(stream ? { stream } : {}),
    });
    this.ceiling = ceiling ?? {};
  }

  /** An index has a ceiling of its own: that of its table, whose writes it must keep up with. */
  override addGlobalSecondaryIndex(props: GlobalSecondaryIndexProps): void {
    super.addGlobalSecondaryIndex({ ...this.ceiling, ...props });
  }
}
