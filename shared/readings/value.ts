import { isWrittenNumber } from '../json/exact.ts';
import { isNumeric, type ValueType } from '../profiles/value-types.ts';
import type { Bounds } from '../topology/series.ts';

/** Values of readings. */

/** A value as it is stored and shown: a whole number beyond ±2^53 is its decimal text. */
export type Value = number | string | boolean;

const mostCharacters = 4096;
const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
/** Every whole number up to this one is a double. */
const exactUpTo = 2n ** 53n;

/** The digits of 2^53. */
const mostDigits = 16;

const decimal = /^-?(0|[1-9]\d{0,18})$/;

/** A whole number as JSON holds it: as a number up to ±2^53, and else as its decimal text. */
export const shownWhole = (whole: bigint): number | string =>
  whole >= -exactUpTo && whole <= exactUpTo ? Number(whole) : String(whole);

/**
 * The value of a sensor of this type; undefined if the given one is of another type.
 *
 * @param given JSON whose inexact numbers are kept as they were written; see `shared/json/exact.ts`
 */
export function readValue(type: ValueType, given: unknown): Value | undefined {
  switch (type) {
    case 'BOOLEAN':
      return typeof given === 'boolean' ? given : undefined;
    case 'TEXT':
      return typeof given === 'string' && isShort(given) ? given : undefined;
    case 'DOUBLE':
      return doubleOf(given);
    case 'BIGINT':
      return wholeOf(given);
  }
}

/** Lengths count code points, of which each is one or two units. */
const isShort = (text: string): boolean =>
  text.length <= mostCharacters || (text.length <= 2 * mostCharacters && [...text].length <= mostCharacters);

const isNumber = (given: unknown): boolean => typeof given === 'number' || isWrittenNumber(given);

function doubleOf(given: unknown): number | undefined {
  if (!isNumber(given)) return undefined;
  const number = typeof given === 'number' ? given : Number(JSON.stringify(given));
  // Adding zero makes zero of -0.
  return Number.isFinite(number) ? number + 0 : undefined;
}

function wholeOf(given: unknown): number | string | undefined {
  if (typeof given === 'string') {
    if (!decimal.test(given)) return undefined;
    const whole = BigInt(given);
    return whole >= least && whole <= most ? shownWhole(whole) : undefined;
  }
  const whole = isNumber(given) ? wholeAsWritten(JSON.stringify(given)) : undefined;
  return whole !== undefined && whole >= -exactUpTo && whole <= exactUpTo ? Number(whole) : undefined;
}

const written = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The whole number that a JSON number is as it was written, if it has few digits: `1.0` and `1e3` are whole. */
function wholeAsWritten(text: string): bigint | undefined {
  const [, sign = '', before = '', after = '', exponent = '0'] = written.exec(text) ?? [];
  const all = before + after;
  let [from, to] = [0, all.length];
  while (from < to && all[from] === '0') from += 1;
  while (to > from && all[to - 1] === '0') to -= 1;
  if (from === to) return 0n;
  /** The zeros that follow the other digits; negative if there are decimal places. */
  const zeros = Number(exponent) - after.length + all.length - to;
  if (zeros < 0 || to - from + zeros > mostDigits) return undefined;
  return BigInt(`${sign}${all.slice(from, to)}${'0'.repeat(zeros)}`);
}

/** The values that a sensor of this type accepts, for messages. */
export const expectedOf: Readonly<Record<ValueType, string>> = {
  DOUBLE: 'a finite number',
  BIGINT: 'a whole number of 64 bits, beyond ±2^53 as decimal text',
  BOOLEAN: 'true or false',
  TEXT: `a text of at most ${mostCharacters} characters`,
};

/** Whether a numeric value is plausible. Other values always are. */
export function isWithin(type: ValueType, value: Value, { min, max }: Bounds): boolean {
  if (!isNumeric(type)) return true;
  // JavaScript compares a bigint with a number exactly.
  const exact = typeof value === 'string' ? BigInt(value) : (value as number);
  return (min ?? Number.NEGATIVE_INFINITY) <= exact && exact <= (max ?? Number.POSITIVE_INFINITY);
}
