import type { FieldType } from './types.ts';

/** Dates, times and instants as numbers that can be compared. */

const day = /^(\d{4})-(\d\d)-(\d\d)$/;
const clock = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?$/;
const zone = /^(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;
const datetime = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)([Zz]|[+-]\d\d:\d\d)?$/;

function dayOf(text: string): number | undefined {
  if (!day.test(text)) return undefined;
  const midnight = Date.parse(`${text}T00:00:00Z`);
  // A 31st of April is read as the 1st of May.
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(text) ? midnight : undefined;
}

function clockOf(text: string): number | undefined {
  if (!clock.test(text)) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
}

/** An instant without an offset is read as UTC. */
function instantOf(text: string): number | undefined {
  const [, date = '', time = '', offset = 'Z'] = datetime.exec(text) ?? [];
  const [midnight, seconds] = [dayOf(date), clockOf(time)];
  if (midnight === undefined || seconds === undefined || !zone.test(offset)) return undefined;
  return midnight + seconds * 1000 - offsetMilliseconds(offset);
}

function offsetMilliseconds(offset: string): number {
  if (offset.length < 6) return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Undefined for another form. Dates and instants are in milliseconds since 1970, times in seconds of the day. */
export function momentOf(type: FieldType, text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length > 40) return undefined;
  if (type === 'date') return dayOf(text);
  return type === 'time' && !text.includes('.') ? clockOf(text) : type === 'datetime' ? instantOf(text) : undefined;
}

export const momentForms: Readonly<Partial<Record<FieldType, string>>> = {
  date: 'a date such as 2026-03-17',
  time: 'a time such as 14:35 or 14:35:09',
  datetime: 'an instant such as 2026-03-17T14:35:00Z',
};
