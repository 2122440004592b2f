import { isJsonObject, type JsonObject } from '../json/exact.ts';
import { didYouMean } from '../wire/closest.ts';
import { Answers, TooManySteps } from './answers.ts';
import { Failures, type Loc, type Step, shortened } from './failures.ts';
import { isAnswered } from './operators.ts';
import { checkRules } from './rules.ts';
import type { Field, Level, Schema } from './schema.ts';
import { mostItems } from './types.ts';
import { checkValue } from './values.ts';

/** Checking the data of a submission against a form. Nothing is read or written here. */

/** A place that the service compares with geofences. */
export interface PlaceToCheck {
  readonly field: Field;
  /** `gps`, in a repeat `members[2].gps`. */
  readonly path: string;
  readonly loc: Loc;
  readonly value: JsonObject;
}

export interface Validated {
  /** Everything that is wrong, up to a hundred failures; none if the data is right. */
  readonly failures: Failures;
  /** The data to store: without hidden fields, with calculated ones. */
  readonly data: JsonObject;
  readonly places: readonly PlaceToCheck[];
}

class Validation {
  readonly failures = new Failures();
  readonly places: PlaceToCheck[] = [];
  readonly #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** The fields of one level; `given` is undefined where the level was not sent. */
  level(level: Level, given: JsonObject | undefined, loc: Loc, row: number): Record<string, unknown> {
    const kept: Record<string, unknown> = {};
    let met = 0;
    for (const field of level.all) {
      const isSent = given !== undefined && Object.hasOwn(given, field.id);
      if (isSent) met += 1;
      if (this.failures.isFull || this.#answers.isHidden(field, row)) continue;
      const value = this.#field(field, isSent ? given[field.id] : undefined, loc, row);
      if (value !== undefined) kept[field.id] = value;
    }
    if (given && Object.keys(given).length > met) this.#refuseUnknown(level, given, loc);
    return kept;
  }

  /** Undefined when there is nothing to store. */
  #field(field: Field, value: unknown, loc: Loc, row: number): unknown {
    if (field.family === 'calculated') return this.#answers.valueOf(field, row);
    const isGiven = isAnswered(value);
    if (field.family === 'group') return this.#group(field, value, [...loc, field.id], row);
    if (isGiven) {
      const at = [...loc, field.id];
      if (field.family === 'repeat') return this.#repeat(field, value, at);
      return this.#checked(field, value, at, row);
    }
    if (field.family !== 'none' && this.#answers.isRequired(field, row)) this.#missing(field, [...loc, field.id]);
    return value;
  }

  #missing(field: Field, at: Loc): void {
    this.failures.add('missing', at, field.rules.message ?? 'Field required');
  }

  #checked(field: Field, value: unknown, at: Loc, row: number): unknown {
    const { failures } = this;
    const before = failures.all.length;
    const report = (type: string, below: Loc, msg: string) =>
      failures.add(type, [...at, ...below], field.rules.message ?? msg);
    checkValue(field, value, report);
    if (failures.all.length > before) return value;
    checkRules(field, value, report);
    if (field.within) this.places.push({ field, path: pathOf(field, row), loc: at, value: value as JsonObject });
    return value;
  }

  #group(field: Field, value: unknown, at: Loc, row: number): unknown {
    const isGiven = isAnswered(value);
    if (isGiven && !isJsonObject(value)) {
      this.failures.add('type_error', at, field.rules.message ?? 'Should be an object');
      return value;
    }
    const given = isGiven ? (value as JsonObject) : undefined;
    const before = this.failures.all.length;
    const kept = this.level(field.fields!, given, at, row);
    const lacksAnswer = this.failures.all.length === before && !this.#answers.isAnswered(field, row);
    if (lacksAnswer && this.#answers.isRequired(field, row)) this.#missing(field, at);
    return given || Object.keys(kept).length > 0 ? kept : value;
  }

  #repeat(field: Field, value: unknown, at: Loc): unknown {
    const report = (type: string, below: Loc, msg: string) =>
      this.failures.add(type, [...at, ...below], field.rules.message ?? msg);
    if (!Array.isArray(value)) return void report('type_error', [], 'Should be a list of objects');
    if (value.length > mostItems) return void report('too_long', [], `Should have at most ${mostItems} items`);
    checkRules(field, value, report);
    return value.map((item: unknown, row) => {
      if (this.failures.isFull) return item;
      if (isJsonObject(item)) return this.level(field.fields!, item, [...at, row], row);
      report('type_error', [row], 'Should be an object');
      return item;
    });
  }

  #refuseUnknown(level: Level, given: JsonObject, loc: Loc): void {
    const known = [...level.byId.keys()];
    for (const key in given) {
      if (this.failures.isFull) return;
      if (level.byId.has(key)) continue;
      const name = shortened(key);
      this.failures.add(
        'unknown_field',
        [...loc, name],
        `The form has no field "${name}" here${didYouMean(key, known)}`,
      );
    }
  }
}

const pathOf = ({ id, repeat }: Field, row: number): string => (repeat ? `${repeat.id}[${row}].${id}` : id);

/**
 * Checks data against a form.
 *
 * @param data the data as it was sent; numbers may be kept as they were written
 * @param loc where the data is in the body; the locations of all failures begin with it
 * @param today the date for `today`: `2026-03-17`
 */
export function validate(schema: Schema, data: JsonObject, loc: readonly Step[], today: string): Validated {
  try {
    const validation = new Validation(new Answers(schema, data, today));
    const kept = validation.level(schema.fields, data, loc, -1);
    return { failures: validation.failures, data: kept, places: validation.places };
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    const failures = new Failures();
    failures.add('too_large', loc, 'The rules of the form take too many steps for so many rows');
    return { failures, data, places: [] };
  }
}
