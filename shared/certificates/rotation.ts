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
 * A rotation while it is open: a second certificate beside the first, until the second is used or its time is over. A
 * device has one at most, in a row beside it.
 */
export interface RotationRow {
  readonly id: string;
  /** Digest of the certificate request. */
  readonly csr: string;
  /** The certificate that is to go. */
  readonly old: string;
  /** The one that is to stay; absent until it is issued. */
  readonly fresh?: string;
  readonly overlapHours: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

const main = new Table('main');
/** One that was begun and has got no further in this time is dead: any request may take its place. */
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

/** When the old certificate is to be out of use. */
export const retireAtOf = ({ overlapHours }: RotationRow, issuedAt: number): number =>
  issuedAt + overlapHours * millisecondsPerHour;

/** Notes in a transaction which certificate a rotation has brought, and what is due about it. */
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

/** Closes a rotation in a transaction; nothing more is due about it. */
export function closeRotation(
  transaction: Transaction,
  tenant: TenantReference,
  deviceId: string,
  { id }: RotationRow,
): void {
  transaction.delete(main, deviceKeys.rotation(tenant, deviceId), unchanged({ id }), lostRace);
  dropDue(transaction, tenant, subjectOf(deviceId));
}

/** Lets a certificate retire beside the one that takes its place. */
export function retire(transaction: Transaction, tenant: TenantReference, old: CertificateRow, retireAt: number): void {
  const key = certificateKeys.certificate(tenant, old.deviceId, old.id);
  transaction.update(main, key, setAll({ status: 'RETIRING', retireAt }), unchanged({ status: old.status }), lostRace);
}

/** The old certificate is as it was before the rotation. */
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
