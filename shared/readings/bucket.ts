import type { ValueType } from '../profiles/value-types.ts';
import type { Reading } from './chunk.ts';
import { shownWhole, type Value } from './value.ts';

/**
 * What the readings of a span amount to. Buckets of the same type can be joined, in any order: the bucket of a day is
 * what those of its hours are together.
 */

/** Sums of doubles are kept in this unit, so that no sum of finite numbers is infinite. */
const unit = 2 ** 64;
/** The second half of a sum is less than a millionth of a millionth of it: some of its digits suffice. */
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
  /** The sum of doubles, and what its rounding has lost. */
  #sum = 0;
  #rest = 0;

  constructor(type: ValueType) {
    this.type = type;
  }

  add({ at, value }: Reading): void {
    this.count += 1;
    this.#reach(at, value, at, value);
    if (this.type === 'TEXT') return;
    this.#bound(value, value);
    if (this.type === 'BIGINT') this.#whole += BigInt(value);
    else this.#plus(Number(value) / unit, 0);
  }

  join(other: Bucket): void {
    if (other.count === 0) return;
    this.count += other.count;
    this.#reach(other.firstAt, other.first, other.lastAt, other.last);
    if (other.#min !== undefined && other.#max !== undefined) this.#bound(other.#min, other.#max);
    this.#whole += other.#whole;
    this.#plus(other.#sum, other.#rest);
  }

  #reach(firstAt: number, first: Value, lastAt: number, last: Value): void {
    if (firstAt < this.firstAt) [this.firstAt, this.first] = [firstAt, first];
    if (lastAt > this.lastAt) [this.lastAt, this.last] = [lastAt, last];
  }

  #bound(min: Value, max: Value): void {
    if (this.#min === undefined || isLess(min, this.#min)) this.#min = min;
    if (this.#max === undefined || isLess(this.#max, max)) this.#max = max;
  }

  /** Adds with twice the digits of a double (Neumaier). */
  #plus(sum: number, rest: number): void {
    const both = this.#sum + sum;
    const lost = Math.abs(this.#sum) >= Math.abs(sum) ? this.#sum - both + sum : sum - both + this.#sum;
    this.#sum = both;
    this.#rest += lost + rest;
  }

  /** The least value; booleans count as 0 and 1. Null for texts. */
  get min(): number | string | null {
    return measured(this.#min);
  }

  get max(): number | string | null {
    return measured(this.#max);
  }

  /** Exact for whole numbers, and then a decimal text beyond ±2^53. Null for texts, and beyond what a double holds. */
  get sum(): number | string | null {
    if (this.type === 'TEXT') return null;
    if (this.type === 'BIGINT') return shownWhole(this.#whole);
    const sum = (this.#sum + this.#rest) * unit;
    return Number.isFinite(sum) ? sum : null;
  }

  get avg(): number | null {
    if (this.type === 'TEXT' || this.count === 0) return null;
    if (this.type === 'BIGINT') return Number(this.#whole) / this.count;
    return ((this.#sum + this.#rest) / this.count) * unit;
  }

  /** As JSON holds it; instants are counted from `start`. */
  packed(start: number): Packed {
    const ends = [this.count, this.firstAt - start, this.first, this.lastAt - start, this.last];
    if (this.type === 'TEXT') return ends;
    const bounded = [...ends, this.#min!, this.#max!];
    if (this.type === 'BIGINT') return [...bounded, String(this.#whole)];
    const sum = this.#sum + this.#rest;
    const rest = this.#sum - sum + this.#rest;
    return [...bounded, sum, Number(rest.toPrecision(digitsOfRest))];
  }

  static unpacked(type: ValueType, packed: Packed, start: number): Bucket {
    const bucket = new Bucket(type);
    const [count, firstAfter, first, lastAfter, last, min, max, sum, rest] = packed as readonly Value[];
    bucket.count = count as number;
    bucket.#reach(start + (firstAfter as number), first!, start + (lastAfter as number), last!);
    if (type === 'TEXT') return bucket;
    bucket.#bound(min!, max!);
    if (type === 'BIGINT') bucket.#whole = BigInt(sum!);
    else [bucket.#sum, bucket.#rest] = [sum as number, rest as number];
    return bucket;
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
