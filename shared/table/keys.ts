import { createHash } from 'node:crypto';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Key, key, type Partition, partition } from './key.ts';

/**
 * Keys of every table. Each builder takes the tenant first and only these and those of `device-keys.ts` make a `Key`, so a
 * read or a write that is not bound to a tenant cannot be written down.
 */

export type { Key, Partition };

/** The index of geofences by place: `place` is its partition, `placeCell` its sort key. */
export const placeIndex = 'place';

/** The index of what is due: `due` is its partition, `dueAt` (milliseconds since 1970) its sort key. */
export const dueIndex = 'due';

/** All entries of an index under one partition value. */
export interface IndexPartition {
  readonly index: string;
  readonly partitionAttribute: string;
  readonly sortAttribute: string;
  readonly value: string;
}

/**
 * Shards of what is due. They are the only key that no tenant begins, since one sweep asks for all tenants; so many, that
 * what is written for one instant does not fill what one partition of the index takes.
 */
const dueShards = 8;
const dueShard = (number: number): string => `due#${number}`;

/** For the sweeper of what is due, and nobody else. */
export const duePartitions: readonly IndexPartition[] = Array.from({ length: dueShards }, (_, number) => ({
  index: dueIndex,
  partitionAttribute: 'due',
  sortAttribute: 'dueAt',
  value: dueShard(number),
}));

/** The key of a row that an index told of. */
export const keyOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }): Key => key(pk, sk);

/** Where in the index of what is due a row stands. */
export function dueShardOf({ pk, sk }: Key): string {
  const [byte = 0] = createHash('sha256').update(`${pk}\n${sk}`).digest();
  return dueShard(byte % dueShards);
}

/** A number in a sort key, in the order of numbers. */
const padded = (number: number): string => String(number).padStart(6, '0');

const hashed = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Partition keys of outbox rows end so; the stream's filter goes by it. */
export const outboxSuffix = '#outbox';

/** Entities, and the outbox rows that say what happened to them. */
export const mainKeys = {
  workspace: (tenant: TenantReference) => key(`${tenant}#workspace`, 'workspace'),
  /** Register of workspace slugs, unique in the deployment; asked under the platform's own reference. */
  slug: (platform: TenantReference, slug: string) => key(`${platform}#slug`, slug),
  slugs: (platform: TenantReference) => partition(`${platform}#slug`),
  /** Thin row of a geofence, for lists and counts. */
  geofence: (tenant: TenantReference, id: string) => key(`${tenant}#geofence`, id),
  geofences: (tenant: TenantReference) => partition(`${tenant}#geofence`),
  /** The whole geofence: geometry, texts, live cells. */
  geofenceBody: (tenant: TenantReference, id: string) => key(`${tenant}#geofence#${id}`, 'body'),
  geofenceExternalId: (tenant: TenantReference, externalId: string) => key(`${tenant}#geofence-external`, externalId),
  /** Geofences of one size class, sorted by the resolution-15 cell of their centre. */
  geofencePlace: (tenant: TenantReference, sizeClass: number): IndexPartition => ({
    index: placeIndex,
    partitionAttribute: 'place',
    sortAttribute: 'placeCell',
    value: `${tenant}#place#${sizeClass}`,
  }),
  outbox: (tenant: TenantReference, eventId: string) => key(tenant + outboxSuffix, eventId),
  outboxes: (tenant: TenantReference) => partition(tenant + outboxSuffix),
  invitation: (tenant: TenantReference, id: string) => key(`${tenant}#invitation`, id),
  invitations: (tenant: TenantReference) => partition(`${tenant}#invitation`),
  /** One open invitation an address. */
  invitationEmail: (tenant: TenantReference, email: string) => key(`${tenant}#invitation-email`, hashed(email)),
  notification: (tenant: TenantReference, userId: string, id: string) => key(`${tenant}#notification#${userId}`, id),
  notifications: (tenant: TenantReference, userId: string) => partition(`${tenant}#notification#${userId}`),
  /** What is to happen later about `subject`; see `shared/due`. */
  due: (tenant: TenantReference, subject: string) => key(`${tenant}#due`, subject),
};

/** A run of geocoding, in the Main table: its record, and its chunks beside it. */
export const runKeys = {
  run: (tenant: TenantReference, id: string) => key(`${tenant}#geocoding#${id}`, 'run'),
  addresses: (tenant: TenantReference, id: string, chunk: number) =>
    key(`${tenant}#geocoding#${id}`, `addresses#${padded(chunk)}`),
  geocodes: (tenant: TenantReference, id: string, chunk: number) =>
    key(`${tenant}#geocoding#${id}`, `geocodes#${padded(chunk)}`),
};

/** A batch of geofences, in the Main table: its record, its items, what was decided of them, and the outcome of each. */
export const batchKeys = {
  batch: (tenant: TenantReference, id: string) => key(`${tenant}#batch#${id}`, 'batch'),
  rows: (tenant: TenantReference, id: string) => partition(`${tenant}#batch#${id}`),
  items: (tenant: TenantReference, id: string, chunk: number) => key(`${tenant}#batch#${id}`, `items#${padded(chunk)}`),
  decisions: (tenant: TenantReference, id: string, attempt: string, chunk: number) =>
    key(`${tenant}#batch#${id}`, `decisions#${attempt}#${padded(chunk)}`),
  outcome: (tenant: TenantReference, id: string, index: number) =>
    key(`${tenant}#batch#${id}`, `outcome#${padded(index)}`),
};

