/** The month of an instant in UTC, as keys name it: `2026-03`. */
export const monthName = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 7);
