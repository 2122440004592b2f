import { geofenceTarget } from '../geofences/target.ts';
import { notFound } from '../problems/problem.ts';
import { formKeys } from '../table/keys/forms.ts';
import { type Expression, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { componentTarget } from '../topology/components.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { sensorTarget } from '../topology/sensors.ts';
import { siteTarget } from '../topology/sites.ts';
import type { Subject } from './terms.ts';

/** The object whose data is exported. */

const targets = {
  SITE: siteTarget,
  DEVICE: deviceTarget,
  COMPONENT: componentTarget,
  SENSOR: sensorTarget,
  GEOFENCE: geofenceTarget,
  FORM: { kind: 'form', key: formKeys.body },
} as const;

const main = new Table('main');

const keyOf = (tenant: TenantReference, { scopeType, scopeId }: Subject) => targets[scopeType].key(tenant, scopeId);

export const subjectExists = async (tenant: TenantReference, subject: Subject): Promise<boolean> =>
  (await main.get(keyOf(tenant, subject))) !== undefined;

/** @throws NOT_FOUND */
export async function requireSubject(tenant: TenantReference, subject: Subject): Promise<void> {
  if (!(await subjectExists(tenant, subject))) throw notFound(targets[subject.scopeType].kind);
}

const present: Expression = { expression: 'attribute_exists(pk)' };

/** Lets a transaction succeed only while the object exists. */
export function checkSubject(
  transaction: Transaction,
  tenant: TenantReference,
  subject: Subject,
  gone: () => unknown,
): void {
  transaction.check(main, keyOf(tenant, subject), present, gone);
}
