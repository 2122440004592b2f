import { createHash } from 'node:crypto';
import type { Key } from '../table/key.ts';
import { rankIn, readingKeys } from '../table/keys/readings.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Value } from './value.ts';

/**
 * A chunk is the readings of one sensor within one minute in one message, as one row. Writing it is idempotent. Of
 * several readings of one instant, the one received last counts: by the time of receipt, then by the index in the
 * message. So neither the order of the messages nor redelivery matters.
 */

export interface Reading {
  /** `recordedAt`, in milliseconds since 1970. */
  readonly at: number;
  readonly value: Value;
}

export interface PlacedReading extends Reading {
  /** Its index in the message, from 0. */
  readonly place: number;
}

export interface ChunkRow {
  /** Minute and rank; see `readingKeys`. */
  readonly sk: string;
  /** JSON: for each reading its milliseconds after the beginning of the minute, its value, and its index. */
  readonly readings: string;
  /** In seconds since 1970; see `retention.ts`. */
  readonly ttl: number;
}

type Packed = readonly [offset: number, value: Value, place: number];

export interface Chunk {
  /** The beginning of its minute, in milliseconds since 1970. */
  readonly minuteAt: number;
  readonly rank: string;
  readonly readings: string;
  /** The newest of its instants. */
  readonly newestAt: number;
}

export const minuteMilliseconds = 60_000;
export const minuteOf = (at: number): number =>
  at - (((at % minuteMilliseconds) + minuteMilliseconds) % minuteMilliseconds);

/** A row of DynamoDB may hold 400 KB; a page of 1 MB should hold several. */
const mostBytes = 64 * 1024;

/**
 * The readings of one sensor as chunks.
 *
 * @param stamp when the message was received, in milliseconds since 1970
 */
export function chunksOf(readings: readonly PlacedReading[], stamp: number): Chunk[] {
  const minutes = new Map<number, Map<number, PlacedReading>>();
  for (const reading of readings) {
    const minuteAt = minuteOf(reading.at);
    const minute = minutes.get(minuteAt) ?? new Map<number, PlacedReading>();
    minutes.set(minuteAt, minute);
    const known = minute.get(reading.at);
    if (!known || known.place < reading.place) minute.set(reading.at, reading);
  }
  return [...minutes].flatMap(([minuteAt, minute]) => cut(minuteAt, [...minute.values()], stamp));
}

function cut(minuteAt: number, readings: readonly PlacedReading[], stamp: number): Chunk[] {
  const parts: PlacedReading[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const reading of readings.toSorted((a, b) => a.place - b.place)) {
    const size = Buffer.byteLength(JSON.stringify(packed(reading, minuteAt))) + 1;
    if (bytes + size > mostBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(reading);
    bytes += size;
  }
  return parts.map((part) => {
    const text = JSON.stringify(part.map((reading) => packed(reading, minuteAt)));
    return {
      minuteAt,
      // Other content gets another row: a stored chunk is never overwritten.
      rank: `${String(stamp).padStart(15, '0')}#${padPlace(part[0]!.place)}#${hashOf(text)}`,
      readings: text,
      newestAt: Math.max(...part.map(({ at }) => at)),
    };
  });
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 8);

const padPlace = (place: number): string => String(place).padStart(3, '0');

const packed = ({ at, value, place }: PlacedReading, minuteAt: number): Packed => [at - minuteAt, value, place];

/** The order of the readings of one instant, as text: the greatest was received last. */
export function rankOf({ rank }: Pick<Chunk, 'rank'>, { place }: Pick<PlacedReading, 'place'>): string {
  const [stamp, , hash] = rank.split('#');
  return `${stamp}#${padPlace(place)}#${hash}`;
}

export const chunkKey = (tenant: TenantReference, sensorId: string, { minuteAt, rank }: Chunk): Key =>
  readingKeys.chunk(tenant, sensorId, minuteAt, rank);

/** The readings of one minute that count, out of all its chunks. Superseded readings are not kept in memory. */
export class Minute {
  readonly number: number;
  readonly #winners = new Map<number, { readonly value: Value; readonly rank: string; readonly sk: string }>();
  readonly #chunks = new Set<string>();

  /** @param number minutes since 1970 */
  constructor(number: number) {
    this.number = number;
  }

  add({ sk, readings }: Pick<ChunkRow, 'sk' | 'readings'>): void {
    const chunk = { rank: rankIn({ sk }) };
    this.#chunks.add(sk);
    for (const [offset, value, place] of JSON.parse(readings) as Packed[]) {
      const known = this.#winners.get(offset);
      const rank = rankOf(chunk, { place });
      if (!known || known.rank < rank) this.#winners.set(offset, { value, rank, sk });
    }
  }

  /** In order of time. */
  readings(): Reading[] {
    const minuteAt = this.number * minuteMilliseconds;
    const ordered = [...this.#winners].sort(([a], [b]) => a - b);
    return ordered.map(([offset, { value }]) => ({ at: minuteAt + offset, value }));
  }

  /** The sort keys of chunks whose readings are all superseded by those of other chunks. */
  superseded(): string[] {
    const winning = new Set([...this.#winners.values()].map(({ sk }) => sk));
    return [...this.#chunks].filter((sk) => !winning.has(sk));
  }
}
