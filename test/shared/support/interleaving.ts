import { AsyncLocalStorage } from 'node:async_hooks';
import { vi } from 'vitest';
import type { Random } from '../geo/support/random.ts';

/**
 * Many actors in one process, one of them at a time, in an order drawn from a seed. An actor pauses before and after
 * each call of the database and continues when it is drawn; so does the database between the items of a transaction.
 */

export interface Actor {
  readonly name: string;
  /** The end of its process, whatever it was doing. */
  readonly deadline: number;
  /**
   * The number of database calls after which its process is killed, and whether that is before or after the call took
   * effect.
   */
  readonly killedAfter?: { readonly calls: number; readonly when: 'before' | 'after' } | undefined;
  calls: number;
}

interface Waiting {
  readonly database: boolean;
  /** It is not drawn before this moment: some are delayed for long, like packets on a bad connection. */
  readonly until: number;
  readonly go: () => void;
}

const never = new Promise<never>(() => undefined);
const realImmediate = setImmediate;

export class Interleaving {
  /** Counts the draws: the smallest unit of time in the model. */
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

  /** For `DynamoDbFake.between`: the database continues whatever happens to its client. */
  between(): Promise<void> | undefined {
    return this.#actors.getStore() ? this.#pause(true) : undefined;
  }

  #pause(database: boolean): Promise<void> {
    const until = !database && this.#random() < 0.25 ? this.moment + this.#random() * 400 : 0;
    return new Promise((go) => this.#waiting.push({ database, until, go }));
  }

  /** Lets one actor that may continue do so; false if none waits. */
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

  /** Lets some time pass; before long waits, the database finishes what it has begun. */
  async wait(milliseconds: number): Promise<void> {
    while (milliseconds > 500 && (await this.draw('database')));
    await vi.advanceTimersByTimeAsync(milliseconds);
  }

  /** Continues until nobody waits for anything. */
  async finish(): Promise<void> {
    for (let idle = 0; idle < 3; ) {
      if (await this.draw()) idle = 0;
      else {
        await vi.advanceTimersByTimeAsync(1000); // writers that wait before they retry
        idle += 1;
      }
    }
  }
}