/** A plan of synchronisation, in the Main table: its record, its changes, and the outcome of each that is applied. */
export const syncKeys = {
  plan: (tenant: TenantReference, id: string) => key(`${tenant}#sync#${id}`, 'plan'),
  rows: (tenant: TenantReference, id: string) => partition(`${tenant}#sync#${id}`),
  changes: (tenant: TenantReference, id: string, attempt: string, chunk: number) =>
    key(`${tenant}#sync#${id}`, `changes#${attempt}#${padded(chunk)}`),
  outcome: (tenant: TenantReference, id: string, change: number) =>
    key(`${tenant}#sync#${id}`, `outcome#${padded(change)}`),
};

/** Plain entities, in the Main table. A kind and the path of a field are words of the product's; ids may hold any characters. */
export const entityKeys = {
  /** Thin row of an entity, for lists and counts; who refers to the entity holds to it. */
  thin: (tenant: TenantReference, kind: string, id: string) => key(`${tenant}#thin#${kind}`, id),
  thins: (tenant: TenantReference, kind: string) => partition(`${tenant}#thin#${kind}`),
  /** The whole entity. */
  body: (tenant: TenantReference, kind: string, id: string) => key(`${tenant}#entity#${kind}#${id}`, 'body'),
  /** Guard of values that no two entities of a kind have; they may be any text. */
  unique: (tenant: TenantReference, kind: string, field: string, ...values: readonly string[]) =>
    key(`${tenant}#unique#${kind}#${field}`, hashed(JSON.stringify(values))),
  /** What refers to one entity, whatever kind either is of; `referrer` is of one kind and field, and ends in an id. */
  reference: (tenant: TenantReference, kind: string, id: string, referrer: string) =>
    key(`${tenant}#references#${kind}#${id}`, `by#${referrer}`),
  references: (tenant: TenantReference, kind: string, id: string) => partition(`${tenant}#references#${kind}#${id}`),
  /** Counts what holds one entity back from its end. */
  holds: (tenant: TenantReference, kind: string, id: string) => key(`${tenant}#references#${kind}#${id}`, 'holds'),
};

/** The geofence index. */
export const cellKeys = {
  posting: (tenant: TenantReference, cell: string, geofenceId: string) => key(tenant + cell, geofenceId),
  cell: (tenant: TenantReference, cell: string) => partition(tenant + cell),
};

/** Credentials, counters and records that pass. */
export const accessKeys = {
  apiKey: (tenant: TenantReference, keyId: string) => key(`${tenant}#key`, keyId),
  apiKeys: (tenant: TenantReference) => partition(`${tenant}#key`),
  user: (tenant: TenantReference, userId: string) => key(`${tenant}#user`, userId),
  users: (tenant: TenantReference) => partition(`${tenant}#user`),
  /** A sign-in that is refreshed: one family of refresh tokens. */
  session: (tenant: TenantReference, sessionId: string) => key(`${tenant}#session`, sessionId),
  /** Register of e-mail addresses: whose record it is in each workspace; asked under the platform's own reference. */
  signIn: (platform: TenantReference, email: string, tenant: TenantReference) =>
    key(`${platform}#sign-in#${hashed(email)}`, tenant),
  signIns: (platform: TenantReference, email: string) => partition(`${platform}#sign-in#${hashed(email)}`),
  /** A network from which this user has signed in. */
  knownNetwork: (tenant: TenantReference, userId: string, network: string) =>
    key(`${tenant}#network#${userId}`, hashed(network)),
  knownNetworks: (tenant: TenantReference, userId: string) => partition(`${tenant}#network#${userId}`),
  /** A token of a mail, known by its hash only; under the platform's reference, since it names no workspace. */
  oneTimeToken: (platform: TenantReference, tokenHash: string) => key(`${platform}#one-time#${tokenHash}`, 'token'),
  /** Requests of one window under a limit; `subject` may hold any characters. */
  limit: (tenant: TenantReference, policy: string, subject: string, window: number) =>
    key(`${tenant}#limit#${policy}#${hashed(subject)}`, String(window)),
  /** Counters of a month, `2026-03`. */
  usage: (tenant: TenantReference, month: string) => key(`${tenant}#usage`, month),
  quota: (tenant: TenantReference, resource: string) => key(`${tenant}#quota`, resource),
  /** Parts may hold any characters: they are hashed. */
  idempotency: (tenant: TenantReference, ...parts: readonly string[]) =>
    key(`${tenant}#once`, hashed(JSON.stringify(parts))),
  /** What an address means, for all workspaces; a partition each, and no address can be read from it. */
  geocode: (platform: TenantReference, ...parts: readonly string[]) =>
    key(`${platform}#geocode#${hashed(JSON.stringify(parts))}`, 'geocode'),
};
