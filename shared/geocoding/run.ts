import { setTimeout as sleep } from 'node:timers/promises';
import { geocodeWorker } from '../messages/geocode.ts';
import { type OrderedMessage, sendOrdered, sendTo } from '../queue/sender.ts';
import { runKeys } from '../table/keys/geocoding.ts';
import { pack, unpack } from '../table/packed.ts';
import { Table } from '../table/table.ts';
import type { GeocodingSettings } from '../tenancy/geocoding-settings.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Geocode } from './geocode.ts';

/**
 * A run: many addresses of one request, in chunks that workers geocode beside each other. Each chunk is written once,
 * however often its message comes, and whoever finishes the last one sends what was asked for.
 */

/** Addresses a chunk: at the pace of one worker about as many seconds as a person waits. */
const chunkSize = 25;

const keptSeconds = 7 * 86_400;

export interface RunPlan {
  readonly addresses: readonly string[];
  readonly settings: GeocodingSettings;
  /** When nobody waits any more, in milliseconds since 1970; null is never. */
  readonly until: number | null;
  /** What to send once every chunk is geocoded. */
  readonly whenDone: OrderedMessage | null;
}

export interface RunRow {
  readonly chunks: number;
  /** Chunks that are done; absent while there is none. */
  readonly geocoded?: ReadonlySet<number>;
  /** JSON. */
  readonly settings: string;
  readonly until: number | null;
  /** JSON. */
  readonly whenDone: string;
}

const main = new Table('main');

/** When rows about a request may go, in seconds since 1970. */
export const ttlFrom = (now: number): number => Math.ceil(now / 1000) + keptSeconds;

/** Writes the run and sends its chunks. A run without addresses is done at once. */
export async function startRun(tenant: TenantReference, id: string, plan: RunPlan): Promise<void> {
  const { addresses, settings, until, whenDone } = plan;
  const chunks = Math.ceil(addresses.length / chunkSize);
  const ttl = ttlFrom(Date.now());
  await Promise.all(
    Array.from({ length: chunks }, (_, chunk) => {
      const own = addresses.slice(chunk * chunkSize, (chunk + 1) * chunkSize);
      return main.put(runKeys.addresses(tenant, id, chunk), { addresses: pack(own), ttl });
    }),
  );
  const row: RunRow = { chunks, settings: JSON.stringify(settings), until, whenDone: JSON.stringify(whenDone) };
  await main.put(runKeys.run(tenant, id), { ...row, ttl });
  await sendChunks(tenant, id, row);
}

/** Sends what a run still lacks: at its start, or where whoever started it may have died before it was sent. */
export async function sendChunks(tenant: TenantReference, id: string, row: RunRow): Promise<void> {
  if (isDone(row)) return await sendDone(row);
  const missing = Array.from({ length: row.chunks }, (_, chunk) => chunk).filter((chunk) => !row.geocoded?.has(chunk));
  await Promise.all(missing.map((chunk) => sendTo(geocodeWorker, { tenant, run: id, chunk })));
}

export async function sendDone(row: RunRow): Promise<void> {
  const done = JSON.parse(row.whenDone) as OrderedMessage | null;
  if (done) await sendOrdered(done);
}

export const isDone = ({ chunks, geocoded }: RunRow): boolean => (geocoded?.size ?? 0) >= chunks;

export async function readRun(tenant: TenantReference, id: string): Promise<RunRow | undefined> {
  return await main.get<RunRow>(runKeys.run(tenant, id));
}

const pollMilliseconds = 150;

/** The run once it is done, or as it stands when the time is over. */
export async function awaitRun(tenant: TenantReference, id: string, until: number): Promise<RunRow> {
  for (;;) {
    const row = await readRun(tenant, id);
    if (!row) throw new Error(`Run ${id} is gone`);
    if (isDone(row) || Date.now() >= until) return row;
    await sleep(pollMilliseconds);
  }
}

/** What came of each address, in their order; undefined for those whose chunk has not come. */
export async function geocodesOf(
  tenant: TenantReference,
  id: string,
  { chunks }: RunRow,
): Promise<(Geocode | undefined)[]> {
  const keys = Array.from({ length: chunks }, (_, chunk) => runKeys.geocodes(tenant, id, chunk));
  const rows = await main.getMany<{ geocodes: Uint8Array }>(keys);
  return rows.flatMap((row) => {
    const known = row ? unpack<Geocode[]>(row.geocodes) : [];
    return Array.from({ length: chunkSize }, (_, i) => known[i]);
  });
}
