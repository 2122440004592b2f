/**
 * The differences between deployments, as data. A stage is chosen with `-c stage=…`. Settings that belong to one
 * owner's account and not to the product (`alarmEmail`, `domainName` with `certificateArn`, `allowedOrigins`,
 * `mailFrom`, …) come from the context too: with `-c` for one deployment, or permanently under `"hexfence": { "prod": {
 * … } }` in the context of `cdk.json`, where every later deployment finds them.
 */

import { type Ceilings, ceilingsOf } from './config/ceilings.ts';
import { type ContextReader, flag, text, wholeNumber } from './config/context.ts';
import { type FirewallConfig, firewallOf } from './config/firewall.ts';
import { appUrlOf, type MailConfig, mailOf } from './config/mail.ts';
import { type OriginSecretsConfig, originSecretsOf } from './config/origin-secrets.ts';
import { stages } from './config/stages.ts';
import { type TokenKeysConfig, tokenKeysOf } from './config/token-keys.ts';
import { unknownName } from './unknown-name.ts';

export const stageNames = ['local', 'dev', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

export interface Domain {
  readonly name: string;
  /** The ARN of a certificate in us-east-1, where CloudFront expects it. */
  readonly certificateArn: string;
}

export interface StageConfig {
  readonly name: StageName;
  /** What gives the APIs one origin: CloudFront, or the local gateway, which is not part of the templates. */
  readonly frontDoor: 'cloudfront' | 'gateway';
  /** Tables refuse deletion and are kept when their stack is deleted; stacks refuse `destroy`. */
  readonly deletionProtection: boolean;
  readonly logRetentionDays: number;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN';
  /** Lambda's own log lines; below INFO, keeping them costs more than running the requests. */
  readonly platformLogLevel: 'INFO' | 'WARN';
  readonly ceilings: Ceilings;
  readonly publicDocs: boolean;
  /** Browser origins that may call the API; `*` means any. */
  readonly allowedOrigins: readonly string[];
  readonly originSecrets: OriginSecretsConfig;
  /** Whether calls that bypass the front door, at the address of execute-api, are refused. */
  readonly refuseDirectCalls: boolean;
  /** The firewall before the front door. Without it there is none; it costs money even without traffic. */
  readonly firewall?: FirewallConfig;
  readonly tokenKeys: TokenKeysConfig;
  /** Without it no mail is sent. */
  readonly mail?: MailConfig;
  /** The address of the customer's application, to which mails link. */
  readonly appUrl?: string;
  /** Whether anybody may create a workspace. */
  readonly signUp: boolean;
  /**
   * Whether the place index of Amazon Location is part of the stack. The emulator refuses a template with one; there
   * the gateway answers the searches.
   */
  readonly placeIndex: boolean;
  /** Addresses that may be looked up per second: the part of the account's AWS quota that this deployment may use. */
  readonly geocodesPerSecond: number;
  /** Whether webhooks may call plain http and private addresses, for tests. Never in production. */
  readonly openTargets: boolean;
  readonly alarmEmail?: string;
  readonly domain?: Domain;
  /** Set only for the local stage: the value of the secret, and the endpoint for S3, SQS and Amazon Location. */
  readonly originVerify?: string;
  readonly awsEndpoint?: string;
  /** Set only there too: host and port of the emulator's broker, and its CA certificate as PEM. */
  readonly brokerAddress?: string;
  readonly brokerCa?: string;
}

function stageName(context: ContextReader): StageName {
  const name = text(context, 'stage') ?? 'dev';
  const known = stageNames.find((stage) => stage === name);
  if (!known) throw new Error(unknownName('stage', name, stageNames));
  return known;
}

function domainOf(context: ContextReader): Domain | undefined {
  const name = text(context, 'domainName');
  const certificateArn = text(context, 'certificateArn');
  if (!name && !certificateArn) return undefined;
  if (!name || !certificateArn)
    throw new Error('A domain needs both context values, "domainName" and "certificateArn".');
  if (!certificateArn.includes(':us-east-1:')) {
    throw new Error('Context "certificateArn" must name a certificate in us-east-1: CloudFront accepts no other.');
  }
  return { name, certificateArn };
}

/**
 * Reads a value that has an effect on the local stage only. On other stages it is refused, because ignoring it silently
 * would be hard to debug.
 */
function localOnly(context: ContextReader, stage: StageName, key: string): string | undefined {
  const value = text(context, key);
  if (value !== undefined && stage !== 'local') throw new Error(`Context "${key}" is for stage local, not ${stage}.`);
  return value;
}

function openTargetsOf(context: ContextReader, { name }: StageConfig): boolean | undefined {
  const open = flag(context, 'openTargets');
  if (open && name === 'prod') {
    throw new Error('Context "openTargets" is not for stage prod: customers could call what only the deployment may.');
  }
  return open;
}

const fromBase64 = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');

type Kept = Readonly<Partial<Record<StageName, Readonly<Record<string, unknown>>>>>;

/** Refuses unknown settings: a misspelt one would be silently ignored. */
function refuseUnknown(names: readonly string[], known: ReadonlySet<string>): void {
  const unknown = names.find((name) => !known.has(name) && !name.startsWith('@aws-cdk/'));
  if (unknown !== undefined) throw new Error(unknownName('setting', unknown, [...known].sort()));
}

/**
 * The configuration of the stage that the context names; throws one sentence about what is wrong.
 *
 * @param commandLine the context; missing values are read from `hexfence` in it, where `cdk.json` keeps them
 * @param given the names of the settings on the command line, if they are known
 */
export function stageConfig(commandLine: ContextReader, given: readonly string[] = []): StageConfig {
  const stage = stages[stageName(commandLine)];
  const kept = (commandLine('hexfence') as Kept | undefined)?.[stage.name] ?? {};
  const known = new Set(['stage']);
  const context: ContextReader = (key) => {
    known.add(key);
    return commandLine(key) ?? kept[key];
  };
  const settings = readSettings(context, stage);
  refuseUnknown([...Object.keys(kept), ...given], known);
  return { ...stage, ...settings };
}

/** The settings in the context, among those that a context may have. */
function readSettings(context: ContextReader, stage: StageConfig): Partial<StageConfig> {
  const optional = {
    alarmEmail: text(context, 'alarmEmail'),
    domain: domainOf(context),
    tokenKeys: tokenKeysOf(context),
    originSecrets: originSecretsOf(context),
    refuseDirectCalls: flag(context, 'refuseDirectCalls'),
    firewall: firewallOf(context),
    ceilings: ceilingsOf(context, stage.ceilings),
    mail: mailOf(context),
    appUrl: appUrlOf(context, stage.name === 'local'),
    signUp: flag(context, 'signUp'),
    openTargets: openTargetsOf(context, stage),
    geocodesPerSecond: wholeNumber(context, 'geocodesPerSecond', { least: 1, most: 10_000 }),
    originVerify: localOnly(context, stage.name, 'originVerify'),
    awsEndpoint: localOnly(context, stage.name, 'awsEndpoint'),
    brokerAddress: localOnly(context, stage.name, 'brokerAddress'),
    brokerCa: fromBase64(localOnly(context, stage.name, 'brokerCa')),
    allowedOrigins: text(context, 'allowedOrigins')
      ?.split(',')
      .map((origin) => origin.trim()),
  };
  return Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
}
