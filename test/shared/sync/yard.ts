import { vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import type { Geocode } from '../../../shared/geocoding/geocode.ts';
import { type RunRow, readRun } from '../../../shared/geocoding/run.ts';
import { findGeofences } from '../../../shared/geofences/finder.ts';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { SyncMessage } from '../../../shared/messages/sync.ts';
import { planSync } from '../../../shared/sync/planner.ts';
import { readSyncPlans, showSyncPlan } from '../../../shared/sync/reader.ts';
import type { SyncPlanRow } from '../../../shared/sync/record.ts';
import { runSync } from '../../../shared/sync/runner.ts';
import { applySync } from '../../../shared/sync/starter.ts';
import { SyncPlanRequest } from '../../../shared/sync/wire.ts';
import { newId } from '../../../shared/table/ids.ts';
import { runKeys } from '../../../shared/table/keys/geocoding.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { pack, unpack } from '../../../shared/table/packed.ts';
import { takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { eventsOf } from '../../support/orders.ts';
import { caller, tenant, workspaceOf } from '../support/people.ts';

/** A workspace with geofences, their sync plans, and the queue between the requests and the worker. */

export type Body = Record<string, unknown>;

export const bulkTenant = (number = 1, plan: Parameters<typeof tenant>[1] = 'pro') => ({
  ...tenant(number, plan),
  features: ['BULK_IMPORT'],
});

export class Yard {
  readonly database = new DynamoDbFake();
  readonly me: Caller;
  /** Messages for the worker of plans that are not yet handled, and how many chunks were sent to the geocoder. */
  readonly queue: SyncMessage[] = [];
  chunksSent = 0;

  constructor(me: Caller = caller(bulkTenant())) {
    this.me = me;
    vi.stubEnv('GEOFENCES_SYNC_QUEUE_URL', `https://sqs.example.com/${SyncMessage.worker}`);
    vi.stubEnv('GEOCODING_GEOCODE_QUEUE_URL', 'https://sqs.example.com/geocode');
    takeMessages(({ QueueUrl, MessageBody }) => {
      if (QueueUrl.endsWith(SyncMessage.worker)) this.queue.push(SyncMessage.parse(JSON.parse(MessageBody)));
      else this.chunksSent += 1;
    });
    this.database.set('main', { ...workspaceKeys.workspace(me.tenant.reference), ...workspaceOf(me.tenant) });
  }

  async fence(draft: Body): Promise<Body & { id: string; version: number }> {
    const whole = { name: 'A', latitude: 50, longitude: 10, radiusMeters: 200, ...draft };
    return (await writeGeofences.open().create(this.me, whole, unrecorded)) as never;
  }

  async patch(id: string, body: Body): Promise<void> {
    await writeGeofences.open().update(this.me, id, body, 'patch', undefined);
  }

  async remove(id: string): Promise<void> {
    await writeGeofences.open().delete(this.me, id, undefined);
  }

  /** A plan after a request that does not wait. */
  async plan(body: Body, objectId = newId(Date.now()), who = this.me): Promise<SyncPlanRow> {
    return await planSync.open().plan(who, SyncPlanRequest.parse(body), { objectId }, 0);
  }

  async apply(id: string, objectId = newId(Date.now()), who = this.me): Promise<SyncPlanRow> {
    return await applySync.open().apply(who, id, { objectId }, 0);
  }

  /** Delivers messages until none is left; failed ones are redelivered. */
  async work(deliveries = 50): Promise<void> {
    for (let message = this.queue.shift(); message; message = this.queue.shift()) {
      if (deliveries-- === 0) throw new Error('Delivered too often');
      await runSync
        .open()
        .run(message, writeGeofences.open())
        .catch(() => void this.queue.push(message!));
    }
  }

  /** The part of the geocoder: every address of a run gets this outcome. */
  async geocode(plan: SyncPlanRow, geocodeOf: (address: string) => Geocode): Promise<void> {
    const { reference } = this.me.tenant;
    const run = (await readRun(reference, plan.id))!;
    for (let chunk = 0; chunk < run.chunks; chunk++) {
      const { pk, sk } = runKeys.addresses(reference, plan.id, chunk);
      const { addresses } = this.database.row('main', pk, sk) as { addresses: Uint8Array };
      const geocodes = unpack<string[]>(addresses).map(geocodeOf);
      this.database.set('main', { ...runKeys.geocodes(reference, plan.id, chunk), geocodes: pack(geocodes) });
    }
    const done = { ...run, geocoded: new Set(Array.from({ length: run.chunks }, (_, i) => i)) } satisfies RunRow;
    this.database.set('main', { ...done, ...runKeys.run(reference, plan.id) });
    this.queue.push({ tenant: reference, plan: plan.id });
  }

  /** The plan as the API shows it, with all of its changes. */
  async see(id: string) {
    const plans = readSyncPlans.open();
    const plan = await plans.get(this.me.tenant, id);
    const page = { limit: 10_000, offset: 0, after: undefined, counted: true };
    const { rows } = await plans.changes(this.me.tenant, plan, page);
    return { ...showSyncPlan(plan), changes: rows.map(({ item }) => item) };
  }

  /** Plans, applies and works; returns the final plan. */
  async synced(body: Body) {
    const { id } = await this.plan(body);
    await this.apply(id);
    await this.work();
    return await this.see(id);
  }

  /** All geofences as the API shows them, by external id. */
  async fences(): Promise<Map<string, Body>> {
    const page = { limit: 10_000, offset: 0, after: undefined, counted: true };
    const { rows } = await findGeofences.open().list(this.me.tenant, {}, page);
    return new Map(rows.map(({ item }) => [String(item.externalId), item as Body]));
  }

  /** How often each action was recorded. */
  events(): Record<string, number> {
    const actions = eventsOf(this.database.rows('main')).flatMap(({ action }) =>
      typeof action === 'string' ? [action] : [],
    );
    const counts: Record<string, number> = {};
    for (const action of actions.filter((one) => one.startsWith('geofence.')))
      counts[action] = (counts[action] ?? 0) + 1;
    return counts;
  }
}
