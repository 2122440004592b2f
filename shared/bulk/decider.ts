import { defineCapability } from '../capability/capability.ts';
import { geocodesOf, isDone, readRun } from '../geocoding/run.ts';
import { log } from '../log/log.ts';
import type { DecideMessage } from '../messages/decide-batch.ts';
import { newId } from '../table/ids.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { createAll } from './creator.ts';
import { decideByPlaces } from './deciding.ts';
import { type Located, locate } from './decision.ts';
import { closeWriting, complete } from './ending.ts';
import type { BulkItem } from './item.ts';
import { type BatchRow, moveBatch, notEnded, readBatch, readDecided, readItems, writeDecisions } from './record.ts';
import { duplicateIn } from './results.ts';

/** The time limit of one run of the worker; the next delivery does the rest. */
const longestMilliseconds = 45_000;

const main = new Table('main');

/**
 * Decides a batch and creates the geofences. The queue delivers the batches of a workspace one after the other.
 * Redelivery after a failure is harmless: decisions stay, and geofences that exist are not created again.
 */
class BatchDecider {
  async run({ tenant: reference, batch: id, late }: DecideMessage): Promise<void> {
    const until = Date.now() + longestMilliseconds;
    const [found, workspace] = await Promise.all([
      readBatch(reference, id),
      main.get<WorkspaceRow>(workspaceKeys.workspace(reference)),
    ]);
    if (!found || !workspace) return;
    const tenant = tenantOf(workspace);
    const batch = await this.#decided(tenant, found, late);
    if (batch?.state === 'writing') await this.#write(tenant, batch, until);
  }

  /** The batch with its decisions. Undefined when it was closed, or when another delivery moved it first. */
  async #decided(tenant: Tenant, found: BatchRow, late: boolean): Promise<BatchRow | undefined> {
    if (found.state !== 'open' && found.state !== 'deciding') return found;
    const { reference } = tenant;
    const { deadlines } = found;
    if (deadlines && Date.now() >= (found.state === 'open' ? deadlines.decide : deadlines.write)) {
      return await moveBatch(reference, found, { state: 'closed', closedFor: 'queue' });
    }
    const began = Date.now();
    const attempt = newId(began);
    const batch = await moveBatch(reference, found, { state: 'deciding', attempt });
    if (!batch) return undefined;
    const items = await readItems(reference, batch);
    const places = await this.#places(reference, batch, items, late);
    if (!places) return await moveBatch(reference, batch, { state: 'closed', closedFor: 'geocoder' });
    const decisions = await decideByPlaces(reference, items, places, batch.strategy);
    await writeDecisions(reference, batch, attempt, decisions);
    log().info('batch decided', { batch: batch.id, items: items.length, milliseconds: Date.now() - began });
    if (duplicateIn(batch, decisions))
      return await complete(tenant, batch, 'aborted', { decisions, outcomes: new Map() });
    return await moveBatch(reference, batch, { state: 'writing' });
  }

  /** The places of the items. Undefined when all of them are required and some are unknown. */
  async #places(
    tenant: TenantReference,
    batch: BatchRow,
    items: readonly BulkItem[],
    late: boolean,
  ): Promise<Located[] | undefined> {
    const run = await readRun(tenant, batch.id);
    if (!run) throw new Error(`Batch ${batch.id} has no run of geocoding`);
    if (!late && !isDone(run)) throw new Error(`Batch ${batch.id} is not geocoded`);
    const geocodes = await geocodesOf(tenant, batch.id, run);
    const places = locate(items, geocodes);
    const all = batch.strategy === 'fail' && batch.deadlines !== null;
    const unknown = places.some((place) => place.kind === 'error' && place.code === 'GEOCODER_RATE_LIMIT');
    return all && unknown ? undefined : places;
  }

  async #write(tenant: Tenant, batch: BatchRow, until: number): Promise<void> {
    const began = Date.now();
    const { reference } = tenant;
    const [items, decided] = await Promise.all([readItems(reference, batch), readDecided(reference, batch)]);
    const work = { tenant, batch, items: new Map(items.map((item) => [item.index, item])) };
    const left = notEnded(decided);
    const { write } = batch.deadlines ?? { write: Number.POSITIVE_INFINITY };
    const all = await createAll(work, left, Math.min(until, write));
    log().info('batch written', { batch: batch.id, items: left.length, milliseconds: Date.now() - began });
    if (!all && Date.now() < write) throw new Error(`Batch ${batch.id} is not written to its end`);
    await closeWriting(tenant, batch);
  }
}

export const decideBatches = defineCapability({
  tables: {
    main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
    cells: ['Query', 'PutItem'],
    access: ['UpdateItem', 'GetItem'],
  },
  open: () => new BatchDecider(),
});
