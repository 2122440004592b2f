import type { FieldFailure } from '../problems/problem.ts';
import { isNumeric, type ValueType } from './value-types.ts';

/** The plausible range of the values of a sensor. */
export interface Bounded {
  readonly valueType: ValueType;
  readonly min: number | null;
  readonly max: number | null;
}

/** What is wrong with the bounds of a sensor: its type cannot have any, or no value can meet them. */
export function boundFailures({ valueType, min, max }: Bounded, ...at: readonly (string | number)[]): FieldFailure[] {
  const failure = (field: string, msg: string) => ({ type: 'conflict', loc: ['body', ...at, field], msg });
  if (!isNumeric(valueType)) {
    const given = Object.entries({ min, max }).filter(([, bound]) => bound !== null);
    return given.map(([field]) => failure(field, `A sensor of type ${valueType} has no bounds`));
  }
  return min !== null && max !== null && min > max ? [failure('max', 'Should not be below "min"')] : [];
}
