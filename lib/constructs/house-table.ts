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
  /** Whether rows have `ttl`, in seconds since 1970, after which DynamoDB may delete them. */
  readonly expires: boolean;
  readonly stream?: StreamViewType;
}

/**
 * A table with the defaults of this project: `pk` and `sk`, on demand. It is encrypted with the key that AWS manages
 * for DynamoDB in the account. The use of that key is visible in CloudTrail. Unlike a customer key, it costs nothing
 * per month and cannot be deleted; a deleted key would mean the loss of all tables.
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

  /** An index has a ceiling too: that of its table, because it must keep up with the table's writes. */
  override addGlobalSecondaryIndex(props: GlobalSecondaryIndexProps): void {
    super.addGlobalSecondaryIndex({ ...this.ceiling, ...props });
  }
}
