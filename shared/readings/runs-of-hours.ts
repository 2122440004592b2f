import { Bucket } from './bucket.ts';
import { minuteOf } from './chunk.ts';
import { pagesOfReadings } from './history.ts';
import { hourMilliseconds, hourOf } from './marks.ts';
import type { Measured } from './pieces.ts';
import { presentRows, shownRows } from './retention.ts';
import { minutesOfHours, type Piece } from './rollups.ts';

/** Hours for which the stored bucket does not suffice: they are computed from readings, or from stored minutes. */

/** Readings of adjacent hours that are read together. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly unit: 'hour' | 'minute';
  /** Whole hours count as long as their readings are in the table. */
  readonly isWhole: boolean;
}

/** The most hours of a run: few enough that runs can be read side by side. */
const hoursOfRun = 24;

/** Adds an hour to a run, if it follows directly. */
export function longerRun(run: Run, hour: Run, { valueType }: Pick<Measured, 'valueType'>): Run | undefined {
  // The minutes of texts are long.
  const most = valueType === 'TEXT' && run.unit === 'minute' ? 1 : hoursOfRun;
  const isNext = run.to === hour.from && run.unit === hour.unit && run.isWhole === hour.isWhole;
  return isNext && hour.to - run.from <= most * hourMilliseconds ? { ...run, to: hour.to } : undefined;
}

/** The buckets of a run, computed from its readings. */
export async function readRun(sensor: Measured, { from, to, unit, isWhole }: Run): Promise<Piece[]> {
  const { tenant, sensorId, valueType } = sensor;
  const startOf = (at: number) => (unit === 'minute' ? minuteOf(at) : Math.max(from, hourOf(at) * hourMilliseconds));
  const pieces: Piece[] = [];
  const filter = isWhole ? presentRows() : shownRows();
  for await (const readings of pagesOfReadings(tenant, sensorId, { from, to }, filter)) {
    for (const reading of readings) {
      const at = startOf(reading.at);
      if (pieces.at(-1)?.at !== at) pieces.push({ at, bucket: new Bucket(valueType) });
      pieces.at(-1)!.bucket.add(reading);
    }
  }
  return pieces;
}

/** The number of split hours whose minutes are read together. */
const splitAtOnce = 50;

/** The stored minutes of hours within which a piece must end. The hours are read in batches. */
export class SplitHours {
  readonly #sensor: Measured;
  readonly #places: ReadonlyMap<number, number>;
  readonly #hours: readonly number[];
  readonly #atOnce: number;
  readonly #batches = new Map<number, Promise<Map<number, Piece[]>>>();

  /** @param hours in order of time */
  constructor(sensor: Measured, hours: readonly number[]) {
    [this.#sensor, this.#hours] = [sensor, hours];
    this.#places = new Map(hours.map((hour, i) => [hour, i]));
    this.#atOnce = sensor.valueType === 'TEXT' ? 1 : splitAtOnce;
  }

  has(hour: number): boolean {
    return this.#places.has(hour);
  }

  /** The minutes of an hour; undefined if none are stored. To be called once for each hour. */
  async take(hour: number): Promise<Piece[] | undefined> {
    const { tenant, sensorId, valueType } = this.#sensor;
    const batch = Math.floor(this.#places.get(hour)! / this.#atOnce);
    let reading = this.#batches.get(batch);
    if (!reading) {
      const hours = this.#hours.slice(batch * this.#atOnce, (batch + 1) * this.#atOnce);
      reading = minutesOfHours(tenant, sensorId, valueType, hours);
      this.#batches.set(batch, reading);
    }
    const read = await reading;
    const minutes = read.get(hour);
    read.delete(hour);
    return minutes;
  }
}
