import type { ValueType } from '../profiles/value-types.ts';
import type { Reading } from './chunk.ts';
import { shownWhole, type Value } from './value.ts';

/**
 * The aggregate of the readings of a span. Buckets of the same type can be joined in any order: the bucket of a day is
 * the join of the buckets of its hours.
 */

/**
 * Doubles from this size on have a sum of their own, in a larger unit, so that no sum of finite numbers is infinite.
 * Smaller ones are summed as they are, since the smallest would lose digits in that unit.
 */
const large = 2 ** 900;
const unit = 2 ** 64;
/** The rest of a sum is less than a trillionth of the sum: a few digits suffice. */
const digitsOfRest = 5;

type Packed = readonly (Value | null)[];

export class Bucket {
  readonly type: ValueType;
  count = 0;
  first: Value = 0;
  firstAt = Number.POSITIVE_INFINITY;
  last: Value = 0;
  lastAt = Number.NEGATIVE_INFINITY;
  #min: Value | undefined;
  #max: Value | undefined;
  /** The sum of whole numbers. */
  #whole = 0n;
  /** The sum of the doubles below `large`, and that of the others in the unit. */
  readonly #small = new Sum();
  readonly #large = new Sum();

  constructor(type: ValueType) {
    this.type = type;
  }

  add({ at, value }: Reading): void {
    this.count += 1;
    this.#reach(at, value, at, value);
    if (this.type === 'TEXT') return;
    this.#bound(value, value);
    if (this.type === 'BIGINT') this.#whole += BigInt(value);
    else if (Math.abs(Number(value)) < large) this.#small.plus(Number(value));
    else this.#large.plus(Number(value) / unit);
  }

  join(other: Bucket): void {
    if (other.count === 0) return;
    this.count += other.count;
    this.#reach(other.firstAt, other.first, other.lastAt, other.last);
    if (other.#min !== undefined && other.#max !== undefined) this.#bound(other.#min, other.#max);
    this.#whole += other.#whole;
    this.#small.join(other.#small);
    this.#large.join(other.#large);
  }

  #reach(firstAt: number, first: Value, lastAt: number, last: Value): void {
    if (firstAt < this.firstAt) [this.firstAt, this.first] = [firstAt, first];
    if (lastAt > this.lastAt) [this.lastAt, this.last] = [lastAt, last];
  }

  #bound(min: Value, max: Value): void {
    if (this.#min === undefined || isLess(min, this.#min)) this.#min = min;
    if (this.#max === undefined || isLess(this.#max, max)) this.#max = max;
  }

  /** The least value; booleans count as 0 and 1. Null for texts. */
  get min(): number | string | null {
    return measured(this.#min);
  }

  get max(): number | string | null {
    return measured(this.#max);
  }

  /** Exact for whole numbers, and a decimal text beyond ±2^53. Null for texts, and if no double can hold the sum. */
  get sum(): number | string | null {
    if (this.type === 'TEXT') return null;
    if (this.type === 'BIGINT') return shownWhole(this.#whole);
    const sum = this.#part(1);
    return Number.isFinite(sum) ? sum : null;
  }

  get avg(): number | null {
    if (this.type === 'TEXT' || this.count === 0) return null;
    if (this.type === 'BIGINT') return Number(this.#whole) / this.count;
    return this.#part(this.count);
  }

  /** The sum of doubles, divided. Beside a large sum, the digits that small values lose in its unit do not matter. */
  #part(divisor: number): number {
    const [small, inUnit] = [this.#small.total, this.#large.total];
    return inUnit === 0 ? small / divisor : ((inUnit + small / unit) / divisor) * unit;
  }

  /** The form for JSON; instants are counted from `start`. */
  packed(start: number): Packed {
    const ends = [this.count, this.firstAt - start, this.first, this.lastAt - start, this.last];
    if (this.type === 'TEXT') return ends;
    const bounded = [...ends, this.#min!, this.#max!];
    if (this.type === 'BIGINT') return [...bounded, String(this.#whole)];
    return [...bounded, ...this.#large.packed(), ...this.#small.packed()];
  }

  static unpacked(type: ValueType, packed: Packed, start: number): Bucket {
    const bucket = new Bucket(type);
    const [count, firstAfter, first, lastAfter, last, min, max, ...sums] = packed as readonly Value[];
    bucket.count = count as number;
    bucket.#reach(start + (firstAfter as number), first!, start + (lastAfter as number), last!);
    if (type === 'TEXT') return bucket;
    bucket.#bound(min!, max!);
    if (type === 'BIGINT') bucket.#whole = BigInt(sums[0]!);
    else {
      const [large, largeRest, small = 0, smallRest = 0] = sums as number[];
      bucket.#large.plus(large!, largeRest);
      bucket.#small.plus(small, smallRest);
    }
    return bucket;
  }
}

/** A sum of doubles with twice their digits. */
class Sum {
  #sum = 0;
  /** What the rounding of the sum has lost. */
  #rest = 0;

  /** Adds (Neumaier). */
  plus(sum: number, rest = 0): void {
    const both = this.#sum + sum;
    const lost = Math.abs(this.#sum) >= Math.abs(sum) ? this.#sum - both + sum : sum - both + this.#sum;
    this.#sum = both;
    this.#rest += lost + rest;
  }

  join(other: Sum): void {
    this.plus(other.#sum, other.#rest);
  }

  get total(): number {
    return this.#sum + this.#rest;
  }

  packed(): [sum: number, rest: number] {
    const rest = this.#sum - this.total + this.#rest;
    return [this.total, Number(rest.toPrecision(digitsOfRest))];
  }
}

const measured = (value: Value | undefined): number | string | null =>
  value === undefined ? null : typeof value === 'boolean' ? Number(value) : value;

/** A whole number beyond ±2^53 is a text. */
function isLess(a: Value, b: Value): boolean {
  if (typeof a === 'string' || typeof b === 'string') return BigInt(a) < BigInt(b);
  return a < b;
}

/** The bucket of some readings. */
export function bucketOf(type: ValueType, readings: Iterable<Reading>): Bucket {
  const bucket = new Bucket(type);
  for (const reading of readings) bucket.add(reading);
  return bucket;
}
