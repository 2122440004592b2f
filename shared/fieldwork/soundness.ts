import { Failures } from '../forms/failures.ts';
import { readSchema } from '../forms/read-schema.ts';
import type { Schema } from '../forms/schema.ts';
import { checkStability, locOf, type PublishedIds } from '../forms/stability.ts';
import { type FieldFailure, noneHasId, Problem } from '../problems/problem.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';

/** Whether a schema may be stored: by its own rules, and by what the workspace has. */

const main = new Table('main');
const loc = ['body', 'schema'];

function invalid(failures: readonly FieldFailure[]): Problem {
  const count =
    failures.length === 1 ? '1 part of the schema is wrong' : `${failures.length} parts of the schema are wrong`;
  return new Problem('SCHEMA_INVALID', count, undefined, { fields: failures });
}

/** @throws SCHEMA_INVALID, with everything that is wrong */
export function soundSchema(given: FreeObject): Schema {
  const read = readSchema(given, loc);
  if (read.failures) throw invalid(read.failures);
  return read.schema;
}

/** @throws SCHEMA_INVALID when a published id would become something else */
export function requireStable(schema: Schema, ids: PublishedIds): void {
  const failures = new Failures();
  checkStability(schema, ids, loc, failures);
  if (failures.all.length > 0) throw invalid(failures.all);
}

/** The ids of geofences that a schema names. */
export const fencesOf = (schema: Schema): string[] =>
  [...schema.byId.values()].flatMap(({ within }) => within?.geofenceId ?? []);

/**
 * A geofence that a rule names must exist when the rule is written; it may be gone later.
 *
 * @param before ids that the form named before, which may be gone by now
 * @throws SCHEMA_INVALID
 */
export async function requireFences(
  tenant: TenantReference,
  schema: Schema,
  before: readonly string[] = [],
): Promise<void> {
  const ids = [...new Set(fencesOf(schema))].filter((id) => !before.includes(id));
  const rows = await main.getMany(ids.map((id) => geofenceKeys.thin(tenant, id)));
  const unknown = ids.filter((_, i) => rows[i] === undefined);
  if (unknown.length === 0) return;
  const wrong = [...schema.byId.values()].filter(({ within }) => unknown.includes(within?.geofenceId ?? ''));
  throw invalid(
    wrong.slice(0, 100).map((field) => ({
      type: 'unknown_reference',
      loc: [...loc, ...locOf(schema, field), 'within_geofence', 'geofence_id'],
      msg: noneHasId('geofence'),
    })),
  );
}
