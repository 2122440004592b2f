import { vi } from 'vitest';
import type { Caller } from '../../../shared/auth/caller.ts';
import { devices } from '../../../shared/devices/devices.ts';
import { creates } from '../../../shared/entity/create.ts';
import { createExports } from '../../../shared/exports/create.ts';
import { deleteExports, removeExportFiles } from '../../../shared/exports/delete.ts';
import { readExports } from '../../../shared/exports/read.ts';
import { runExports } from '../../../shared/exports/run.ts';
import { watchExports } from '../../../shared/exports/watch.ts';
import type { ExportDraft } from '../../../shared/exports/wire.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import type { ExportMessage, RemoveFilesMessage, WatchMessage } from '../../../shared/messages/exports.ts';
import { chunkKey, chunksOf } from '../../../shared/readings/chunk.ts';
import type { Value } from '../../../shared/readings/value.ts';
import { dueSweeper } from '../../../shared/relay/due-sweeper.ts';
import { deviceKeys } from '../../../shared/table/keys/devices.ts';
import { locationKeys } from '../../../shared/table/keys/locations.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import { components } from '../../../shared/topology/components.ts';
import { sensors } from '../../../shared/topology/sensors.ts';
import { sites } from '../../../shared/topology/sites.ts';
import { type SentMessage, takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { S3Fake } from '../../support/s3-fake.ts';
import { unzipped } from '../archives/reading.ts';
import { caller, workspaceOf } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';

/** Exports without the API: a workspace in memory, the store of files, and the queues of both workers. */

export const day = 86_400_000;
/** The present time of the tests; everything that they store is from the day before. */
export const now = Date.parse('2026-03-22T12:00:00Z');
export const yesterday = now - day;

/** The messages that wait, as the outbox and the workers have sent them. */
interface Waiting {
  readonly worker: string;
  // biome-ignore lint/suspicious/noExplicitAny: a message of any worker
  readonly message: any;
}

export class Yard {
  readonly database = new DynamoDbFake();
  readonly store = new S3Fake();
  readonly owner: Caller = caller();
  readonly tenant = this.owner.tenant;
  waiting: Waiting[] = [];
  readonly #silence = takeMessages((sent) => this.#take(sent));
  readonly #seen = new Set<string>();

  constructor() {
    catchOutput();
    process.env.EXPORTS_RUN_QUEUE_URL = 'https://sqs/exports-run';
    process.env.EXPORTS_WATCH_QUEUE_URL = 'https://sqs/exports-watch';
    vi.useFakeTimers({ now: now - 1000, toFake: ['Date'] });
    const workspace = workspaceOf(this.tenant);
    this.database.set('main', { ...workspaceKeys.workspace(this.tenant.reference), ...workspace });
  }

  end(): void {
    this.#silence();
    this.store.restore();
    this.database.restore();
    vi.restoreAllMocks();
    vi.useRealTimers();
  }

  #take({ QueueUrl, MessageBody }: SentMessage): void {
    this.waiting.push({ worker: QueueUrl.replace(/.*exports-/, 'exports/'), message: JSON.parse(MessageBody) });
  }

  /** Lets time pass, and sends the messages that are due. */
  async later(milliseconds: number): Promise<void> {
    vi.setSystemTime(Date.now() + milliseconds);
    await dueSweeper.open().sweep();
  }

  /** Sends the messages of events that were recorded since the last time, as the relay does. */
  relay(): void {
    for (const { pk, sk, orders } of this.database.rows('main', (row) => String(row.pk).endsWith('#outbox'))) {
      if (this.#seen.has(`${pk} ${sk}`)) continue;
      this.#seen.add(`${pk} ${sk}`);
      this.waiting.push(...(JSON.parse(String(orders ?? '[]')) as Waiting[]));
    }
  }

  /** Delivers the next message. If the worker fails, the message is the first one again. */
  async step(): Promise<void> {
    const next = this.waiting.shift();
    if (!next) return;
    try {
      await this.#work(next);
    } catch (error) {
      this.waiting.unshift(next);
      throw error;
    }
  }

  async #work({ worker, message }: Waiting): Promise<void> {
    if (worker === 'exports/run') await runExports.open().run(message as ExportMessage);
    if (worker === 'exports/watch') await watchExports.open().check(message as WatchMessage);
    if (worker === 'exports/remove-files') await removeExportFiles.open().remove(message as RemoveFilesMessage);
  }

  /** Works until no message waits; failed messages are redelivered. */
  async work(most = 200): Promise<void> {
    let last: unknown;
    this.relay();
    for (let i = 0; this.waiting.length > 0; i++) {
      if (i === most) throw new Error('It never ends', { cause: last });
      await this.step().catch((error: unknown) => {
        last = error;
      });
      this.relay();
    }
  }

  ask(draft: Partial<ExportDraft>, by = this.owner) {
    this.#tick();
    return createExports
      .open()
      .create(by, { from: yesterday, to: now, format: 'CSV', ...draft } as ExportDraft, unrecorded);
  }
  get = (id: string, by = this.owner) => readExports.open().get(by, id);
  delete = (id: string, by = this.owner) => deleteExports.open().delete(by, id);

  /** The files of an export that is ready, as text, by their names. */
  async filesOf(id: string): Promise<Record<string, string>> {
    const { downloadUrl } = await this.get(id);
    const files = await unzipped(this.store.open(downloadUrl!));
    return Object.fromEntries([...files].map(([name, content]) => [name, content.toString('utf8')]));
  }

  /** The published events of exports, in order. */
  published(): { readonly action: string; readonly data: Record<string, unknown> }[] {
    return this.database
      .rows('main', ({ pk, action }) => String(pk).includes('#published#') && String(action).startsWith('export.'))
      .sort((a, b) => (String(a.sk) < String(b.sk) ? -1 : 1))
      .map(({ action, data }) => ({ action: String(action), data: JSON.parse(String(data)) }));
  }

  /** Lets a millisecond pass, so that ids are in the order of their creation. */
  #tick(): void {
    vi.setSystemTime(Date.now() + 1);
  }

  site = async (name = 'Depot') =>
    (
      await creates(sites)
        .open()
        .create(this.owner, { name } as never, unrecorded)
    ).id;

  async device(values: object = {}): Promise<string> {
    this.#tick();
    return (
      await creates(devices)
        .open()
        .create(this.owner, { name: 'Van 7', ...values } as never, unrecorded)
    ).id;
  }

  async sensor(deviceId: string, key = 'temperature', more: object = {}, component = 'boiler-1') {
    this.#tick();
    const made = await creates(components)
      .open()
      .create(this.owner, { deviceId, name: component } as never, unrecorded);
    return await this.sensorOf(made.id, key, more);
  }

  async sensorOf(componentId: string, key: string, more: object = {}) {
    this.#tick();
    const body = { componentId, key, valueType: 'DOUBLE', ...more };
    const { id } = await creates(sensors)
      .open()
      .create(this.owner, body as never, unrecorded);
    return { id, componentId };
  }

  /** Stores readings of a sensor, by their instants. */
  readings(sensorId: string, values: readonly (readonly [at: number, value: Value])[]): void {
    const placed = values.map(([at, value], place) => ({ at, value, place }));
    for (const chunk of chunksOf(placed, now)) {
      const { readings } = chunk;
      const key = chunkKey(this.tenant.reference, sensorId, chunk);
      this.database.set('telemetry', { ...key, readings, ttl: (now + 90 * day) / 1000 });
    }
  }

  /** Stores points of a device at these instants. */
  points(deviceId: string, instants: readonly number[], more: object = {}): void {
    const { reference } = this.tenant;
    for (const at of instants) {
      const key = locationKeys.point(reference, deviceId, at);
      const row = { y: 469000000, x: -74000000, at: at + 1000, ttl: (now + 90 * day) / 1000, ...more };
      this.database.set('telemetry', { ...key, ...row });
    }
    const ends = { firstAt: Math.min(...instants), newestAt: Math.max(...instants) };
    this.database.set('main', { ...deviceKeys.head(reference, deviceId), ...ends });
  }
}

export const lines = (text: string): string[] => text.split('\r\n').slice(0, -1);
