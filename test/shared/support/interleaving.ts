import { AsyncLocalStorage } from 'node:async_hooks';
import { vi } from 'vitest';
import type { Random } from '../geo/support/random.ts';

/**
 * Many actors in one process, one of them at a time, in an order drawn from a seed. An actor stops before and after
 * each call of the database and goes on when it is drawn; so does the database between the items of a transaction.
 */

export interface Actor {
  readonly name: string;
  /** Its process ends then, whatever it was doing. */
  readonly deadline: number;
  /** Calls of the database after which its process is killed; before or after the call took effect. */
  readonly killedAfter?: { readonly calls: number; readonly when: 'before' | 'after' } | undefined;
  calls: number;
}

interface Waiting {
  readonly database: boolean;
  /** Not drawn before this moment: some stay behind for long, as a packet on a bad way does. */
  readonly until: number;
  readonly go: () => void;
}

const never = new Promise<never>(() => undefined);
const realImmediate = setImmediate;

export class Interleaving {
  /** Counts the draws: the model's finest time. */
  moment = 0;
  readonly #random: Random;
  readonly #actors = new AsyncLocalStorage<Actor>();
  #waiting: Waiting[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Starts an actor; a killed one never settles. */
  start<T>(actor: Omit<Actor, 'calls'>, does: () => Promise<T>): Promise<T> {
    return this.#actors.run({ ...actor, calls: 0 }, async () => await does());
  }

  /** For `DynamoDbFake.before` and `after`. */
  async stop(when: 'before' | 'after'): Promise<void> {
    const actor = this.#actors.getStore();
    if (!actor) return; // the test itself
    if (when === 'before') actor.calls += 1;
    const killed = actor.killedAfter;
    if (killed && killed.when === when && killed.calls === actor.calls) await never;
    await this.#pause(false);
    if (Date.now() > actor.deadline) await never;
  }

  /** For `DynamoDbFake.between`: the database goes on whatever becomes of its client. */
  between(): Promise<void> | undefined {
    return this.#actors.getStore() ? this.#pause(true) : undefined;
  }

  #pause(database: boolean): Promise<void> {
    const until = !database && this.#random() < 0.25 ? this.moment + this.#random() * 400 : 0;
    return new Promise((go) => this.#waiting.push({ database, until, go }));
  }

  /** Lets one that may go on; false where none waits. */
  async draw(only: 'any' | 'database' = 'any'): Promise<boolean> {
    const open = this.#waiting.filter(({ database }) => database || only === 'any');
    if (open.length === 0) return false;
    this.moment += 1;
    const ready = open.filter(({ until }) => until <= this.moment);
    const next = ready[Math.floor(this.#random() * ready.length)];
    if (!next) return true;
    this.#waiting = this.#waiting.filter((one) => one !== next);
    next.go();
    await new Promise((resolve) => realImmediate(resolve));
    return true;
  }

  /** Lets some time pass; before much of it, what the database has begun is done. */
  async wait(milliseconds: number): Promise<void> {
    while (milliseconds > 500 && (await this.draw('database')));
    await vi.advanceTimersByTimeAsync(milliseconds);
  }

  /** Until nobody waits for anything. */
  async finish(): Promise<void> {
    for (let idle = 0; idle < 3; ) {
      if (await this.draw()) idle = 0;
      else {
        await vi.advanceTimersByTimeAsync(1000); // writers that wait before they try again
        idle += 1;
      }
    }
  }
}
