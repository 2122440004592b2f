import { scalarOf } from './given.ts';
import { momentOf } from './moments.ts';
import type { Arithmetic, Condition, Scalar } from './schema.ts';

/** What the operators of conditions and expressions do with values. */

/** Absent, null, an empty text and an empty list mean unanswered. */
export const isAnswered = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** A longer result of `concat` is null: a few nested ones could fill the memory. */
const longestText = 32_768;

type Comparison = Exclude<Condition, { op: 'all' | 'any' | 'not' | 'answered' }>;

/** An unanswered value satisfies only `ne`. */
export function satisfies(condition: Comparison, value: unknown): boolean {
  const { op, field } = condition;
  if (op === 'contains') {
    if (Array.isArray(value)) return value.includes(condition.value);
    return typeof value === 'string' && typeof condition.value === 'string' && value.includes(condition.value);
  }
  const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const known = isAnswered(one) ? (field.family === 'moment' ? momentOf(field.type, one) : scalarOf(one)) : undefined;
  if (op === 'in') return known !== undefined && condition.value.has(known);
  if (op === 'eq') return known === condition.value;
  if (op === 'ne') return known !== condition.value;
  if (known === undefined || typeof known !== typeof condition.value || typeof known === 'boolean') return false;
  return ordered(op, known, condition.value);
}

function ordered(op: 'gt' | 'gte' | 'lt' | 'lte', a: Scalar, b: Scalar): boolean {
  if (op === 'gt') return a > b;
  if (op === 'gte') return a >= b;
  return op === 'lt' ? a < b : a <= b;
}

export const finite = (number: number): number | null => (Number.isFinite(number) ? number : null);

export function computed(op: Exclude<Arithmetic, 'concat'>, [first = 0, ...rest]: readonly number[]): number | null {
  const [second = 0] = rest;
  switch (op) {
    case 'add':
      return finite(rest.reduce((sum, number) => sum + number, first));
    case 'mul':
      return finite(rest.reduce((product, number) => product * number, first));
    case 'sub':
      return finite(first - second);
    case 'div':
      return finite(first / second);
    default:
      return rounded(first, second);
  }
}

/** Half a unit rounds away from zero, in the decimal digits that the number prints. */
function rounded(number: number, digits: number): number | null {
  if (!Number.isInteger(digits) || Math.abs(digits) > 15) return null;
  const [mantissa = '0', exponent = '0'] = String(Math.abs(number)).split('e');
  const scaled = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
  const [whole = '0', power = '0'] = String(scaled).split('e');
  const result = Number(`${whole}e${Number(power) - digits}`);
  return finite(number < 0 ? -result : result);
}

export function joined(values: readonly Scalar[]): string | null {
  const text = values.join('');
  return text.length > longestText ? null : text;
}
