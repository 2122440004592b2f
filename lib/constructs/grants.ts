import { SecretValue, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { type Capability, type SettingName, type TableAction, tableNames } from '../../shared/capability/capability.ts';
import { environmentNames } from '../../shared/capability/environment.ts';
import type { Deployment } from '../deployment.ts';
import { tokenKeyId } from '../names.ts';
import { brokerStatements, settingsAtBroker } from './broker-grants.ts';
import { fileStatements, settingsOfFiles } from './file-grants.ts';

/** The rights and the environment of a function; both follow from the same declaration. */
export interface Grants {
  readonly statements: readonly PolicyStatement[];
  readonly environment: Readonly<Record<string, string>>;
}

const sorted = <T extends string>(values: Iterable<T>): T[] => [...new Set(values)].sort();

/** Writes only the reference `{{resolve:secretsmanager:…}}` into the template, never a value. */
const secretReference = (name: string) => SecretValue.secretsManager(name).unsafeUnwrap();

/**
 * The secret that the front door sends to the API. On the local stage its value is given, and nothing is resolved. A
 * function has one reference, because a template may hold only 60: while one secret replaces another, it is the front
 * door that sends both.
 */
function acceptedSecret({ stage, names }: Deployment): string | undefined {
  if (stage.frontDoor === 'gateway') return stage.originVerify;
  return secretReference(names.originVerify(stage.originSecrets.accepted));
}

/** The secrets of all generations in use, which CloudFront sends with each request. */
export function sentSecrets({ stage, names }: Deployment): string {
  return stage.originSecrets.sent.map((generation) => secretReference(names.originVerify(generation))).join(',');
}

/**
 * A parameter of the stack that CloudFormation reads from SSM at each deployment. There is one per stack, however many
 * functions use it, because a template may hold at most 60 references of the form `{{resolve:ssm:…}}`.
 */
function parameter(scope: Construct, name: string): string {
  return StringParameter.valueForStringParameter(scope, name);
}

function signerArn(scope: Construct, { stage, names }: Deployment): string {
  return parameter(scope, names.tokenKey(stage.tokenKeys.signer));
}

function setting(scope: Construct, deployment: Deployment, name: SettingName): string | undefined {
  const { stage, names } = deployment;
  const { account, region } = Stack.of(scope);
  const values: Readonly<Record<SettingName, () => string | undefined>> = {
    PUBLIC_DOCS: () => (stage.publicDocs ? 'true' : undefined),
    ALLOWED_ORIGINS: () => stage.allowedOrigins.join(',') || undefined,
    ORIGIN_VERIFY: () => acceptedSecret(deployment),
    FRONT_DOOR_ONLY: () => (stage.refuseDirectCalls ? 'true' : undefined),
    TOKEN_KEYS: () => parameter(scope, names.jwks(stage.tokenKeys.published)),
    TOKEN_SIGNER: () => `{"kid":"${tokenKeyId(stage.tokenKeys.signer)}","key":"${signerArn(scope, deployment)}"}`,
    MAIL_FROM: () => stage.mail?.from,
    APP_URL: () => stage.appUrl,
    SIGN_UP: () => (stage.signUp ? 'true' : undefined),
    PLACE_INDEX: () => names.placeIndex,
    GEOCODES_PER_SECOND: () => String(stage.geocodesPerSecond),
    BROKER_ADDRESS: () => stage.brokerAddress ?? parameter(scope, names.brokerAddress),
    BROKER_CA: () => stage.brokerCa,
    DEVICE_POLICY: () => names.devicePolicy,
    FILES_BUCKET: () => names.filesBucket(Stack.of(scope)),
    OPEN_TARGETS: () => (stage.openTargets ? 'true' : undefined),
    OWN_HOSTS: () => stage.domain?.name,
    SECRETS_KEY: () => parameter(scope, names.secretsKey),
    TOKEN_ISSUER: () => `urn:hexfence:${account}:${region}:${stage.name}`,
  };
  return values[name]();
}

function tableGrants(scope: Construct, { names }: Deployment, capabilities: readonly Capability<unknown>[]): Grants {
  const actionsOf = (table: (typeof tableNames)[number]): readonly TableAction[] =>
    sorted(capabilities.flatMap((capability) => capability.tables?.[table] ?? []));
  const used = tableNames.filter((table) => actionsOf(table).length > 0);
  return {
    statements: used.map(
      (table) =>
        new PolicyStatement({
          actions: actionsOf(table).map((action) => `dynamodb:${action}`),
          resources: [names.tableArn(scope, table)],
        }),
    ),
    environment: Object.fromEntries(used.map((table) => [environmentNames.table(table), names.table(table)])),
  };
}

/** Queries on an index need a grant that is separate from the table's. */
function indexGrants(scope: Construct, { names }: Deployment, capabilities: readonly Capability<unknown>[]): Grants {
  const resources = tableNames.flatMap((table) =>
    sorted(capabilities.flatMap((capability) => capability.indexes?.[table] ?? [])).map(
      (index) => `${names.tableArn(scope, table)}/index/${index}`,
    ),
  );
  const statements = resources.length === 0 ? [] : [new PolicyStatement({ actions: ['dynamodb:Query'], resources })];
  return { statements, environment: {} };
}

function queueGrants(scope: Construct, { names }: Deployment, capabilities: readonly Capability<unknown>[]): Grants {
  const workers = sorted(capabilities.flatMap(({ sendsTo = [] }) => sendsTo.map(({ worker }) => worker)));
  if (workers.length === 0) return { statements: [], environment: {} };
  return {
    statements: [
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: workers.map((worker) => names.queueArn(scope, worker)),
      }),
    ],
    environment: Object.fromEntries(
      workers.map((worker) => [environmentNames.queueUrl(worker), names.queueUrl(scope, worker)]),
    ),
  };
}

