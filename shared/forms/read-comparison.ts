import { type GivenObject, scalarOf } from './given.ts';
import { momentForms, momentOf } from './moments.ts';
import type { LogicReader } from './read-logic.ts';
import type { Compare, Condition, Field, Scalar } from './schema.ts';
import { comparable } from './types.ts';

/** Reading the simplest conditions: `{ "field", "op", "value" }`. */

const ops = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'contains', 'answered'];
const mostValues = 1000;

export function readComparison(reader: LogicReader, given: GivenObject): Condition | undefined {
  given.allow(['field', 'op', 'value']);
  const op = given.raw('op');
  const field = reader.field(given, 'seen');
  if (op === undefined) return given.missing('op');
  if (typeof op !== 'string' || !ops.includes(op)) {
    return given.refuse('op', 'enum', `Should be one of ${ops.join(', ')}, all, any, not`);
  }
  if (!field) return undefined;
  if (op === 'answered') return answered(given, field);
  if (!comparable.includes(field.family)) {
    return given.refuse('op', 'enum', `Only "answered" can be asked of a ${field.type}`);
  }
  if (given.raw('value') === undefined) return given.missing('value');
  if (op === 'in') return among(given, field);
  const value = operand(field, given.raw('value'));
  if (value === undefined) return given.refuse('value', 'type_error', `Should be ${wanted(field)}`);
  return { op: op as Compare, field, value };
}

function answered(given: GivenObject, field: Field): Condition | undefined {
  const value = given.raw('value') ?? true;
  if (typeof value !== 'boolean') return given.refuse('value', 'type_error', 'Should be true or false');
  if (field.family === 'none') return given.refuse('field', 'unknown_reference', `A ${field.type} has no value`);
  return { op: 'answered', field, value };
}

function among(given: GivenObject, field: Field): Condition | undefined {
  const list = given.list('value', [1, mostValues]);
  const values = list?.map((one) => operand(field, one));
  if (!values) return undefined;
  if (values.some((one) => one === undefined)) {
    return given.refuse('value', 'type_error', `Should be a list, each item ${wanted(field)}`);
  }
  return { op: 'in', field, value: new Set(values as Scalar[]) };
}

/** What a condition compares with: moments are numbers, like the answers that they are compared with. */
function operand(field: Field, value: unknown): Scalar | undefined {
  return field.family === 'moment' ? momentOf(field.type, value) : scalarOf(value);
}

const wanted = (field: Field): string => momentForms[field.type] ?? 'a text, a number, true or false';
