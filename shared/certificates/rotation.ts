import { type DueStep, dropDue, putDue } from '../due/due.ts';
import { TendMessage } from '../messages/tend-certificates.ts';
import { problem } from '../problems/problem.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { CertificateRow } from './certificate.ts';

/**
 * An open rotation: the device has two certificates until it uses the new one, or until the overlap ends. A device has
 * at most one open rotation, in a row beside the device.
 */
export interface RotationRow {
  readonly id: string;
  /** Digest of the certificate request. */
  readonly csr: string;
  /** The certificate that retires. */
  readonly old: string;
  /** The new certificate; absent until it is issued. */
  readonly fresh?: string;
  readonly overlapHours: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

const main = new Table('main');
/** A rotation that has no certificate after this time was abandoned, and another request may replace it. */
const abandonedMilliseconds = 10 * 60_000;
const millisecondsPerHour = 3_600_000;

export const rotationOf = (tenant: TenantReference, deviceId: string): Promise<RotationRow | undefined> =>
  main.get<RotationRow>(deviceKeys.rotation(tenant, deviceId));

export const isAbandoned = ({ fresh, startedAt }: RotationRow): boolean =>
  fresh === undefined && startedAt + abandonedMilliseconds < Date.now();

export const anotherIsOpen = () =>
  problem('INVALID_TRANSITION', 'Another rotation of this device is open.', { from: 'ROTATING', to: 'ROTATING' });

export const noneInForce = () =>
  problem('INVALID_TRANSITION', 'The device has no certificate in force; it needs a registration token.', {
    from: 'REVOKED',
    to: 'ROTATING',
  });

const subjectOf = (deviceId: string): string => `rotation#${deviceId}`;

/** When the old certificate goes out of force at the latest. */
export const retireAtOf = ({ overlapHours }: RotationRow, issuedAt: number): number =>
  issuedAt + overlapHours * millisecondsPerHour;

/** Records the new certificate of a rotation in a transaction, and schedules what is due. */
export function openRotation(
  transaction: Transaction,
  tenant: TenantReference,
  deviceId: string,
  row: RotationRow,
  fresh: CertificateRow,
): void {
  const asClaimed = unchanged({ id: row.id, fresh: undefined });
  transaction.update(main, deviceKeys.rotation(tenant, deviceId), setAll({ fresh: fresh.id }), asClaimed, lostRace);
  const retireAt = retireAtOf(row, fresh.issuedAt);
  const about = { tenant, deviceId, rotation: row.id };
  const steps: DueStep<TendMessage>[] = [
    { at: fresh.issuedAt + Math.round((retireAt - fresh.issuedAt) * 0.75), message: { kind: 'stalled', ...about } },
    { at: retireAt, message: { kind: 'ended', ...about } },
  ];
  putDue(transaction, tenant, subjectOf(deviceId), TendMessage, steps);
}

/** Closes a rotation in a transaction, and cancels what is due. */
export function closeRotation(
  transaction: Transaction,
  tenant: TenantReference,
  deviceId: string,
  { id }: RotationRow,
): void {
  transaction.delete(main, deviceKeys.rotation(tenant, deviceId), unchanged({ id }), lostRace);
  dropDue(transaction, tenant, subjectOf(deviceId));
}

/** Makes the old certificate `RETIRING` in a transaction. */
export function retire(transaction: Transaction, tenant: TenantReference, old: CertificateRow, retireAt: number): void {
  const key = certificateKeys.certificate(tenant, old.deviceId, old.id);
  transaction.update(main, key, setAll({ status: 'RETIRING', retireAt }), unchanged({ status: old.status }), lostRace);
}

/** Makes the old certificate `ACTIVE` again in a transaction. */
export function restore(transaction: Transaction, tenant: TenantReference, old: CertificateRow): void {
  const key = certificateKeys.certificate(tenant, old.deviceId, old.id);
  transaction.update(
    main,
    key,
    setAll({ status: 'ACTIVE' }, ['retireAt']),
    unchanged({ status: old.status }),
    lostRace,
  );
}
