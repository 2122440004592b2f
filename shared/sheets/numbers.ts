import { numberOf } from '../forms/given.ts';

const mostDigits = 20;

/**
 * A number with all of its digits and without an exponent, as well-known text and XML want it; undefined for anything
 * else. The value may be a number that is kept as it was written.
 */
export function decimalOf(value: unknown): string | undefined {
  const number = numberOf(value);
  if (number === undefined) return undefined;
  const written = JSON.stringify(value);
  if (!/e/i.test(written)) return written;
  if (Math.abs(number) >= 1e20) return BigInt(number).toString();
  return number.toFixed(mostDigits).replace(/\.?0+$/, '');
}
