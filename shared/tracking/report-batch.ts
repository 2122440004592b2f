import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { type DeviceStatus, devices } from '../devices/devices.ts';
import { maySee } from '../devices/owner.ts';
import { together } from '../entity/grants.ts';
import { Faulty } from '../http/each-item.ts';
import { boundedPoint, type GivenDevicePoint, isRefusal } from '../locations/given.ts';
import { storedPoint } from '../locations/row.ts';
import { PointsMessage } from '../messages/tracking.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { quotaWarnings, requireEventRoom, tablesOfEventQuota } from '../usage/events.ts';
import type { DeviceLocationPoint } from '../wire/location-point.ts';
import { concurrently } from '../worker/concurrently.ts';
import { passOn, Sorted, unknownDevice } from './queue-points.ts';
import { retentionDaysOf, takesPoints } from './subject.ts';
import type { IngestReceipt } from './wire.ts';

type Receipt = z.input<typeof IngestReceipt>;
interface Reported {
  readonly status: 202;
  readonly headers: Record<string, string>;
  readonly body: Receipt;
}

const main = new Table('main');

/** Takes points of many devices. */
async function reportBatch(caller: Caller, given: readonly GivenDevicePoint[]): Promise<Reported> {
  const receivedAt = Date.now();
  const headers = await requireEventRoom(caller.tenant, caller.principal);
  const bounds = { receivedAt, retentionDays: retentionDaysOf(caller.workspace), isAlone: given.length === 1 };
  const ids = await deviceIdsOf(caller, given);
  const errors: Receipt['errors'] = [];
  const byDevice = new Map<string, Sorted>();
  for (const [index, one] of given.entries()) {
    const read = boundedPoint(one, bounds);
    const id = ids[index];
    if (isRefusal(read)) errors.push({ index, error_code: read.code, message: read.message });
    else if (id === undefined) errors.push({ index, error_code: 'DEVICE_UNKNOWN', message: unknownDevice });
    else {
      const points = byDevice.get(id) ?? new Sorted();
      byDevice.set(id, points);
      points.take(storedPoint(read, receivedAt));
    }
  }
  const all = [...byDevice];
  const pass = async ([id, { points }]: [string, Sorted]) =>
    passOn(
      caller,
      id,
      receivedAt,
      points.toSorted((a, b) => a.fix.at - b.fix.at),
    );
  await concurrently(all, pass, Number.POSITIVE_INFINITY);
  const sum = (count: (one: Sorted) => number) => all.reduce((total, [, one]) => total + count(one), 0);
  const accepted = sum(({ points }) => points.length);
  const duplicates = sum((one) => one.duplicates);
  return { status: 202, headers, body: { accepted, duplicates, rejected: errors.length, errors } };
}

/** The part of a device's thin row that is read here. */
interface ThinDevice {
  readonly sk: string;
  readonly status: DeviceStatus;
  readonly userId?: string;
}

/** The device of each point; undefined for one that is not known, takes no points, or is not the caller's. */
async function deviceIdsOf(caller: Caller, given: readonly GivenDevicePoint[]): Promise<(string | undefined)[]> {
  const { reference } = caller.tenant;
  const named = await idsGiven(reference, given);
  const distinct = [...new Set(named.filter((id) => id !== undefined))];
  const rows =
    distinct.length === 0
      ? []
      : await main.getMany<ThinDevice>(distinct.map((id) => entityKeys.thin(reference, devices.name, id)));
  const takes = (row: ThinDevice | undefined) => row && takesPoints(row.status) && maySee(caller, row.sk, row.userId);
  const taking = new Set(distinct.filter((_, i) => takes(rows[i])));
  return named.map((id) => (id !== undefined && taking.has(id) ? id : undefined));
}

type Named = Pick<DeviceLocationPoint, 'deviceId' | 'deviceExternalId'>;

/** The device ids that points give, directly or by an external id. */
async function idsGiven(tenant: TenantReference, given: readonly GivenDevicePoint[]): Promise<(string | undefined)[]> {
  const names: readonly Named[] = given.map((one) => (one instanceof Faulty ? {} : one));
  const external = [...new Set(names.flatMap(({ deviceExternalId }) => deviceExternalId ?? []))];
  const guards = external.map((id) => entityKeys.unique(tenant, devices.name, 'externalId', JSON.stringify(id)));
  const rows = guards.length === 0 ? [] : await main.getMany<{ id: string }>(guards);
  const byExternalId = new Map(external.map((id, i) => [id, rows[i]?.id]));
  return names.map(({ deviceId, deviceExternalId = '' }) => deviceId ?? byExternalId.get(deviceExternalId));
}

export const reportLocationBatches = defineCapability({
  tables: together([{ main: ['BatchGetItem'] }, tablesOfEventQuota]),
  sendsTo: [PointsMessage],
  handsTo: quotaWarnings,
  raises: ['QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  open: () => ({ report: reportBatch }),
});
