import { type Addressee, defineCapability } from '../capability/capability.ts';
import { ChunkMessage } from '../messages/geocode.ts';
import { absent } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { runKeys } from '../table/keys/geocoding.ts';
import { pack, unpack } from '../table/packed.ts';
import { Table } from '../table/table.ts';
import type { GeocodingSettings } from '../tenancy/geocoding-settings.ts';
import type { Geocoder } from './geocoder.ts';
import { isDone, type RunRow, readRun, sendDone, ttlFrom } from './run.ts';
import { endTurn } from './turns-row.ts';

/** The time for a chunk. An address that the provider still refuses then is reported as to be retried. */
const longestMilliseconds = 20_000;
/** The part of a waiting caller's time that is reserved for writing the outcomes. */
const writingMilliseconds = 400;

const main = new Table('main');

class GeocodingRuns {
  /** Idempotent: the first outcome of a chunk is kept, and the message about the end of the run is sent again. */
  async geocode(message: ChunkMessage, geocoder: Pick<Geocoder, 'geocodeAll'>): Promise<void> {
    const { tenant, run, chunk } = message;
    const row = await readRun(tenant, run);
    const isWanted = row && (row.until === null || row.until > Date.now());
    const after = isWanted ? await ended(message, row, geocoder) : undefined;
    const ends = [endTurn(tenant, { run, chunk }), ...(after && isDone(after) ? [sendDone(after)] : [])];
    const broken = (await Promise.allSettled(ends)).find((end) => end.status === 'rejected');
    if (broken) throw broken.reason;
  }
}

/** The run as it is after this chunk is done. */
async function ended(
  { tenant, run, chunk }: ChunkMessage,
  row: RunRow,
  geocoder: Pick<Geocoder, 'geocodeAll'>,
): Promise<RunRow> {
  if (!row.geocoded?.has(chunk)) {
    const now = Date.now();
    const written = await main.get<{ addresses: Uint8Array }>(runKeys.addresses(tenant, run, chunk));
    if (!written) throw new Error(`Run ${run} has no chunk ${chunk}`);
    const until = Math.min(now + longestMilliseconds, (row.until ?? Number.POSITIVE_INFINITY) - writingMilliseconds);
    const settings = JSON.parse(row.settings) as GeocodingSettings;
    const geocodes = await geocoder.geocodeAll(unpack<string[]>(written.addresses), settings, until);
    const outcome = { geocodes: pack(geocodes), ttl: ttlFrom(now) };
    await main.put(runKeys.geocodes(tenant, run, chunk), outcome, absent).catch(unlessChanged);
  }
  const done = { expression: 'ADD geocoded :chunk', values: { ':chunk': new Set([chunk]) } };
  return await main.update<RunRow>(runKeys.run(tenant, run), done);
}

/** @param told the workers to which a run may send a message at its end */
export const geocodingRuns = (told: readonly Addressee[]) =>
  defineCapability({
    tables: { main: ['GetItem', 'PutItem', 'UpdateItem'] },
    sendsTo: [ChunkMessage, ...told],
    open: () => new GeocodingRuns(),
  });
