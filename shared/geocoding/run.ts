import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderInLine } from '../queue/message.ts';
import { sendInLine } from '../queue/sender.ts';
import { runKeys } from '../table/keys/geocoding.ts';
import { pack, unpack } from '../table/packed.ts';
import { Table } from '../table/table.ts';
import type { GeocodingSettings } from '../tenancy/geocoding-settings.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Geocode } from './geocode.ts';
import { beginTurns, resumeTurns } from './turns-row.ts';

/**
 * A run: many addresses of one request, in chunks that workers geocode in parallel. Each chunk is written once, however
 * often its message is delivered, and the worker that completes the last one sends the order `whenDone`.
 */

/**
 * Addresses in a chunk. A chunk takes a second when five workers share 50 addresses a second, so some worker is soon
 * free for a run whose caller waits.
 */
export const chunkSize = 10;

const keptSeconds = 7 * 86_400;

export interface RunPlan {
  readonly addresses: readonly string[];
  readonly settings: GeocodingSettings;
  /** When the caller stops waiting, in milliseconds since 1970; null means never. */
  readonly until: number | null;
  /** Whether a caller waits for the response: such runs are handled before others of the workspace. */
  readonly waitedFor: boolean;
  /** What to send once every chunk is geocoded. */
  readonly whenDone: OrderInLine | null;
}

export interface RunRow {
  readonly chunks: number;
  /** Chunks that are done; absent if there are none. */
  readonly geocoded?: ReadonlySet<number>;
  /** JSON. */
  readonly settings: string;
  readonly until: number | null;
  readonly waitedFor: boolean;
  /** JSON. */
  readonly whenDone: string;
}

const main = new Table('main');

/** When the rows about a request may be removed, in seconds since 1970. */
export const ttlFrom = (now: number): number => Math.ceil(now / 1000) + keptSeconds;

/**
 * Writes the run, and registers its chunks to be sent when their turns come. A run without addresses is done at once.
 */
export async function startRun(tenant: TenantReference, id: string, plan: RunPlan): Promise<void> {
  const { addresses, settings, until, waitedFor, whenDone } = plan;
  const chunks = Math.ceil(addresses.length / chunkSize);
  const ttl = ttlFrom(Date.now());
  await Promise.all(
    Array.from({ length: chunks }, (_, chunk) => {
      const own = addresses.slice(chunk * chunkSize, (chunk + 1) * chunkSize);
      return main.put(runKeys.addresses(tenant, id, chunk), { addresses: pack(own), ttl });
    }),
  );
  const row: RunRow = {
    chunks,
    settings: JSON.stringify(settings),
    until,
    waitedFor,
    whenDone: JSON.stringify(whenDone),
  };
  await main.put(runKeys.run(tenant, id), { ...row, ttl });
  if (chunks === 0) await sendDone(row);
  else await beginTurns(tenant, { run: id, chunks, until, waitedFor });
}

/** Continues a run whose starter may have crashed before its chunks were sent. */
export async function resumeRun(tenant: TenantReference, id: string, row: RunRow): Promise<void> {
  const { chunks, until, waitedFor } = row;
  if (isDone(row)) await sendDone(row);
  else await resumeTurns(tenant, { run: id, chunks, until, waitedFor });
}

export async function sendDone(row: RunRow): Promise<void> {
  const done = JSON.parse(row.whenDone) as OrderInLine | null;
  if (done) await sendInLine(done);
}

export const isDone = ({ chunks, geocoded }: RunRow): boolean => (geocoded?.size ?? 0) >= chunks;

export async function readRun(tenant: TenantReference, id: string): Promise<RunRow | undefined> {
  return await main.get<RunRow>(runKeys.run(tenant, id));
}

const pollMilliseconds = 150;

/** Waits for the run. Returns it when it is done, or as it is at the deadline. */
export async function awaitRun(tenant: TenantReference, id: string, until: number): Promise<RunRow> {
  for (;;) {
    const row = await readRun(tenant, id);
    if (!row) throw new Error(`Run ${id} is gone`);
    if (isDone(row) || Date.now() >= until) return row;
    await sleep(pollMilliseconds);
  }
}

/** The outcome of each address, in their order; undefined for those whose chunk is not done. */
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
