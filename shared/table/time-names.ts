/** The names of parts of time in UTC, as keys have them, from an instant in milliseconds since 1970. */

const first = (length: number) => (at: number) => new Date(at).toISOString().slice(0, length);

/** `2026-03` */
export const monthName = first(7);

/** `2026-03-17` */
export const dayName = first(10);

/** `2026-03-17T09` */
export const hourName = first(13);

/** The end of the year 9999; later years do not have four digits. */
export const lastInstant = 253_402_300_799_999;
