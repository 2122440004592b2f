import type { SensorDefinition } from '../profiles/sensor-profiles.ts';
import { isNumeric, type ValueType } from '../profiles/value-types.ts';

/** What a sensor takes over from the profile of its component. */

export interface Fitted {
  readonly unit: string | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** The fields as a profile defines them. The type of the sensor stays, and a type without bounds gets none. */
export function fittedTo({ unit, min, max }: SensorDefinition, valueType: ValueType): Fitted {
  return isNumeric(valueType) ? { unit, min, max } : { unit, min: null, max: null };
}
