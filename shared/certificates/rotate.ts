import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { findEntity, requireEntity } from '../entity/rows.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import type { Recording } from '../http/once.ts';
import { trustedCertificate } from '../iot/broker.ts';
import { bindCertificate, revokeCertificate } from '../iot/identities.ts';
import { TendMessage } from '../messages/tend-certificates.ts';
import { recordEvent } from '../outbox/event.ts';
import { notFound } from '../problems/problem.ts';
import { absent, unchanged } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { newId } from '../table/ids.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { asLostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Certifier, expiryOf } from './adopt.ts';
import { type CertificateRow, isInForce, showCertificate } from './certificate.ts';
import { type CheckedCsr, checkCsr } from './csr.ts';
import { activate, type Exchanged, exchangeFor } from './exchange.ts';
import { publishCertificateEvent } from './publish.ts';
import {
  anotherIsOpen,
  isAbandoned,
  noneInForce,
  openRotation,
  type RotationRow,
  retire,
  retireAtOf,
  rotationOf,
} from './rotation.ts';
import { certificatesOf, putCertificate } from './rows.ts';
import { certificateTables } from './tables.ts';

/**
 * Rotation: a new certificate is issued, and the one in force retires. The same request continues a rotation that was
 * interrupted.
 */

const main = new Table('main');

export interface Rotation {
  readonly csr: string;
  readonly overlapHours: number;
}

type Answer = ReturnType<typeof showCertificate> & { certificatePem: string; caCertificatePem: string };

export interface Rotated {
  readonly certificate: Answer;
  /** Whether an earlier request began this rotation. */
  readonly again: boolean;
  /** When the old certificate goes out of force at the latest, in milliseconds since 1970. */
  readonly retireOldAt: number;
}

/** @throws NOT_FOUND, CSR_INVALID, INVALID_TRANSITION if no certificate is in force or another rotation is open */
async function rotate(actor: Certifier, deviceId: string, asked: Rotation, once: Recording): Promise<Rotated> {
  const { reference } = actor.tenant;
  await requireEntity(devices, actor.tenant, deviceId);
  const csr = checkCsr(asked.csr);
  const { row, again } = await retryingRaces(() => claim(reference, deviceId, csr, asked.overlapHours));
  const issued = await exchangeFor(reference, row.id, csr, () => unclaim(reference, deviceId, row));
  await bindCertificate(issued.arn, deviceId);
  const shown = (certificate: CertificateRow): Answer => ({
    ...showCertificate(certificate),
    certificatePem: issued.pem,
    caCertificatePem: trustedCertificate(),
  });
  const fresh = await install(actor, deviceId, row, issued, (transaction, made) =>
    once.record(transaction, { status: again ? 200 : 201, body: shown(made) }),
  );
  if (!fresh) {
    await revokeCertificate(issued, deviceId);
    throw notFound('device');
  }
  if (!isInForce(fresh)) throw noneInForce();
  await activate(reference, deviceId, issued);
  return { certificate: shown(fresh), again, retireOldAt: retireAtOf(row, issued.issuedAt) };
}

/** The rotation of this request: the one that it began earlier, or else a new one. */
async function claim(tenant: TenantReference, deviceId: string, csr: CheckedCsr, overlapHours: number) {
  const [open, rows] = [await rotationOf(tenant, deviceId), await certificatesOf(tenant, deviceId)];
  if (open?.csr === csr.digest) return { row: open, again: true };
  const old = rows.find((row) => isInForce(row) && row.status === 'ACTIVE');
  if (open && !isAbandoned(open)) throw anotherIsOpen();
  if (!old) throw noneInForce();
  const now = Date.now();
  const row: RotationRow = { id: newId(now), csr: csr.digest, old: old.id, overlapHours, startedAt: now };
  const asRead = open ? unchanged({ id: open.id, fresh: undefined }) : absent;
  await main.put(deviceKeys.rotation(tenant, deviceId), { ...row }, asRead).catch(asLostRace);
  return { row, again: false };
}

/** Closes the rotation again after the broker has refused the request. */
async function unclaim(tenant: TenantReference, deviceId: string, { id }: RotationRow): Promise<void> {
  const mine = unchanged({ id, fresh: undefined });
  await main.delete(deviceKeys.rotation(tenant, deviceId), mine).catch(unlessChanged);
}

/** @returns the new certificate as it is now; undefined if the device is deleted */
async function install(
  actor: Certifier,
  deviceId: string,
  rotation: RotationRow,
  { id, arn, issuedAt }: Exchanged,
  also: (transaction: Parameters<Recording['record']>[0], made: CertificateRow) => void,
): Promise<CertificateRow | undefined> {
  const { reference } = actor.tenant;
  return await retryingRaces(async () => {
    const device = await findEntity(devices, reference, deviceId);
    if (!device) return undefined;
    const rows = await certificatesOf(reference, deviceId);
    const known = rows.find((one) => one.id === id);
    if (known) return known;
    const old = rows.find((one) => one.id === rotation.old);
    if (!isInForce(old)) throw noneInForce();
    if ((await rotationOf(reference, deviceId))?.id !== rotation.id) throw anotherIsOpen();
    const expiresAt = expiryOf(actor.workspace, issuedAt);
    const fresh = { id, deviceId, arn, status: 'ACTIVE', issuedAt, expiresAt, replaces: old.id } as const;
    await writeEntity(
      devices,
      actor,
      device,
      nextVersion(device, { ...device.values, certificateId: id }),
      (transaction) => {
        putCertificate(transaction, reference, fresh);
        retire(transaction, reference, old, retireAtOf(rotation, issuedAt));
        openRotation(transaction, reference, deviceId, rotation, fresh);
        recordEvent(transaction, actor, {
          action: 'certificate.rotate',
          resourceType: 'certificate',
          resourceId: id,
          changes: { replaces: [null, old.id] },
        });
        publishCertificateEvent(transaction, actor.tenant, 'certificate.rotated', fresh);
        also(transaction, fresh);
      },
    );
    return fresh;
  });
}

export const rotateCertificates = defineCapability({
  tables: certificateTables,
  raises: ['NOT_FOUND', 'CSR_INVALID', 'INVALID_TRANSITION'],
  defersTo: [TendMessage],
  broker: ['certify', 'revoke'],
  open: () => ({ rotate }),
});
