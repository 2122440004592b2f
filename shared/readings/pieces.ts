import type { ValueType } from '../profiles/value-types.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { OpenSpan } from '../wire/time-span.ts';
import { Bucket, bucketOf } from './bucket.ts';
import { minuteOf, type Reading } from './chunk.ts';
import { pagesOfReadings, possible } from './history.ts';
import { hourMilliseconds, hourOf, markedHours } from './marks.ts';
import { presentRows, shownRows } from './retention.ts';
import { minutesOfHours, type Piece, pagesOfHours, pagesOfMinutes, type StoredHour } from './rollups.ts';

/**
 * The readings of a span as buckets of hours or minutes, in order of time. Stored buckets are used where they hold all
 * readings; hours with readings that are not folded yet, and hours that the span cuts, are computed from the readings.
 */

export interface Measured {
  readonly tenant: TenantReference;
  readonly deviceId: string;
  readonly sensorId: string;
  readonly key: string;
  readonly valueType: ValueType;
}

export interface Grain {
  readonly unit: 'hour' | 'minute';
  /** Instants inside of hours at which a piece must end: the beginnings of days in zones with half hours. */
  readonly cuts?: readonly number[];
}

/** Hours that are split, of which the minutes are read together. */
const splitAtOnce = 50;

const startOf = (hour: number): number => hour * hourMilliseconds;

export async function* pagesOfPieces(
  sensor: Measured,
  asked: OpenSpan,
  grain: Grain,
): AsyncGenerator<readonly Piece[]> {
  const span = possible(asked);
  if (span.from >= span.to) return;
  const { tenant, deviceId, sensorId, key } = sensor;
  const marked = await markedHours(tenant, deviceId, { sensorId, key }, span);
  const pieces = new Pieces(sensor, span, grain, marked);
  if (grain.unit === 'minute') yield* pieces.ofMinutes();
  else yield* pieces.ofHours();
}

class Pieces {
  readonly #sensor: Measured;
  readonly #span: OpenSpan;
  readonly #marked: ReadonlySet<number>;
  readonly #splits: readonly number[];
  /** Hours that are not simply the stored bucket, in order of time. */
  readonly #special: number[];
  readonly #minutes = new Map<number, Piece[]>();
  #splitsRead = 0;

  constructor(sensor: Measured, span: OpenSpan, { cuts = [] }: Grain, marked: ReadonlySet<number>) {
    [this.#sensor, this.#span, this.#marked] = [sensor, span, marked];
    const inside = ({ from, to }: OpenSpan) => [from, to].filter((at) => at % hourMilliseconds !== 0).map(hourOf);
    this.#splits = [...new Set(cuts.filter((at) => at > span.from && at < span.to).map(hourOf))].sort((a, b) => a - b);
    this.#special = [...new Set([...marked, ...inside(span), ...this.#splits])].sort((a, b) => a - b);
  }

  get #first(): number {
    return hourOf(this.#span.from);
  }

  get #last(): number {
    return hourOf(this.#span.to - 1);
  }

  async *ofMinutes(): AsyncGenerator<readonly Piece[]> {
    const { tenant, sensorId, valueType } = this.#sensor;
    const special = new Set(this.#special);
    for await (const page of pagesOfMinutes(tenant, sensorId, valueType, this.#first, this.#last)) {
      for (const [hour, minutes] of Map.groupBy(page, ({ at }) => hourOf(at))) {
        yield* this.#before(hour, (one) => this.#rawMinutes(one));
        if (!special.has(hour)) yield minutes;
      }
    }
    yield* this.#before(Number.POSITIVE_INFINITY, (one) => this.#rawMinutes(one));
  }

  async *ofHours(): AsyncGenerator<readonly Piece[]> {
    const { tenant, sensorId, valueType } = this.#sensor;
    for await (const page of pagesOfHours(tenant, sensorId, valueType, this.#first, this.#last)) {
      let plain: Piece[] = [];
      for (const [hour, stored] of page) {
        const next = this.#special[0];
        if (next === undefined || hour < next) {
          plain.push({ at: startOf(hour), bucket: stored.bucket });
          continue;
        }
        yield plain;
        plain = [];
        yield* this.#before(hour, (one) => this.#hour(one));
        if (this.#special[0] !== hour) plain.push({ at: startOf(hour), bucket: stored.bucket });
        else yield await this.#hour(this.#special.shift()!, stored);
      }
      yield plain;
    }
    yield* this.#before(Number.POSITIVE_INFINITY, (one) => this.#hour(one));
  }

  /** The special hours before an hour. */
  async *#before(hour: number, read: (hour: number) => Promise<readonly Piece[]>): AsyncGenerator<readonly Piece[]> {
    while (this.#special[0] !== undefined && this.#special[0] < hour) yield await read(this.#special.shift()!);
  }

  async #hour(hour: number, stored?: StoredHour): Promise<readonly Piece[]> {
    const [from, to] = [Math.max(this.#span.from, startOf(hour)), Math.min(this.#span.to, startOf(hour + 1))];
    const isWhole = to - from === hourMilliseconds;
    // The readings of this hour are gone, or some of them: its bucket is all that is left.
    if (isWhole && stored && !stored.hasReadings) return [{ at: from, bucket: stored.bucket }];
    const isSplit = this.#splits.includes(hour);
    if (isWhole && isSplit && !this.#marked.has(hour)) {
      return (await this.#splitHour(hour)) ?? (stored ? [{ at: from, bucket: stored.bucket }] : []);
    }
    if (isSplit) return await this.#rawMinutes(hour);
    const bucket = new Bucket(this.#sensor.valueType);
    for await (const readings of this.#readings({ from, to }, isWhole)) for (const one of readings) bucket.add(one);
    return bucket.count === 0 ? [] : [{ at: from, bucket }];
  }

  /** The stored minutes of an hour; those of the next hours are read along. */
  async #splitHour(hour: number): Promise<readonly Piece[] | undefined> {
    const { tenant, sensorId, valueType } = this.#sensor;
    if (this.#splitsRead <= this.#splits.indexOf(hour)) {
      const begin = this.#splits.indexOf(hour);
      const hours = this.#splits.slice(begin, begin + (valueType === 'TEXT' ? 1 : splitAtOnce));
      this.#splitsRead = begin + hours.length;
      const read = await minutesOfHours(tenant, sensorId, valueType, hours);
      for (const one of read) this.#minutes.set(...one);
    }
    const minutes = this.#minutes.get(hour);
    this.#minutes.delete(hour);
    return minutes;
  }

  async #rawMinutes(hour: number): Promise<Piece[]> {
    const from = Math.max(this.#span.from, startOf(hour));
    const to = Math.min(this.#span.to, startOf(hour + 1));
    const minutes = new Map<number, Reading[]>();
    for await (const readings of this.#readings({ from, to }, false)) {
      for (const [minute, some] of Map.groupBy(readings, ({ at }) => minuteOf(at))) minutes.set(minute, some);
    }
    return [...minutes].map(([at, readings]) => ({ at, bucket: bucketOf(this.#sensor.valueType, readings) }));
  }

  /** @param isWhole whole hours count as long as their readings are in the table */
  #readings(span: OpenSpan, isWhole: boolean): AsyncGenerator<readonly Reading[]> {
    const { tenant, sensorId } = this.#sensor;
    return pagesOfReadings(tenant, sensorId, span, isWhole ? presentRows() : shownRows());
  }
}
