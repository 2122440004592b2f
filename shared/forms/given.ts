import { isJsonObject, isWrittenNumber, type JsonObject } from '../json/exact.ts';
import { didYouMean } from '../wire/closest.ts';
import { isBlank } from '../wire/text.ts';
import { type Failures, type Loc, shortened } from './failures.ts';
import type { Scalar } from './schema.ts';

/** Reads JSON of callers. Values of an unexpected form are reported as failures, and read as absent. */

/** The double of a number, which may be kept as text; undefined for anything else, and beyond all doubles. */
export function numberOf(value: unknown): number | undefined {
  const number =
    typeof value === 'number' ? value : isWrittenNumber(value) ? Number(JSON.stringify(value)) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** A text, a number or a boolean; undefined for anything else. */
export const scalarOf = (value: unknown): Scalar | undefined =>
  typeof value === 'string' || typeof value === 'boolean' ? value : numberOf(value);

/** The length of a text in code points. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const isPair = (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    if (isPair) length -= 1;
  }
  return length;
}

/** An object of a schema with its location. Its readers report what is wrong with its entries. */
export class GivenObject {
  readonly value: JsonObject;
  readonly loc: Loc;
  readonly #failures: Failures;

  private constructor(value: JsonObject, loc: Loc, failures: Failures) {
    [this.value, this.loc, this.#failures] = [value, loc, failures];
  }

  /** Undefined, with a failure, for anything but an object. */
  static read(value: unknown, loc: Loc, failures: Failures): GivenObject | undefined {
    if (isJsonObject(value)) return new GivenObject(value, loc, failures);
    failures.add('type_error', loc, 'Should be an object');
    return undefined;
  }

  /** The value of a key; undefined when it is absent or null. */
  raw(key: string): unknown {
    return Object.hasOwn(this.value, key) ? (this.value[key] ?? undefined) : undefined;
  }

  refuse(key: string, type: string, msg: string): undefined {
    this.#failures.add(type, [...this.loc, key], msg);
    return undefined;
  }

  missing(key: string): undefined {
    return this.refuse(key, 'missing', 'Field required');
  }

  /** Refuses all other keys. */
  allow(known: readonly string[]): void {
    for (const key of Object.keys(this.value)) {
      if (this.#failures.isFull) return;
      if (known.includes(key) || (this.value[key] ?? undefined) === undefined) continue;
      const name = shortened(key);
      this.refuse(name, 'unknown_field', `Unknown field "${name}"${didYouMean(key, known)}`);
    }
  }

  text(key: string, most: number, { filled = false } = {}): string | undefined {
    const text = this.raw(key);
    if (text === undefined) return undefined;
    if (typeof text !== 'string') return this.refuse(key, 'type_error', 'Should be a string');
    if (text.length > 2 * most || lengthOf(text) > most) {
      return this.refuse(key, 'too_long', `Should have at most ${most} characters`);
    }
    if (filled && isBlank(text)) return this.refuse(key, 'too_short', 'Should not be blank');
    return text;
  }

  flag(key: string): boolean {
    const flag = this.raw(key);
    if (flag !== undefined && typeof flag !== 'boolean') this.refuse(key, 'type_error', 'Should be true or false');
    return flag === true;
  }

  number(key: string, [min, max]: readonly [number, number]): number | undefined {
    const given = this.raw(key);
    if (given === undefined) return undefined;
    const number = numberOf(given);
    if (number === undefined) return this.refuse(key, 'type_error', 'Should be a number');
    if (number < min) return this.refuse(key, 'too_small', `Should be at least ${min}`);
    if (number > max) return this.refuse(key, 'too_large', `Should be at most ${max}`);
    return number;
  }

  /** A whole number of 0 or more. */
  count(key: string): number | undefined {
    const number = this.number(key, [0, Number.MAX_SAFE_INTEGER]);
    if (number === undefined || Number.isInteger(number)) return number;
    return this.refuse(key, 'type_error', 'Should be a whole number');
  }

  list(key: string, [fewest, most]: readonly [number, number]): readonly unknown[] | undefined {
    const list = this.raw(key);
    if (list === undefined) return undefined;
    if (!Array.isArray(list)) return this.refuse(key, 'type_error', 'Should be a list');
    if (list.length < fewest) return this.refuse(key, 'too_short', `Should have at least ${fewest} items`);
    if (list.length > most) return this.refuse(key, 'too_long', `Should have at most ${most} items`);
    return list;
  }
}
