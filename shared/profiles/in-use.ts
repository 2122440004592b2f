import { problem } from '../problems/problem.ts';
import { unchanged } from '../table/expressions.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { profileKeys } from '../table/keys/profiles.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { deviceFamily } from './device-profiles.ts';

/**
 * Device profiles prevent the deletion of the sensor profiles that they name. One may name fifty, which is too many to
 * count in one transaction. So the creation of a device profile, and every deletion of a sensor profile, raises one
 * serial number, on the condition that it is unchanged since the reads: of two concurrent writers, one reads again.
 */

const main = new Table('main');
const mostReported = 20;

/** A sensor profile in one version, as device profiles list what they use. */
export const pinOf = (profileId: string, version: string): string => `${profileId}@${version}`;

/** The serial number, to be read before anything that the write depends on. */
export async function readSerial(tenant: TenantReference): Promise<number | undefined> {
  return (await main.get<{ serial: number }>(profileKeys.pins(tenant)))?.serial;
}

export function raiseSerial(transaction: Transaction, tenant: TenantReference, seen: number | undefined): void {
  const update = { expression: 'ADD #serial :one', names: { '#serial': 'serial' }, values: { ':one': 1 } };
  transaction.update(main, profileKeys.pins(tenant), update, unchanged({ serial: seen }), lostRace);
}

interface ThinVersion {
  readonly sk: string;
  readonly profileId: string;
  readonly pins?: readonly string[];
}

/**
 * Refuses the deletion of a sensor profile, or of one version of it, that device profiles name.
 *
 * @param version all versions if absent
 * @throws IN_USE
 */
export async function requireUnpinned(tenant: TenantReference, id: string, version?: string): Promise<void> {
  const { heads, versions } = deviceFamily;
  const [living, rows] = await Promise.all([
    main.queryAll<{ sk: string }>(entityKeys.thins(tenant, heads.name)),
    main.queryAll<ThinVersion>(entityKeys.thins(tenant, versions.name)),
  ]);
  const isNamed = (pin: string) => (version === undefined ? pin.startsWith(pinOf(id, '')) : pin === pinOf(id, version));
  const naming = new Set(rows.filter(({ pins = [] }) => pins.some(isNamed)).map(({ profileId }) => profileId));
  // Versions of a profile that was just deleted are removed a moment later.
  const references = living.filter(({ sk }) => naming.has(sk)).map(({ sk }) => ({ kind: heads.name, id: sk }));
  if (references.length === 0) return;
  const detail = 'Device profiles refer to this sensor profile: delete them first.';
  throw problem('IN_USE', detail, { references: references.slice(0, mostReported) });
}
