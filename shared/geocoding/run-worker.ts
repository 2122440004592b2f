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

/** The time for a chunk. Addresses without an outcome by then are reported as ones to retry. */
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
    const after = isWanted ? await completeChunk(message, row, geocoder) : undefined;
    const ends = [endTurn(tenant, { run, chunk }), ...(after && isDone(after) ? [sendDone(after)] : [])];
    const failed = (await Promise.allSettled(ends)).find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

/** Geocodes the chunk unless that was done before. Returns the run with this chunk done. */
async function completeChunk(
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

/** @param notified the workers to which a run may send a message at its end */
export const geocodingRuns = (notified: readonly Addressee[]) =>
  defineCapability({
    tables: { main: ['GetItem', 'PutItem', 'UpdateItem'] },
    sendsTo: [ChunkMessage, ...notified],
    open: () => new GeocodingRuns(),
  });
