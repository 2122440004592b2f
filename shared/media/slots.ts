import type { MediaField } from '../forms/media-fields.ts';

/** Names of media fields: `photo`, and in a row of a repeat `members[2].photo`. Groups are not named. */

const id = '[A-Za-z][A-Za-z0-9_]{0,63}';
export const slotPattern = new RegExp(`^(${id}|${id}\\[(0|[1-9][0-9]{0,2})\\]\\.${id})$`);

/** @param name a name that fits {@link slotPattern} */
export function readSlot(name: string): MediaField {
  const [, repeat, row, field] = /^(\w+)\[(\d+)\]\.(\w+)$/.exec(name) ?? [];
  return repeat ? { field: field!, repeat: { id: repeat, row: Number(row) } } : { field: name };
}
