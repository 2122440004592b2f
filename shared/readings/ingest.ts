import type { Tables } from '../capability/capability.ts';
import { isTooFarAhead } from '../devices/clock.ts';
import { together } from '../entity/grants.ts';
import { FoldMessage } from '../messages/readings.ts';
import type { Actor } from '../outbox/event.ts';
import { numberIn } from '../table/keys/readings.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { createReportedSensors, tablesOfFirstReport } from '../topology/first-report.ts';
import { noteLast } from '../topology/note-last.ts';
import { type SeriesRow, tablesOfSeries } from '../topology/series.ts';
import { type Chunk, chunkKey, chunksOf, type PlacedReading, rankOf } from './chunk.ts';
import { separateEnded } from './ended.ts';
import { isRefused, type RefusedReading, type ReportedReading } from './given.ts';
import { type Accepted, KnownSeries, type Report, refused } from './known-series.ts';
import { hourOf, type MarkRow, mark, withdraw } from './marks.ts';
import { longestKept, rawUntil } from './retention.ts';
import { schedule } from './schedule.ts';

/** Readings that were received together: in one message, or in one request. */
export interface Arrival {
  readonly tenant: TenantReference;
  readonly deviceId: string;
  /** When they were received, in milliseconds since 1970. */
  readonly stamp: number;
  readonly readings: readonly (ReportedReading | RefusedReading)[];
}

interface Storing {
  /** The sender, on whose behalf sensors are created. */
  readonly actor: Actor;
  readonly retentionDays: number;
  /** The instant from which retention is counted, in milliseconds since 1970; by default, the receipt. */
  readonly now?: number;
  /** Runs in parallel with the writes, if there are any. */
  readonly beside?: () => Promise<void>;
}

export interface Outcome {
  readonly accepted: number;
  /** In the order of the message. */
  readonly refused: readonly RefusedReading[];
}

const telemetry = new Table('telemetry');
const millisecondsPerDay = 86_400_000;

/**
 * Stores readings in two waves of calls, or more if a sensor is reported for the first time or a reading is more than a
 * day old. The first wave marks the hours and reads the sensors, while the caller identifies the sender; the second
 * writes. Both are idempotent.
 */
export class Ingest {
  readonly #arrival: Arrival;
  readonly #series: Promise<KnownSeries>;
  readonly #marks: Promise<MarkRow[]>;

  /** Begins the first wave. */
  constructor(arrival: Arrival) {
    this.#arrival = arrival;
    const { tenant, deviceId, stamp, readings } = arrival;
    const possible = readings.filter((one): one is ReportedReading => !isRefused(one) && isPossible(one.at, stamp));
    this.#series = KnownSeries.read(tenant, deviceId);
    this.#marks = mark(tenant, deviceId, possible);
    // A failure appears where the result is awaited.
    for (const read of [this.#series, this.#marks]) read.catch(() => undefined);
  }

  /** Writes what is accepted. */
  async store({ actor, retentionDays, now = this.#arrival.stamp, beside }: Storing): Promise<Outcome> {
    const { tenant, deviceId, stamp } = this.#arrival;
    const report: Report = (...asked) => createReportedSensors(actor, deviceId, ...asked);
    const judged = await judge(this.#arrival, await this.#series, { retentionDays, now, report });
    const marks = await this.#marks;
    const bySensor = Map.groupBy(judged.accepted, ({ sensor }) => sensor);
    const writing = [...bySensor].flatMap(([sensor, some]) => {
      const readings = some.map(({ reading }) => reading);
      const chunks = chunksOf(readings, stamp);
      const newest = newestOf(readings);
      return [
        ...chunks.map((chunk) => put(tenant, sensor, chunk, retentionDays)),
        noteLast(tenant, deviceId, sensor, {
          ...newest,
          rank: rankOf(chunks.find(({ newestAt }) => newestAt === newest.at)!, newest),
        }),
      ];
    });
    const stored = new Set(judged.accepted.map(({ reading }) => hourOf(reading.at)));
    const isNeeded = (mark: MarkRow) => stored.has(numberIn(mark));
    const [needed, others] = [marks.filter(isNeeded), marks.filter((mark) => !isNeeded(mark))];
    const alongside = writing.length > 0 ? beside?.() : undefined;
    await Promise.all([...writing, schedule(tenant, deviceId, needed), this.#withdraw(others), alongside]);
    return { accepted: judged.accepted.length, refused: judged.refused };
  }

  /** Undoes the first wave, if nothing is stored. */
  async withdraw(): Promise<void> {
    await this.#withdraw(await this.#marks);
  }

  async #withdraw(marks: readonly MarkRow[]): Promise<void> {
    const { tenant, deviceId } = this.#arrival;
    await schedule(tenant, deviceId, await withdraw(tenant, deviceId, marks));
  }
}

/** Whether a reading of this instant can be accepted from any sender. */
const isPossible = (at: number, stamp: number): boolean => !isTooFarAhead(at, stamp) && at > stamp - longestKept;

interface Judging {
  /** Older readings are refused. */
  readonly retentionDays: number;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly report: Report;
}

/** Which readings are accepted. */
export async function judge(
  { tenant, readings, stamp }: Pick<Arrival, 'tenant' | 'readings' | 'stamp'>,
  series: KnownSeries,
  { retentionDays, now, report }: Judging,
): Promise<{ readonly accepted: readonly Accepted[]; readonly refused: readonly RefusedReading[] }> {
  const oldestAt = now - retentionDays * millisecondsPerDay;
  const timely = readings.filter((one): one is ReportedReading => !isRefused(one) && !judgeTime(one, stamp));
  await series.learn(timely, report);
  const [accepted, refusals]: [Accepted[], RefusedReading[]] = [[], []];
  for (const one of readings) {
    const read = isRefused(one) ? one : (judgeTime(one, stamp) ?? series.judge(one, { oldestAt, retentionDays }));
    if ('cause' in read) refusals.push(read);
    else accepted.push(read);
  }
  const { accepted: taken, ended } = await separateEnded(tenant, accepted);
  return { accepted: taken, refused: [...refusals, ...ended].sort((a, b) => a.place - b.place) };
}

const judgeTime = (reported: ReportedReading, stamp: number): RefusedReading | undefined =>
  isTooFarAhead(reported.at, stamp)
    ? refused(reported, 'TIMESTAMP_IN_FUTURE', 'recordedAt: Should be at most 5 minutes in the future')
    : undefined;

const put = (tenant: TenantReference, { sensorId }: SeriesRow, chunk: Chunk, retentionDays: number): Promise<void> =>
  telemetry.put(chunkKey(tenant, sensorId, chunk), {
    readings: chunk.readings,
    ttl: rawUntil(chunk.newestAt, retentionDays),
  });

function newestOf(readings: readonly PlacedReading[]): PlacedReading {
  return readings.reduce((newest, one) =>
    one.at > newest.at || (one.at === newest.at && one.place > newest.place) ? one : newest,
  );
}

/** The rights to store readings; the `defersTo` is `defersOfIngest`. */
export const tablesOfIngest: Tables = together([
  tablesOfSeries,
  tablesOfFirstReport,
  { telemetry: ['BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'], main: ['PutItem'] },
]);
export const defersOfIngest = [FoldMessage];
