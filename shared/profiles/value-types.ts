/** The types of the values that sensors report. */
export const valueTypes = ['DOUBLE', 'BIGINT', 'BOOLEAN', 'TEXT'] as const;
export type ValueType = (typeof valueTypes)[number];

/** Whether values of a type are numbers, which may have bounds and a mean. */
export const isNumeric = (type: ValueType): boolean => type === 'DOUBLE' || type === 'BIGINT';
