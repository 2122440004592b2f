import { isJsonObject } from '../json/exact.ts';
import { scalarOf } from './given.ts';
import { computed, finite, isAnswered, joined, satisfies } from './operators.ts';
import type { Arithmetic, Condition, Expression, Field, Scalar, Schema } from './schema.ts';
import { mostItems } from './types.ts';

/** The values of a submission as rules see them: hidden fields have none, and calculated fields have one. */

/** Stands for the value of a hidden field. It is not a JSON value. */
const hidden = Symbol('hidden');

/** Steps that the rules of one submission may take, a hundred times what a large form needs. */
const mostSteps = 2_000_000;

/** What searching a long text or list costs, in steps. */
const searchCost = (value: unknown): number =>
  typeof value === 'string' || Array.isArray(value) ? Math.floor(value.length / 256) : 0;

export class TooManySteps extends Error {}

export class Answers {
  /** One value for each field; for a field in a repeat, a list with one value for each row. */
  readonly #cells: unknown[];
  readonly #today: string;
  #steps = 0;

  /** @param today the date for `today`, `2026-03-17` */
  constructor(schema: Schema, data: unknown, today: string) {
    this.#today = today;
    this.#cells = new Array(schema.byId.size);
    for (const field of schema.order) this.#cells[field.index] = this.#cellOf(field, data);
  }

  /** The number of rows of a repeat that are looked at. */
  rowsOf(repeat: Field): number {
    const rows = this.#cells[repeat.index];
    return Array.isArray(rows) ? Math.min(rows.length, mostItems) : 0;
  }

  isHidden(field: Field, row: number): boolean {
    return this.#stored(field, row) === hidden;
  }

  /** The value; undefined when the field is hidden or was not sent. */
  valueOf(field: Field, row: number): unknown {
    const value = this.#stored(field, row);
    return value === hidden ? undefined : value;
  }

  isRequired(field: Field, row: number): boolean {
    return field.required || (field.requiredIf !== undefined && this.#holds(field.requiredIf, row));
  }

  /** Whether a field has a value: a group has one when something in it has. */
  isAnswered(field: Field, row: number): boolean {
    if (field.family === 'group') return (field.fields?.all ?? []).some((inner) => this.#isInnerAnswered(inner, row));
    return isAnswered(this.valueOf(field, row));
  }

  #isInnerAnswered(field: Field, row: number): boolean {
    this.#step();
    return field.family !== 'calculated' && this.isAnswered(field, row);
  }

  #stored(field: Field, row: number): unknown {
    const cell = this.#cells[field.index];
    return field.repeat === undefined ? cell : (cell as readonly unknown[])[row];
  }

  #cellOf(field: Field, data: unknown): unknown {
    if (!field.repeat) return this.#place(field, field.parent ? this.#cells[field.parent.index] : data, -1);
    const { repeat, parent } = field;
    const holders = this.#cells[(parent ?? repeat).index] as readonly unknown[];
    return Array.from({ length: this.rowsOf(repeat) }, (_, row) => this.#place(field, holders[row], row));
  }

  #place(field: Field, holder: unknown, row: number): unknown {
    if (holder === hidden || (field.visibleIf && !this.#holds(field.visibleIf, row))) return hidden;
    if (field.calculate) return this.#result(field.calculate, row);
    return isJsonObject(holder) && Object.hasOwn(holder, field.id) ? holder[field.id] : undefined;
  }

  #holds(condition: Condition, row: number): boolean {
    this.#step();
    switch (condition.op) {
      case 'all':
        return condition.of.every((one) => this.#holds(one, row));
      case 'any':
        return condition.of.some((one) => this.#holds(one, row));
      case 'not':
        return !this.#holds(condition.of, row);
      case 'answered':
        return this.isAnswered(condition.field, row) === condition.value;
      default: {
        const value = this.valueOf(condition.field, row);
        if (condition.op === 'contains') this.#step(searchCost(value));
        return satisfies(condition, value);
      }
    }
  }

  /** Null when an operand is missing or has another type. */
  #result(expression: Expression, row: number): Scalar | null {
    this.#step();
    switch (expression.op) {
      case 'value':
        return expression.value;
      case 'field': {
        const value = this.valueOf(expression.field, row);
        return isAnswered(value) ? (scalarOf(value) ?? null) : null;
      }
      case 'today':
        return this.#today;
      case 'if':
        return this.#result(this.#holds(expression.test, row) ? expression.yes : expression.no, row);
      case 'sum':
        return this.#sum(expression.field);
      case 'count':
        return this.#count(expression.field);
      default:
        return this.#calculated(expression, row);
    }
  }

  #calculated({ op, args }: { readonly op: Arithmetic; readonly args: readonly Expression[] }, row: number) {
    const values: Scalar[] = [];
    for (const arg of args) {
      const value = this.#result(arg, row);
      if (value === null) return null;
      values.push(value);
    }
    if (op === 'concat') return joined(values);
    return values.every((value) => typeof value === 'number') ? computed(op, values) : null;
  }

  /** Adds the answers of all rows; rows without one add nothing. */
  #sum(field: Field): number | null {
    const rows = this.rowsOf(field.repeat!);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      this.#step();
      const value = this.valueOf(field, row);
      if (!isAnswered(value)) continue;
      const number = scalarOf(value);
      if (typeof number !== 'number') return null;
      sum += number;
    }
    return finite(sum);
  }

  #count(field: Field): number {
    if (field.family === 'repeat') return this.isHidden(field, -1) ? 0 : this.rowsOf(field);
    const rows = this.rowsOf(field.repeat!);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      this.#step();
      if (this.isAnswered(field, row)) count += 1;
    }
    return count;
  }

  #step(number = 1): void {
    this.#steps += number;
    if (this.#steps > mostSteps) throw new TooManySteps();
  }
}
