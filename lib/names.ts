import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TableName } from '../shared/capability/capability.ts';
import type { StageName } from './config.ts';

/**
 * Physical names. Tables, queues and functions are named by convention, so that stacks find each other without
 * CloudFormation exports: an export that is in use can be neither changed nor removed, and a table or a queue is named
 * by a hundred functions. The price is that a named resource cannot be replaced in place; for tables that is an
 * advantage.
 */
export interface Names {
  readonly stage: StageName;
  table(name: TableName): string;
  tableArn(scope: Construct, name: TableName): string;
  queue(worker: string): string;
  deadLetters(worker: string): string;
  queueArn(scope: Construct, worker: string): string;
  queueUrl(scope: Construct, worker: string): string;
  fn(name: string): string;
  /** The rule that calls a worker on a schedule. */
  schedule(worker: string): string;
  /** Namespace of the counters that functions keep (`shared/log`). */
  readonly metrics: string;
  logGroup(name: string): string;
  apiLogGroup(area: string): string;
  originVerify(generation: number): string;
  tokenKeyAlias(generation: number): string;
  /** The SSM parameter with the ARN of a token key. */
  tokenKey(generation: number): string;
  /**
   * The SSM parameter with the JWK set of these token keys. Another set has another name, so that a deployment reads
   * it.
   */
  jwks(published: readonly number[]): string;
  readonly secretsKeyAlias: string;
  /** The SSM parameter with the ARN of the key that encrypts the data keys of workspaces. */
  readonly secretsKey: string;
  /** The ARN of an address or a domain from which Amazon SES sends. */
  mailIdentityArn(scope: Construct, identity: string): string;
  /** The place index in which addresses are looked up. */
  readonly placeIndex: string;
  placeIndexArn(scope: Construct): string;
  /** The bucket of files. No two accounts have a bucket of the same name. */
  filesBucket(at: { readonly account: string; readonly region: string }): string;
  /** The IoT policy of every device's certificate. */
  readonly devicePolicy: string;
  /** The queue of messages that the broker's rules could not deliver. */
  readonly undelivered: string;
  /** A rule of the broker; its names hold no hyphens. */
  deviceRule(worker: string, number: number): string;
  /** The SSM parameter with the broker's address. */
  readonly brokerAddress: string;
  stack(group: string): string;
}

/** The output of the data stack that names the bucket of files. */
export const filesBucketOutput = 'FilesBucketName';

const lambdaNameLimit = 64;

/** `geofences/sweep-cells` becomes `geofences-sweep-cells`. */
const flat = (name: string) => name.replaceAll('/', '-');

/** `geofences/sweep-cells` becomes `GeofencesSweepCells`, for logical ids and outputs. */
export function pascal(name: string): string {
  return name.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The `kid` of a token key, in headers of tokens and in the JWK set. */
export const tokenKeyId = (generation: number) => `t${generation}`;

/** @param ordered workers whose queue keeps an order; SQS requires a suffix in the name of such a queue */
export function namesOf(stage: StageName, ordered: ReadonlySet<string> = new Set()): Names {
  const prefix = `hexfence-${stage}`;
  const suffix = (worker: string) => (ordered.has(worker) ? '.fifo' : '');
  const queue = (worker: string) => `${prefix}-${flat(worker)}${suffix(worker)}`;
  const placeIndex = `${prefix}-places`;
  return {
    stage,
    table: (name) => `${prefix}-${name}`,
    tableArn: (scope, name) =>
      Stack.of(scope).formatArn({ service: 'dynamodb', resource: 'table', resourceName: `${prefix}-${name}` }),
    queue,
    deadLetters: (worker) => `${prefix}-${flat(worker)}-dead${suffix(worker)}`,
    queueArn: (scope, worker) =>
      Stack.of(scope).formatArn({
        service: 'sqs',
        resource: queue(worker),
        arnFormat: ArnFormat.NO_RESOURCE_NAME,
      }),
    queueUrl(scope, worker) {
      const { region, account, urlSuffix } = Stack.of(scope);
      return `https://sqs.${region}.${urlSuffix}/${account}/${queue(worker)}`;
    },
    fn(name) {
      const whole = `${prefix}-${flat(name)}`;
      if (whole.length > lambdaNameLimit) {
        throw new Error(`"${name}" is too long a file name: its function "${whole}" would exceed 64 characters.`);
      }
      return whole;
    },
    schedule: queue,
    metrics: `Hexfence/${stage}`,
    logGroup: (name) => `/hexfence/${stage}/${name}`,
    // API Gateway writes a resource policy for each log group except those with this prefix, and a region allows ten
    // policies.
    apiLogGroup: (area) => `/aws/vendedlogs/hexfence/${stage}/${area}-api`,
    originVerify: (generation) => `hexfence/${stage}/origin-verify-${generation}`,
    tokenKeyAlias: (generation) => `alias/${prefix}-token-${generation}`,
    tokenKey: (generation) => `/hexfence/${stage}/token-key/${generation}`,
    jwks: (published) => `/hexfence/${stage}/jwks/${published.join('-')}`,
    secretsKeyAlias: `alias/${prefix}-secrets`,
    secretsKey: `/hexfence/${stage}/secrets-key`,
    mailIdentityArn: (scope, identity) =>
      Stack.of(scope).formatArn({ service: 'ses', resource: 'identity', resourceName: identity }),
    placeIndex,
    placeIndexArn: (scope) =>
      Stack.of(scope).formatArn({ service: 'geo', resource: 'place-index', resourceName: placeIndex }),
    filesBucket: ({ account, region }) => `${prefix}-files-${account}-${region}`,
    devicePolicy: `${prefix}-device`,
    undelivered: `${prefix}-undelivered`,
    deviceRule: (worker, number) => `${prefix}_${worker}_${number}`.replaceAll(/[^A-Za-z0-9_]/g, '_'),
    brokerAddress: `/hexfence/${stage}/broker-address`,
    stack: (group) => `Hexfence-${stage}-${pascal(group)}`,
  };
}
