import { createHash } from 'node:crypto';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * Every key of every table. Each builder takes the tenant first and only these make a `Key`, so a read or a write that
 * is not bound to a tenant cannot be written down.
 */

declare const brand: unique symbol;
export interface Key {
  readonly pk: string;
  readonly sk: string;
  readonly [brand]: true;
}

/** All rows under one partition key. */
export type Partition = string & { readonly [brand]: 'partition' };

/** The index of geofences by place: `place` is its partition, `placeCell` its sort key. */
export const placeIndex = 'place';

/** All entries of an index under one partition value. */
export interface IndexPartition {
  readonly index: string;
  readonly partitionAttribute: string;
  readonly sortAttribute: string;
  readonly value: string;
}

const key = (pk: string, sk: string): Key => ({ pk, sk }) as Key;
const partition = (pk: string): Partition => pk as Partition;

/** Partition keys of outbox rows end so; the stream's filter goes by it. */
export const outboxSuffix = '#outbox';

/** Entities, and the outbox rows that say what happened to them. */
export const mainKeys = {
  workspace: (tenant: TenantReference) => key(`${tenant}#workspace`, 'workspace'),
  /** Register of workspace slugs, unique in the deployment; asked under the platform's own reference. */
  slug: (platform: TenantReference, slug: string) => key(`${platform}#slug`, slug),
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
  quota: (tenant: TenantReference, resource: string) => key(`${tenant}#quota`, resource),
  /** Parts may hold any characters: they are hashed. */
  idempotency: (tenant: TenantReference, ...parts: readonly string[]) =>
    key(`${tenant}#once`, createHash('sha256').update(JSON.stringify(parts)).digest('base64url')),
};
