import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, key, partition } from '../key.ts';

/** Partitions of a workspace's quarantine: a fleet with a wrong clock sends only what is refused. */
export const quarantineShards = 8;

const shardOf = (deviceId: string): number => Buffer.from(hashed(deviceId)).readUInt8() % quarantineShards;

/** What devices sent and nothing accepted, in the Telemetry table. */
export const quarantineKeys = {
  /** The id begins with the instant of receipt. */
  item: (tenant: TenantReference, deviceId: string, id: string) => key(`${tenant}#quarantine#${shardOf(deviceId)}`, id),
  items: (tenant: TenantReference, shard: number) => partition(`${tenant}#quarantine#${shard}`),
  /** The number of items of a day, `2026-03-22`, that were not kept. */
  dropped: (tenant: TenantReference, day: string, cause: string, deviceId: string) =>
    key(`${tenant}#quarantine-dropped#${day}`, `${cause}#${deviceId}`),
};
