import { createHash, randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** The ids that this process makes for one instant are numbered from a random start. */
let [newestAt, sequence] = [-1, 0];

/**
 * An id begins with the instant of its creation, so lists in the order of ids are in the order of time. The ids that a
 * process makes for one millisecond are in the order in which it makes them (RFC 9562, section 6.2, method 1).
 */
export function newId(createdAt: number): string {
  sequence = createdAt === newestAt ? sequence + 1 : randomInt(2 ** 31);
  newestAt = createdAt;
  return uuidv7({ msecs: createdAt, seq: sequence });
}

/** The number that `newId` gave an id within its instant: 32 bits after the version, around those of the variant. */
function sequenceOf(id: string): number {
  const [, , high = '', middle = '', low = ''] = id.split('-');
  const [first, second, third] = [high.slice(1), middle, low.slice(0, 2)].map((part) => Number.parseInt(part, 16));
  return first! * 2 ** 20 + (second! & 0x3fff) * 2 ** 6 + (third! >> 2);
}

/** A new id that sorts after an id of the same instant or an earlier one, whichever process made that. */
export function idAfter(earlier: string, createdAt: number): string {
  if (createdAtOf(earlier) < createdAt) return newId(createdAt);
  return uuidv7({ msecs: createdAt, seq: sequenceOf(earlier) + 1 });
}

/** The id for an instant and a subject. It is the same each time, and as unique as a new id. */
export function idFor(createdAt: number, subject: string): string {
  return uuidv7({ msecs: createdAt, random: createHash('sha256').update(subject).digest().subarray(0, 16) });
}

/** When an object with this id was created, in milliseconds since 1970. */
export const createdAtOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** Instants in milliseconds since 1970, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The largest number of 48 bits: the year 10889. */
const lastInstant = 2 ** 48 - 1;

/** The first 13 characters of every id of an instant. */
function prefixOf(milliseconds: number): string {
  const digits = Math.min(lastInstant, milliseconds).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}

/** Bounds of the ids of a span; `~` sorts after every character of an id. */
export function idsCreatedIn({ from, to }: Span): readonly [first: string, last: string] {
  return from > to || to < 0 ? ['~', '~'] : [prefixOf(Math.max(0, from)), `${prefixOf(to)}~`];
}

export function isCreatedIn(id: string, span: Span): boolean {
  const [first, last] = idsCreatedIn(span);
  return id >= first && id <= last;
}
