import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { vi } from 'vitest';
import { decideBatches } from '../../../shared/bulk/decider.ts';
import { PreviewRequest } from '../../../shared/bulk/preview-wire.ts';
import { previewBatches } from '../../../shared/bulk/previewer.ts';
import { readBatches } from '../../../shared/bulk/reader.ts';
import { submitBatches } from '../../../shared/bulk/submitter.ts';
import { BulkCreateRequest, type BulkResult } from '../../../shared/bulk/wire.ts';
import { type Geocode, missed, postponed } from '../../../shared/geocoding/geocode.ts';
import { geocodingRuns } from '../../../shared/geocoding/run-worker.ts';
import { DecideMessage } from '../../../shared/messages/decide-batch.ts';
import { ChunkMessage } from '../../../shared/messages/geocode.ts';
import { newId } from '../../../shared/table/ids.ts';
import { workspaceKeys } from '../../../shared/table/keys/workspaces.ts';
import type { Plan } from '../../../shared/tenancy/tenant.ts';
import { type SentMessage, takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, tenant, workspaceOf } from '../support/people.ts';
import { catchOutput } from '../support/platform.ts';
import { breath, type Ended, type Kill, Processes } from './processes.ts';

/**
 * Bulk creation as it is deployed, in one process: requests, queues that deliver as SQS does, and their workers, with a
 * database in memory and a table as geocoder. Time passes only while all of them wait for it.
 */

type Function = 'submit' | 'geocode' | 'decide';

interface Message {
  readonly worker: string;
  readonly body: Record<string, unknown>;
  receives: number;
}

export type Given = Parameters<typeof BulkCreateRequest.parse>[0];

export interface Circumstances {
  readonly seed?: number;
  readonly plan?: Plan;
}

const redeliveryMilliseconds = 1000;
const mostReceives = 12;
const deduplicatedMilliseconds = 5 * 60_000;

/** The answers of the table; an address that is missing is not found. */
export type Places = Readonly<Record<string, Geocode>>;

export function placeAt(latitude: number, longitude: number, label = 'Somewhere', confidence = 0.9): Geocode {
  return { kind: 'found', latitude, longitude, label, confidence };
}

export class Pipeline {
  readonly database = new DynamoDbFake();
  readonly caller;
  places: Places = {};
  /** How long the geocoder takes for a chunk. */
  thinkMilliseconds: (addresses: readonly string[]) => number = () => 0;
  /** The call at which each delivery, or request, is killed. */
  kill: (what: Function, receives: number) => Kill | undefined = () => undefined;
  /** How many additional times a message is delivered, and how late. */
  copies: (what: Function) => number = () => 0;
  delayMilliseconds: (what: Function, body: Record<string, unknown>) => number = () => 0;
  /** Messages of each worker, as they were sent and accepted. */
  readonly sent: Message[] = [];
  /** Messages that were delivered too often. */
  readonly dead: Message[] = [];
  /** Batches in the order in which their decisions were first requested. */
  readonly decided: string[] = [];
  readonly processes: Processes;
  #underWay = 0;
  readonly #names = new Map<string, number>();
  readonly #lines = new Map<string, Promise<void>>();

  constructor({ seed = 1, plan = 'enterprise' }: Circumstances = {}) {
    vi.useFakeTimers({ now: Date.parse('2026-03-22T10:00:00Z'), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    vi.spyOn(timers, 'setTimeout').mockImplementation(sleep as never);
    syncBuiltinESMExports();
    catchOutput();
    this.processes = new Processes(seed);
    this.caller = caller(tenant(1, plan));
    const { workspace } = this.caller;
    this.database.set('main', { ...workspace, ...workspaceKeys.workspace(workspace.reference) });
    this.database.before = async () => await this.processes.stop('before');
    this.database.after = async () => await this.processes.stop('after');
    this.database.between = async () => await this.processes.between();
    for (const name of ['GEOFENCES_DECIDE_BATCH', 'GEOCODING_GEOCODE']) vi.stubEnv(`${name}_QUEUE_URL`, name);
    takeMessages(async (message) => {
      await this.processes.stop('before');
      this.#take(message);
      await this.processes.stop('after');
    });
  }

  close(): void {
    this.database.restore();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    vi.useRealTimers();
    syncBuiltinESMExports();
  }

  /** Another workspace. */
  other(number: number, plan: Plan = 'enterprise') {
    const one = caller(tenant(number, plan));
    this.database.set('main', { ...workspaceOf(one.tenant), ...workspaceKeys.workspace(one.tenant.reference) });
    return one;
  }

  /** A request that waits for its response. */
  async create(given: Given, id = newId(Date.now()), by = this.caller): Promise<BulkResult[]> {
    const answer = await this.#request(() =>
      submitBatches.open().create(by, BulkCreateRequest.parse(given), { objectId: id }),
    );
    if (answer.kind === 'killed') throw new Error('The request died');
    return answer.value;
  }

  /** A request that does not wait; undefined if it crashed. */
  async accept(given: Given, id = newId(Date.now()), by = this.caller): Promise<BulkResult[] | undefined> {
    const answer = await this.#request(() =>
      submitBatches.open().accept(by, BulkCreateRequest.parse(given), { objectId: id }),
    );
    return answer.kind === 'killed' ? undefined : answer.value.results;
  }