const settingsOfSigners = ['TOKEN_SIGNER', 'TOKEN_ISSUER'] as const;

function signerStatement(scope: Construct, deployment: Deployment): PolicyStatement {
  return new PolicyStatement({ actions: ['kms:Sign'], resources: [signerArn(scope, deployment)] });
}

/** A function that may encrypt may also decrypt: a data key is created once, and from then on only decrypted. */
function secretsStatements(
  scope: Construct,
  { names }: Deployment,
  capabilities: readonly Capability<unknown>[],
): PolicyStatement[] {
  const rights = new Set(capabilities.map(({ secrets }) => secrets));
  const actions = [
    ...(rights.has('open') || rights.has('seal') ? ['kms:Decrypt'] : []),
    ...(rights.has('seal') ? ['kms:GenerateDataKey'] : []),
  ];
  return actions.length === 0
    ? []
    : [new PolicyStatement({ actions, resources: [parameter(scope, names.secretsKey)] })];
}

const settingsOfGeocoders = ['PLACE_INDEX', 'GEOCODES_PER_SECOND'] as const;

function geocodeStatement(scope: Construct, { names }: Deployment): PolicyStatement {
  return new PolicyStatement({ actions: ['geo:SearchPlaceIndexForText'], resources: [names.placeIndexArn(scope)] });
}

/** SES looks for the address among the verified identities, then for its domain. Either of them may exist. */
function mailStatements(scope: Construct, { stage, names }: Deployment): PolicyStatement[] {
  if (!stage.mail) return [];
  const { address, domain } = stage.mail;
  const identities = [address, domain].map((identity) => names.mailIdentityArn(scope, identity));
  // MiniStack ignores the sender of a mail and requires the action on `*`.
  const resources = stage.name === 'local' ? ['*'] : identities;
  return [new PolicyStatement({ actions: ['ses:SendEmail'], resources })];
}

/**
 * Grants and environment of a function, from its capabilities: exactly the declared actions on exactly the named
 * resources.
 */
export function grantsOf(
  scope: Construct,
  deployment: Deployment,
  capabilities: readonly Capability<unknown>[],
): Grants {
  const tables = tableGrants(scope, deployment, capabilities);
  const indexes = indexGrants(scope, deployment, capabilities);
  const queues = queueGrants(scope, deployment, capabilities);
  const signs = capabilities.some((capability) => capability.signs);
  const geocodes = capabilities.some((capability) => capability.geocodes);
  const atBroker = sorted(capabilities.flatMap(({ broker = [] }) => broker));
  const wanted = [
    ...capabilities.flatMap(({ settings = [] }) => settings),
    ...(signs ? settingsOfSigners : []),
    ...(geocodes ? settingsOfGeocoders : []),
    ...(capabilities.some(({ secrets }) => secrets) ? (['SECRETS_KEY'] as const) : []),
    ...settingsAtBroker(atBroker),
    ...settingsOfFiles(capabilities),
  ];
  const settings = sorted(wanted).flatMap((name) => {
    const value = setting(scope, deployment, name);
    return value === undefined ? [] : [[environmentNames.setting(name), value] as const];
  });
  return {
    statements: [
      ...tables.statements,
      ...indexes.statements,
      ...queues.statements,
      ...(signs ? [signerStatement(scope, deployment)] : []),
      ...secretsStatements(scope, deployment, capabilities),
      ...(geocodes ? [geocodeStatement(scope, deployment)] : []),
      ...brokerStatements(scope, deployment, atBroker),
      ...fileStatements(scope, deployment, capabilities),
      ...(capabilities.some((capability) => capability.mails) ? mailStatements(scope, deployment) : []),
    ],
    environment: { ...tables.environment, ...queues.environment, ...Object.fromEntries(settings) },
  };
}
