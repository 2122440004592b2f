import { vi } from 'vitest';
import { unlinks } from '../../../../shared/entity/unlink.ts';
import { UnlinkMessage } from '../../../../shared/messages/unlink.ts';
import { workspaceKeys } from '../../../../shared/table/keys/workspaces.ts';
import { Unlinker } from '../../../../shared/unlinking/unlinker.ts';
import { DynamoDbFake, fault } from '../../../support/dynamodb-fake.ts';
import { type Random, seededRandom } from '../../geo/support/random.ts';
import { Interleaving } from '../../support/interleaving.ts';
import { tenant, workspaceOf } from '../../support/people.ts';
import { kinds } from '../kinds.ts';
import { commandOf, idOf, queryOf } from './asking.ts';
import { Clients } from './clients.ts';
import { Grants } from './grants.ts';
import { History } from './history.ts';
import type { KindName } from './naive.ts';
import type { Ask, Plan, Step } from './plan.ts';

/** Clients and the worker, which all work on the entities of a workspace at once. */

/** A function is stopped at its timeout. */
const functionMilliseconds = 10_000;
const workspace = workspaceOf(tenant(1, 'free'));

export interface Storm {
  readonly database: DynamoDbFake;
  readonly history: History;
  readonly clients: Clients;
  readonly grants: Grants;
}

/** Runs a plan to its end, and the worker until no work is left; the caller restores the database. */
export async function storm({ seed, steps }: Plan): Promise<Storm> {
  vi.setSystemTime(Date.parse('2026-03-22T10:00:00Z'));
  const random = seededRandom(seed);
  vi.spyOn(Math, 'random').mockImplementation(random); // the waits of writers that lost a race
  const database = new DynamoDbFake();
  database.set('main', { ...workspace, ...workspaceKeys.workspace(workspace.reference) });
  const run = new Run(database, random);
  await run.begin();
  for (const step of steps) await run.take(step);
  return await run.end();
}

class Run {
  readonly #database: DynamoDbFake;
  readonly #random: Random;
  readonly #order: Interleaving;
  readonly #history = new History();
  readonly #grants = new Grants();
  readonly #clients: Clients;
  readonly #worker = new Unlinker(Object.values(kinds).map((kind) => unlinks(kind)));
  /** Requests to be repeated. */
  #again: (() => void)[] = [];

  constructor(database: DynamoDbFake, random: Random) {
    [this.#database, this.#random] = [database, random];
    this.#order = new Interleaving(random);
    this.#clients = new Clients(this.#history, this.#grants, tenant(1, 'free'));
    database.watch = (watched) => this.#history.watch(watched);
  }

  /** The entities before the storm: some of each kind, with references between all of them. */
  async begin(): Promise<void> {
    const kinds: KindName[] = ['yard', 'yard', 'yard', 'box', 'box', 'box', 'lock', 'lock', 'rule', 'rule', 'deed'];
    for (const [i, kind] of kinds.entries()) {
      const ask = {
        step: 'ask',
        verb: 'create',
        kind,
        which: 0,
        careful: 0,
        again: 0,
        killedAfter: undefined,
      } as const;
      const command = commandOf(this.#history.present, { ...ask, others: [i % 2, i % 2, i % 3, 0], word: 10 + i });
      if (command) await this.#clients.asked(command, false)();
    }
    this.#unleash();
  }

  #unleash(): void {
    const [database, random] = [this.#database, this.#random];
    database.order = (changes) => changes.toSorted(() => random() - 0.5);
    database.between = () => this.#order.between();
    database.before = async (call) => {
      this.#grants.see(call);
      await this.#order.stop('before');
      if (random() < 0.02) throw fault('ThrottlingException');
    };
    database.after = async ({ operation }) => {
      await this.#order.stop('after');
      if (operation !== 'TransactWriteCommand') return;
      if (random() < 0.04) throw fault('TimeoutError'); // a response that is lost
      if (random() < 0.04) throw fault('TransactionInProgressException'); // a transaction that is retried
    };
  }

  async take(step: Step): Promise<void> {
    if (step.step === 'ask') this.#ask(step);
    if (step.step === 'deliver') this.#deliver(this.#history.messages.at(-1 - step.ago), step.killedAfter);
    if (step.step === 'settle') await this.#order.finish();
    const draws = Math.floor(this.#random() * 14);
    for (let i = 0; i < draws; i++) await this.#order.draw();
    await this.#order.wait(step.step === 'wait' ? step.milliseconds : this.#random() * 14);
    if (this.#random() < 0.5) this.#again.shift()?.();
  }

  #start(name: string, killedAfter: Ask['killedAfter'], does: () => Promise<void>): void {
    const deadline = Date.now() + functionMilliseconds;
    void this.#order.start({ name, deadline, killedAfter }, does);
  }

  #ask(ask: Ask): void {
    const { verb, kind, killedAfter } = ask;
    const state = this.#history.present;
    const command = commandOf(state, ask);
    if (verb === 'list') return this.#start('list', killedAfter, () => this.#clients.list(kind, queryOf(state, ask)));
    if (!command) return this.#start('get', killedAfter, () => this.#clients.get(kind, idOf(state, ask)));
    const send = this.#clients.asked(command, verb === 'create' && ask.again > 0);
    this.#start(verb, killedAfter, send);
    for (let i = 0; i < ask.again && verb === 'create'; i++) {
      this.#again.push(() => this.#start(verb, undefined, send));
    }
  }

  #deliver(message: unknown, killedAfter: Ask['killedAfter']): void {
    if (!message) return;
    const run = () => this.#worker.run(UnlinkMessage.parse(message));
    this.#start('worker', killedAfter, () => this.#clients.sparing(() => this.#grants.doing('worker', run)));
  }

  async end(): Promise<Storm> {
    while (this.#again.length > 0) {
      this.#again.shift()?.();
      await this.#order.wait(61_000); // the lease of a crashed request
      await this.#order.finish();
    }
    await this.#order.finish();
    this.#database.before = async (call) => {
      this.#grants.see(call);
      await this.#order.stop('before');
    };
    this.#database.after = () => this.#order.stop('after');
    for (let i = 0; i < this.#history.messages.length; i++) {
      for (const _ of [1, 2]) this.#deliver(this.#history.messages[i], undefined);
      await this.#order.finish();
    }
    return { database: this.#database, history: this.#history, clients: this.#clients, grants: this.#grants };
  }
}
