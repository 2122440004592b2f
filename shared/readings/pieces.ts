import type { ValueType } from '../profiles/value-types.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { OpenSpan } from '../wire/time-span.ts';
import { possible } from './history.ts';
import { hourMilliseconds, hourOf, markedHours } from './marks.ts';
import { readAheadOf, type Task } from './read-ahead.ts';
import { type Piece, pagesOfHours, pagesOfMinutes, type StoredHour } from './rollups.ts';
import { longerRun, type Run, readRun, SplitHours } from './runs-of-hours.ts';

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
  /** Instants within hours at which a piece must end: the beginnings of days in zones with half hours. */
  readonly cuts?: readonly number[];
  /** The most reads at a time. */
  readonly readsAtOnce?: number | undefined;
}

const mostReadsAtOnce = 16;

type Pieces = readonly Piece[];

const startOf = (hour: number): number => hour * hourMilliseconds;

export async function* pagesOfPieces(sensor: Measured, asked: OpenSpan, grain: Grain): AsyncGenerator<Pieces> {
  const span = possible(asked);
  if (span.from >= span.to) return;
  const { tenant, deviceId, sensorId, key } = sensor;
  const marked = await markedHours(tenant, deviceId, { sensorId, key }, span);
  const walk = new Walk(sensor, span, grain, marked);
  const tasks = grain.unit === 'minute' ? walk.ofMinutes() : walk.ofHours();
  yield* readAheadOf(tasks, grain.readsAtOnce ?? mostReadsAtOnce);
}

class Walk {
  readonly #sensor: Measured;
  readonly #span: OpenSpan;
  readonly #unit: Grain['unit'];
  readonly #marked: ReadonlySet<number>;
  readonly #splits: SplitHours;
  /** Hours for which the stored bucket does not suffice, in order of time. */
  readonly #special: readonly number[];
  /** How many of them are done. */
  #done = 0;
  /** The run that may still become longer. */
  #run: Run | undefined;

  constructor(sensor: Measured, span: OpenSpan, { unit, cuts = [] }: Grain, marked: ReadonlySet<number>) {
    [this.#sensor, this.#span, this.#unit, this.#marked] = [sensor, span, unit, marked];
    const ordered = (hours: Iterable<number>) => [...new Set(hours)].sort((a, b) => a - b);
    const inside = ({ from, to }: OpenSpan) => [from, to].filter((at) => at % hourMilliseconds !== 0).map(hourOf);
    const splits = ordered(cuts.filter((at) => at > span.from && at < span.to).map(hourOf));
    this.#splits = new SplitHours(sensor, splits);
    this.#special = ordered([...marked, ...inside(span), ...splits]);
  }

  get #first(): number {
    return hourOf(this.#span.from);
  }

  get #last(): number {
    return hourOf(this.#span.to - 1);
  }

  async *ofMinutes(): AsyncGenerator<Task<Piece>> {
    const { tenant, sensorId, valueType } = this.#sensor;
    const special = new Set(this.#special);
    for await (const page of pagesOfMinutes(tenant, sensorId, valueType, this.#first, this.#last)) {
      for (const [hour, minutes] of Map.groupBy(page, ({ at }) => hourOf(at))) {
        yield* this.#before(hour);
        if (special.has(hour)) continue;
        yield* this.#endOfRun();
        yield { ready: minutes };
      }
    }
    yield* this.#before(Number.POSITIVE_INFINITY);
    yield* this.#endOfRun();
  }

  async *ofHours(): AsyncGenerator<Task<Piece>> {
    const { tenant, sensorId, valueType } = this.#sensor;
    for await (const page of pagesOfHours(tenant, sensorId, valueType, this.#first, this.#last)) {
      let plain: Piece[] = [];
      for (const [hour, stored] of page) {
        const next = this.#special[this.#done];
        if (next !== undefined && next <= hour && plain.length > 0) {
          yield { ready: plain };
          plain = [];
        }
        yield* this.#before(hour);
        if (this.#special[this.#done] === hour) yield* this.#hour(hour, stored);
        else {
          yield* this.#endOfRun();
          plain.push({ at: startOf(hour), bucket: stored.bucket });
        }
      }
      yield { ready: plain };
    }
    yield* this.#before(Number.POSITIVE_INFINITY);
    yield* this.#endOfRun();
  }

  /** The special hours before an hour that have no stored bucket. */
  *#before(hour: number): Generator<Task<Piece>> {
    for (;;) {
      const next = this.#special[this.#done];
      if (next === undefined || next >= hour) return;
      yield* this.#hour(next);
    }
  }

  /** The next special hour. */
  *#hour(hour: number, stored?: StoredHour): Generator<Task<Piece>> {
    this.#done += 1;
    const [from, to] = [Math.max(this.#span.from, startOf(hour)), Math.min(this.#span.to, startOf(hour + 1))];
    const isWhole = to - from === hourMilliseconds;
    const bucket = stored ? [{ at: from, bucket: stored.bucket }] : [];
    const isSplit = this.#splits.has(hour);
    // Some or all readings of this hour have expired: only its bucket is complete.
    if (isWhole && stored && !stored.hasReadings) yield* this.#alone({ ready: bucket });
    else if (isWhole && isSplit && !this.#marked.has(hour)) {
      yield* this.#alone({ read: async () => (await this.#splits.take(hour)) ?? bucket });
    } else {
      const isOfMinutes = isSplit || this.#unit === 'minute';
      const run: Run = { from, to, unit: isOfMinutes ? 'minute' : 'hour', isWhole: isWhole && this.#unit === 'hour' };
      const longer = this.#run && longerRun(this.#run, run, this.#sensor);
      if (!longer) yield* this.#endOfRun();
      this.#run = longer ?? run;
    }
  }

  *#alone(task: Task<Piece>): Generator<Task<Piece>> {
    yield* this.#endOfRun();
    yield task;
  }

  *#endOfRun(): Generator<Task<Piece>> {
    const run = this.#run;
    this.#run = undefined;
    if (run) yield { read: () => readRun(this.#sensor, run) };
  }
}
