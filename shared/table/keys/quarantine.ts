import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, key, partition } from '../key.ts';

/** Partitions of a workspace's quarantine: a fleet with a wrong clock sends only what is refused. */
export const quarantineShards = 8;

/** The partition of what one device sent. */
export const quarantineShardOf = (deviceId: string): number =>
  Buffer.from(hashed(deviceId)).readUInt8() % quarantineShards;

/** The partition is in the last digit of an id, so that an item is found by its id alone. */
const shardIn = (id: string): number => Number.parseInt(id.slice(-1), 16) & (quarantineShards - 1);

/** An id whose item is stored in the partition of a device. */
export function quarantineId(id: string, deviceId: string): string {
  const free = Number.parseInt(id.slice(-1), 16) & quarantineShards;
  return id.slice(0, -1) + (free | quarantineShardOf(deviceId)).toString(16);
}

/** What devices sent and nothing accepted, in the Telemetry table. */
export const quarantineKeys = {
  /** The id begins with the instant of receipt. */
  item: (tenant: TenantReference, id: string) => key(`${tenant}#quarantine#${shardIn(id)}`, id),
  items: (tenant: TenantReference, shard: number) => partition(`${tenant}#quarantine#${shard}`),
  /** What was refused, where it is too long for the row of its item. */
  payload: (tenant: TenantReference, id: string) => key(`${tenant}#quarantine-payload#${shardIn(id)}`, id),
  /** The number of items of a day, `2026-03-22`, of one cause, device and key. */
  group: (tenant: TenantReference, day: string, deviceId: string, cause: string, sensorKey: string) =>
    key(`${tenant}#quarantine-day#${day}#${quarantineShardOf(deviceId)}`, `${deviceId}#${cause}#${hashed(sensorKey)}`),
  /** A message of which a part was only counted, in the Access table; `message` may hold any characters. */
  dropped: (tenant: TenantReference, message: string) =>
    key(`${tenant}#quarantine-dropped#${hashed(message)}`, 'dropped'),
  groups: (tenant: TenantReference, day: string, shard: number) =>
    partition(`${tenant}#quarantine-day#${day}#${shard}`),
};

/** Bounds of the sort keys of the groups of one device; `~` sorts after every cause. */
export const groupsOfDevice = (deviceId: string): readonly [first: string, last: string] => [
  `${deviceId}#`,
  `${deviceId}#~`,
];
