import { JsonService } from '../aws/json-service.ts';
import type { Item } from './attributes.ts';

/**
 * The operations of DynamoDB that this folder uses, with the parameters that it uses; the names are those of the API
 * reference.
 */

/** The one client of DynamoDB of a process. */
const dynamoDb: JsonService = /* @__PURE__ */ new JsonService({
  name: 'dynamodb',
  target: 'DynamoDB_20120810',
  jsonVersion: '1.0',
});

interface Expressed {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

interface Conditional extends Expressed {
  readonly TableName: string;
  readonly ConditionExpression?: string;
}

interface Put extends Conditional {
  readonly Item: Item;
}

interface Keyed extends Conditional {
  readonly Key: Item;
}

interface Update extends Keyed {
  readonly UpdateExpression: string;
}

/** An item of a transaction. */
export interface TransactItem {
  readonly Put?: Put;
  readonly Update?: Update;
  readonly Delete?: Keyed;
  readonly ConditionCheck?: Keyed;
}

interface Read extends Expressed {
  readonly TableName: string;
  readonly ConsistentRead?: boolean;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExclusiveStartKey?: Item;
  readonly Limit?: number;
  readonly Select?: 'COUNT';
}

interface Rows {
  readonly Items?: readonly Item[];
  readonly Count?: number;
  readonly ScannedCount?: number;
  readonly LastEvaluatedKey?: Item;
}

interface Query extends Read {
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly ScanIndexForward?: boolean;
}

interface Keys {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}

type ByTable<T> = Readonly<Record<string, T>>;
export type Deletes = readonly { readonly DeleteRequest: { readonly Key: Item } }[];

interface Operations {
  readonly GetItem: [
    { readonly TableName: string; readonly Key: Item; readonly ConsistentRead?: boolean },
    { readonly Item?: Item },
  ];
  readonly BatchGetItem: [
    { readonly RequestItems: ByTable<Keys> },
    { readonly Responses?: ByTable<readonly Item[]>; readonly UnprocessedKeys?: ByTable<Keys> },
  ];
  readonly Query: [Query, Rows];
  readonly Scan: [Read, Rows];
  readonly PutItem: [Put, object];
  readonly UpdateItem: [
    Update & { readonly ReturnValues?: 'ALL_NEW'; readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' },
    { readonly Attributes?: Item },
  ];
  readonly DeleteItem: [Keyed, object];
  readonly BatchWriteItem: [
    { readonly RequestItems: ByTable<Deletes> },
    { readonly UnprocessedItems?: ByTable<Deletes> },
  ];
  readonly TransactWriteItems: [
    { readonly TransactItems: readonly TransactItem[]; readonly ClientRequestToken: string },
    object,
  ];
}

/** One call of DynamoDB; `faults.ts` classifies what it throws. */
export function call<O extends keyof Operations>(
  operation: O,
  input: Operations[O][0],
  signal?: AbortSignal,
): Promise<Operations[O][1]> {
  return dynamoDb.call(operation, input, signal);
}
