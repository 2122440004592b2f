import type { Tables } from '../capability/capability.ts';
import type { Entity } from '../entity/kind.ts';
import { findEntity } from '../entity/rows.ts';
import { sameJson } from '../json/equality.ts';
import type { Actor } from '../outbox/event.ts';
import { invalidFields } from '../problems/problem.ts';
import { unchanged } from '../table/expressions.ts';
import { annotationKeys } from '../table/keys/annotations.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { FreeObject } from '../wire/free-object.ts';
import { annotationClasses } from './annotation-classes.ts';
import { beginOf, endOf, requireInOrder } from './period.ts';
import type { ScopeType } from './scopes.ts';
import { failuresOfValues } from './values.ts';

/** Parts of each write of an annotation: the check against its class, and its row in the order of time. */

interface AnnotationValues {
  readonly classId: string;
  readonly scopeType: ScopeType;
  readonly scopeId: string;
  readonly from: string;
  readonly to: string | null;
  readonly values: FreeObject;
}

const main = new Table('main');
const valuesOf = (entity: Entity): AnnotationValues => entity.values as unknown as AnnotationValues;

/** The grants that it needs. */
export const tablesOfGuard: Tables = { main: ['GetItem', 'ConditionCheckItem', 'PutItem', 'DeleteItem'] };

/** @throws VALIDATION_ERROR */
export async function guardAnnotation(
  transaction: Transaction,
  actor: Actor,
  before: Entity | undefined,
  after: Entity | undefined,
): Promise<void> {
  const [old, next] = [before && valuesOf(before), after && valuesOf(after)];
  if (next) requireInOrder(next);
  if (next && !sameJson(old?.values, next.values)) await requireFitting(transaction, actor, next);
  moveTimed(transaction, actor, before, after);
}

/**
 * Requires that scope and values fit the class as it is at the time of the write. They are checked only when the values
 * change, so that a class that became stricter does not block other changes.
 */
async function requireFitting(transaction: Transaction, { tenant }: Actor, next: AnnotationValues): Promise<void> {
  const { reference } = tenant;
  const type = await findEntity(annotationClasses, reference, next.classId);
  // The transaction refuses an unknown class.
  if (!type) return;
  const { allowedScopes, fields } = type.values;
  const msg = `Annotations of this class are about one of ${allowedScopes.join(', ')}`;
  const wrong = allowedScopes.includes(next.scopeType) ? [] : [{ type: 'enum', loc: ['body', 'scopeType'], msg }];
  const failures = [...wrong, ...failuresOfValues(fields, next.values)];
  if (failures.length > 0) throw invalidFields(failures);
  const asRead = unchanged({ version: type.version, serial: type.serial });
  transaction.check(main, entityKeys.body(reference, annotationClasses.name, type.id), asRead, lostRace);
}

/** The row by which the annotations of one object are read in the order of time. */
function moveTimed(transaction: Transaction, { tenant }: Actor, before?: Entity, after?: Entity): void {
  const keyOf = (entity: Entity) => {
    const { scopeType, scopeId, ...period } = valuesOf(entity);
    return annotationKeys.timed(tenant.reference, scopeType, scopeId, beginOf(period), entity.id);
  };
  const [old, next] = [before && keyOf(before), after && keyOf(after)];
  if (old && old.sk !== next?.sk) transaction.delete(main, old);
  if (!next) return;
  const until = endOf(valuesOf(after!));
  const isSame = old?.sk === next.sk && endOf(valuesOf(before!)) === until;
  if (!isSame) transaction.put(main, next, { until });
}
