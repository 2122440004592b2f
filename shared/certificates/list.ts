import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { requireEntity } from '../entity/rows.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { type PageRequest, pageOfPartition, pageOfRows, readThrough, showPage } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type CertificateRow, showCertificate } from './certificate.ts';
import { certificatesOf } from './rows.ts';

const main = new Table('main');
const millisecondsPerDay = 86_400_000;

/** The ids of certificates do not rise with time, so they are ordered by when they were issued. */
const positionOf = ({ issuedAt, id }: CertificateRow): string => `${new Date(issuedAt).toISOString()}#${id}`;

/** All certificates that a device has had, newest first. */
async function ofDevice(tenant: Tenant, deviceId: string, page: PageRequest) {
  await requireEntity(devices, tenant, deviceId);
  const rows = await certificatesOf(tenant.reference, deviceId);
  return showPage(pageOfRows(rows, page, positionOf), (row) => showCertificate(row));
}

interface ExpiryRow {
  readonly sk: string;
  readonly deviceId: string;
}

/** Certificates in force that expire within some days, soonest first. */
async function expiring({ reference }: Tenant, days: number, page: PageRequest) {
  const now = Date.now();
  const until = new Date(now + days * millisecondsPerDay).toISOString();
  const between = [new Date(now).toISOString(), `${until}~`] as const;
  return await readThrough(
    page,
    (asked) =>
      pageOfPartition<ExpiryRow>(main, certificateKeys.expiries(reference), asked, { between, descending: false }),
    async (rows) => {
      const keys = rows.map(({ item: { sk, deviceId } }) =>
        certificateKeys.certificate(reference, deviceId, sk.slice(sk.indexOf('#') + 1)),
      );
      const found = await main.getMany<CertificateRow>(keys);
      const shown = found.flatMap((row, i) =>
        row ? [{ position: rows[i]!.position, item: showCertificate(row) }] : [],
      );
      return { rows: shown, isFull: false };
    },
  );
}

export const listCertificates = defineCapability({
  tables: { main: ['GetItem', 'Query'] },
  raises: ['NOT_FOUND'],
  open: () => ({ ofDevice }),
});

export const listExpiringCertificates = defineCapability({
  tables: { main: ['BatchGetItem', 'Query'] },
  open: () => ({ expiring }),
});