  async preview(given: Given, by = this.caller) {
    const answer = await this.#request(() => previewBatches.open().preview(by, PreviewRequest.parse(given)));
    if (answer.kind === 'killed') throw new Error('The request died');
    return answer.value;
  }

  /** The state of a batch, as a caller reads it. */
  status(id: string, by = this.caller) {
    return readBatches.open().status(by.tenant, id);
  }

  /** Waits for this time, while everything continues. */
  async pass(milliseconds: number): Promise<void> {
    await this.until(wait(milliseconds));
  }

  async #request<T>(does: () => Promise<T>): Promise<Ended<T>> {
    return await this.until(this.processes.run(this.kill('submit', 1), does));
  }

  /** Lets everything continue until the promise is settled. */
  async until<T>(what: Promise<T>): Promise<T> {
    let settled = false;
    const note = () => {
      settled = true;
    };
    what.then(note, note);
    await this.#go(() => settled);
    return await what;
  }

  /** Lets everything continue until no message is left. */
  async drain(): Promise<void> {
    await this.#go(() => this.#underWay === 0);
  }

  /** Time passes when nobody can continue without it. */
  async #go(isDone: () => boolean): Promise<void> {
    for (;;) {
      await breath();
      if (isDone()) return;
      if (this.processes.waiting === 0) await vi.advanceTimersToNextTimerAsync();
    }
  }

  #take({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }: SentMessage): void {
    const worker = QueueUrl === 'GEOCODING_GEOCODE' ? ChunkMessage.worker : DecideMessage.worker;
    const message: Message = { worker, body: JSON.parse(MessageBody), receives: 0 };
    if (worker === ChunkMessage.worker) {
      this.sent.push(message);
      for (let i = this.copies('geocode'); i >= 0; i--) void this.#deliver('geocode', { ...message });
      return;
    }
    const name = `${MessageGroupId}\n${MessageDeduplicationId}`;
    const known = this.#names.get(name);
    if (known !== undefined && Date.now() - known < deduplicatedMilliseconds) return;
    this.#names.set(name, Date.now());
    this.sent.push(message);
    const before = this.#lines.get(MessageGroupId!) ?? Promise.resolve();
    this.#lines.set(MessageGroupId!, this.#deliver('decide', message, before));
  }

  /** Delivers the message until the worker has handled it, or until it was delivered too often. */
  async #deliver(what: 'geocode' | 'decide', message: Message, after = Promise.resolve()): Promise<void> {
    this.#underWay += 1;
    await after;
    const { body } = message;
    const delay = this.delayMilliseconds(what, body);
    if (delay > 0) await wait(delay);
    for (;;) {
      message.receives += 1;
      if (what === 'decide' && !this.decided.includes(body.batch as string)) this.decided.push(body.batch as string);
      const kill = this.kill(what, message.receives);
      const ended = await this.processes.run(kill, () => this.#work(message)).catch((error: unknown) => ({ error }));
      if ('kind' in ended && ended.kind === 'done') break;
      if (message.receives >= mostReceives) {
        this.dead.push(message);
        break;
      }
      await wait(redeliveryMilliseconds);
    }
    this.#underWay -= 1;
  }

  async #work({ worker, body }: Message): Promise<void> {
    if (worker === DecideMessage.worker) await decideBatches.open().run(DecideMessage.parse(body));
    else await geocodingRuns([]).open().geocode(ChunkMessage.parse(body), this);
  }

  /** The geocoder. */
  async geocodeAll(addresses: readonly string[], _: unknown, until: number): Promise<Geocode[]> {
    const think = this.thinkMilliseconds(addresses);
    if (think > 0) await wait(Math.max(0, Math.min(think, until - Date.now())));
    if (Date.now() >= until) return addresses.map(() => postponed('throttled'));
    return addresses.map((address) => this.places[address] ?? missed());
  }
}

export const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
