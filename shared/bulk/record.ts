import type { Actor } from '../outbox/event.ts';
import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { batchKeys } from '../table/keys/batches.ts';
import { moveOn } from '../table/move.ts';
import { pack, unpack } from '../table/packed.ts';
import { type Row, Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import type { Decision } from './decision.ts';
import type { BulkItem } from './item.ts';
import type { Strategy } from './wire.ts';

/**
 * A batch as rows: its record, its items in chunks, the decisions about them, and the outcome of each item that is to
 * be created.
 *
 * The states are `open` → `deciding` → `writing` → `completed`. `aborted` means that a duplicate refused the batch,
 * `closed` that time ran out before anything was written.
 */
export type BatchState = 'open' | 'deciding' | 'writing' | 'completed' | 'aborted' | 'closed';

/** The states in which decisions are valid. */
const decidedStates: readonly BatchState[] = ['writing', 'completed', 'aborted'];

/** The deadlines of a synchronous batch, in milliseconds since 1970. */
export interface Deadlines {
  /** After this time the batch is decided without the addresses that are not geocoded yet. */
  readonly geocode: number;
  /** After this time no decision begins. */
  readonly decide: number;
  /** After this time no write begins. */
  readonly write: number;
}

export interface BatchRow {
  readonly id: string;
  readonly state: BatchState;
  readonly strategy: Strategy;
  /** The number of items that are processed. */
  readonly total: number;
  readonly chunks: number;
  /** Null for an asynchronous batch. */
  readonly deadlines: Deadlines | null;
  /** The principal of the request. */
  readonly principal: string;
  readonly address: string;
  readonly requestId: string;
  /** The attempt at deciding whose decisions are valid. */
  readonly attempt?: string;
  /** What a closed batch was waiting for. */
  readonly closedFor?: 'geocoder' | 'queue';
  /** Milliseconds since 1970. From this time on the batch is not shown. */
  readonly expiresAt: number;
}

const itemsAChunk = 25;
const decisionsAChunk = 25;
const keptMilliseconds = 7 * 86_400_000;

const main = new Table('main');

/** The `ttl` of all rows of a batch, in seconds since 1970. */
const ttlOf = ({ expiresAt }: Pick<BatchRow, 'expiresAt'>): number => Math.ceil(expiresAt / 1000);

export type NewBatch = Pick<BatchRow, 'id' | 'strategy' | 'deadlines'>;

/** Writes an undecided batch. False when it exists already because the request is a retry. */
export async function createBatch(
  { tenant: { reference }, principal, address, requestId }: Actor,
  batch: NewBatch,
  items: readonly BulkItem[],
): Promise<boolean> {
  const expiresAt = Date.now() + keptMilliseconds;
  const ttl = ttlOf({ expiresAt });
  const chunks = slices(items, itemsAChunk);
  await Promise.all(
    chunks.map((own, chunk) => main.put(batchKeys.items(reference, batch.id, chunk), { items: pack(own), ttl })),
  );
  const facts = { state: 'open', total: items.length, chunks: chunks.length } as const;
  const row: BatchRow = { ...batch, ...facts, principal, address, requestId, expiresAt };
  const write = main.put(batchKeys.batch(reference, batch.id), { ...row, ttl }, absent);
  return await write.then(
    () => true,
    (error: unknown) => {
      if (isConditionFailed(error)) return false;
      throw error;
    },
  );
}

const slices = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

export async function readBatch(tenant: TenantReference, id: string): Promise<BatchRow | undefined> {
  const row = await main.get<BatchRow>(batchKeys.batch(tenant, id));
  return row && row.expiresAt > Date.now() ? row : undefined;
}

export async function readItems(tenant: TenantReference, { id, chunks }: BatchRow): Promise<BulkItem[]> {
  const keys = Array.from({ length: chunks }, (_, chunk) => batchKeys.items(tenant, id, chunk));
  const rows = await main.getMany<{ items: Uint8Array }>(keys);
  return rows.flatMap((row) => {
    if (!row) throw new Error(`Batch ${id} lacks items`);
    return unpack<BulkItem[]>(row.items);
  });
}

/**
 * Writes the decisions of one attempt. They become valid when the batch's record names the attempt and reaches a state
 * with valid decisions.
 */
export async function writeDecisions(
  tenant: TenantReference,
  batch: BatchRow,
  attempt: string,
  decisions: readonly Decision[],
): Promise<void> {
  const ttl = ttlOf(batch);
  await Promise.all(
    slices(decisions, decisionsAChunk).map((own, chunk) =>
      main.put(batchKeys.decisions(tenant, batch.id, attempt, chunk), { decisions: pack(own), ttl }),
    ),
  );
}

/** The outcome of a decision to create. */
export type Outcome = { readonly status: 'created' } | { readonly status: 'failed'; readonly message: string };

export function outcomeRow(batch: BatchRow, index: number, outcome: Outcome): Row {
  return { index, ...outcome, ttl: ttlOf(batch) };
}

export interface Decided {
  /** In the order of the items. */
  readonly decisions: readonly Decision[];
  readonly outcomes: ReadonlyMap<number, Outcome>;
}

/** The decisions to create that have no outcome yet, in the order of the items. */
export const notEnded = ({ decisions, outcomes }: Decided) =>
  decisions.filter((decision) => decision.kind === 'create').filter(({ index }) => !outcomes.has(index));

/** The decisions and the outcomes so far. Empty while the decisions are not valid. */
export async function readDecided(tenant: TenantReference, { id, attempt, state }: BatchRow): Promise<Decided> {
  if (!attempt || !decidedStates.includes(state)) return { decisions: [], outcomes: new Map() };
  const between = (prefix: string) => ({ between: [`${prefix}#`, `${prefix}#~`] as const });
  const of = batchKeys.rows(tenant, id);
  const [chunks, outcomes] = await Promise.all([
    main.queryAll<{ decisions: Uint8Array }>(of, between(`decisions#${attempt}`)),
    main.queryAll<Outcome & { index: number }>(of, between('outcome')),
  ]);
  return {
    decisions: chunks.flatMap(({ decisions }) => unpack<Decision[]>(decisions)),
    outcomes: new Map(outcomes.map((outcome) => [outcome.index, outcome])),
  };
}

/** Moves a batch to its next state. Undefined when another writer moved it since it was read. */
export async function moveBatch(
  tenant: TenantReference,
  { id, state, attempt }: BatchRow,
  to: Partial<BatchRow>,
): Promise<BatchRow | undefined> {
  return await moveOn<BatchRow>(main, batchKeys.batch(tenant, id), { state, attempt }, to);
}

/** The actor of the request, for what is done on its behalf later. */
export const actorOf = (tenant: Tenant, { principal, address, requestId }: BatchRow): Actor => ({
  tenant,
  principal,
  address,
  requestId,
});
