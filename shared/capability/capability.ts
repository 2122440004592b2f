import type { ProblemCode } from '../problems/catalogue.ts';

/**
 * What an endpoint or worker may use, declared once: `uses: { geofences: readGeofences }` gives its grants, its
 * environment and its typed client in the handler. The infrastructure reads every field except the last, `open`, which
 * `serve` calls.
 */

/** The four tables of the data stack; see `lib/stacks/data.ts`. */
export const tableNames = ['main', 'cells', 'access', 'telemetry'] as const;
export type TableName = (typeof tableNames)[number];

/** DynamoDB actions a capability can be granted on one table; there is no wildcard. */
export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

/** Deployment settings a function may read from its environment; see `shared/capability/environment.ts`. */
export type SettingName =
  | 'PUBLIC_DOCS'
  | 'ALLOWED_ORIGINS'
  /** The secret by which the API recognises its front door. */
  | 'ORIGIN_VERIFY'
  /** `true` when calls that bypass the front door are refused. */
  | 'FRONT_DOOR_ONLY'
  /** The JWK set of the published token keys. */
  | 'TOKEN_KEYS'
  /** The key that signs, as JSON: `kid`, its name in tokens, and `key`, its ARN. */
  | 'TOKEN_SIGNER'
  /** The `iss` of our tokens. */
  | 'TOKEN_ISSUER'
  /** The sender address of mails; without it no mail can be sent. */
  | 'MAIL_FROM'
  /** Base of the customer's application, whose pages mails link to. */
  | 'APP_URL'
  /** `true` when anybody may create a workspace. */
  | 'SIGN_UP'
  /** The place index in which addresses are looked up. */
  | 'PLACE_INDEX'
  /** The number of addresses that the account may look up per second. */
  | 'GEOCODES_PER_SECOND'
  /** Where devices find the broker: a host name. */
  | 'BROKER_ADDRESS'
  /** The CA of the broker's own certificate, as PEM; empty: Amazon's root. */
  | 'BROKER_CA'
  /** The policy of every device's certificate. */
  | 'DEVICE_POLICY'
  /** The bucket of files. */
  | 'FILES_BUCKET'
  /** `true` when customers' targets may be plain http or private addresses. */
  | 'OPEN_TARGETS'
  /** The hosts of this deployment, separated by commas; customers' targets may not be among them. */
  | 'OWN_HOSTS'
  /** The ARN of the key that encrypts the data keys of workspaces. */
  | 'SECRETS_KEY';

/**
 * What may be done at the broker. `certify`: issue certificates and bind them to things. `revoke`: take certificates and
 * things back, and end their connections. `publish`: send to devices.
 */
export type BrokerRight = 'certify' | 'revoke' | 'publish';

/** The prefixes of the keys of files, one for each use of the bucket; see `shared/files/keys.ts`. */
export const filePrefixes = ['answers', 'exports', 'media', 'pending'] as const;
export type FilePrefix = (typeof filePrefixes)[number];

/** What may be done with files. `write` includes dropping an upload that has not ended. */
export type FileRight = 'read' | 'write' | 'delete';
export type Files = Partial<Readonly<Record<FilePrefix, readonly FileRight[]>>>;

/**
 * What may be done with secrets that are used again. `open`: decrypt what was sealed. `seal`: encrypt and decrypt; it
 * includes the creation of a workspace's data key.
 */
export type SecretsRight = 'open' | 'seal';

export type Tables = Partial<Readonly<Record<TableName, readonly TableAction[]>>>;

/** A queue worker, as its message definition names it; see `shared/queue/message.ts`. */
export interface Addressee {
  /** Its file under `functions/`. */
  readonly worker: string;
}

export interface Capability<T> {
  /** Actions on tables; a transaction needs the actions of all its items. */
  readonly tables?: Tables;
  /** Indexes of tables that may be queried; see `shared/table/keys`. */
  readonly indexes?: Partial<Readonly<Record<TableName, readonly string[]>>>;
  /** Workers to whose queues it may send. */
  readonly sendsTo?: readonly Addressee[];
  /**
   * Workers to which the outbox sends messages with the events that are recorded here; see `shared/outbox/event.ts`.
   */
  readonly handsTo?: readonly Addressee[];
  /** Workers that get messages when the work that is scheduled here is due; see `shared/due/due.ts`. */
  readonly defersTo?: readonly Addressee[];
  /**
   * A relay sends the messages that all other capabilities declare under this name; its own `sendsTo` is the union of
   * these (`lib/catalogue.ts`).
   */
  readonly relays?: 'handsTo' | 'defersTo';
  readonly settings?: readonly SettingName[];
  /** May sign with the stage's token key: `kms:Sign` on that key alone, and the settings for signing. */
  readonly signs?: true;
  /** May send mails: `ses:SendEmail` from the stage's own address. */
  readonly mails?: true;
  /** May look up addresses: `geo:SearchPlaceIndexForText` in the stage's index alone, and the settings for it. */
  readonly geocodes?: true;
  /** Rights at the broker, and the settings to use them with. */
  readonly broker?: readonly BrokerRight[];
  /** Rights on the files under these prefixes, and the setting to use them with. */
  readonly files?: Files;
  /** Rights at the key of secrets, and the setting that names it; see `shared/secrets`. */
  readonly secrets?: SecretsRight;
  /** Problems that its client throws. Routes that use the capability declare them too. */
  readonly raises?: readonly ProblemCode[];
  /** Builds the client; called once for a warm process, on first use, never at import. */
  readonly open: () => T;
}

export type Capabilities = Readonly<Record<string, Capability<unknown>>>;

/** The clients that a `uses` declaration puts into the handler's input. */
export type Opened<U extends Capabilities> = { [K in keyof U]: U[K] extends Capability<infer T> ? T : never };

/** Declares a capability; `open` is memoised, so a warm process builds each client once. */
export function defineCapability<T>(capability: Capability<T>): Capability<T> {
  let opened: { client: T } | undefined;
  const open = () => {
    opened ??= { client: capability.open() };
    return opened.client;
  };
  return { ...capability, open };
}

export function openAll<U extends Capabilities>(uses: U): Opened<U> {
  return Object.fromEntries(Object.entries(uses).map(([name, capability]) => [name, capability.open()])) as Opened<U>;
}
