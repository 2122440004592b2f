import { AsyncLocalStorage } from 'node:async_hooks';
import { type Random, seededRandom } from '../geo/support/random.ts';

/**
 * Many functions in one process, in an order drawn from a seed: each pauses before and after every call of the database
 * or a queue. A function that is killed at a call makes no other call, whatever else it was doing, and never settles.
 */

/** The call at which a function crashes, counted from 1, and whether that is before or after the call took effect. */
export interface Kill {
  readonly call: number;
  readonly when: 'before' | 'after';
  /** The function does not crash, but gets this error from the call. */
  readonly fault?: Error;
}

interface Running {
  readonly kill: Kill | undefined;
  readonly die: () => void;
  calls: number;
  dead: boolean;
  faulty: boolean;
}

export type Ended<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'killed' };

const never = new Promise<never>(() => undefined);
const realImmediate = setImmediate;
export const breath = () => new Promise<void>((resolve) => realImmediate(resolve));

export class Processes {
  /** Functions that wait for their turn, not for time. */
  waiting = 0;
  /** The number of crashes and of calls that failed. */
  faults = 0;
  readonly #random: Random;
  readonly #running = new AsyncLocalStorage<Running>();

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  random(): number {
    return this.#random();
  }

  async run<T>(kill: Kill | undefined, does: () => Promise<T>): Promise<Ended<T>> {
    const { promise: death, resolve: die } = Promise.withResolvers<void>();
    const running = { kill, die, calls: 0, dead: false, faulty: false };
    const life = this.#running.run(running, async () => ({ kind: 'done' as const, value: await does() }));
    return await Promise.race([life, death.then(() => ({ kind: 'killed' as const }))]);
  }

  async stop(when: Kill['when']): Promise<void> {
    const running = this.#running.getStore();
    if (!running) return; // the test itself
    if (running.dead) await never;
    if (when === 'before') running.calls += 1;
    const { kill } = running;
    if (kill?.fault && !running.faulty && kill.when === when && running.calls >= kill.call) {
      this.faults += 1;
      running.faulty = true;
      throw kill.fault;
    }
    if (kill && !kill.fault && kill.when === when && running.calls >= kill.call) {
      running.dead = true;
      this.faults += 1;
      running.die();
      await never;
    }
    await this.pause();
    if (running.dead) await never;
  }

  /**
   * Pauses between the items of a transaction, which continues even if its caller crashed; only sometimes, since a
   * transaction has many items.
   */
  async between(): Promise<void> {
    if (this.#running.getStore() && this.#random() < 0.1) await this.pause();
  }

  /** Lets other functions run first. */
  async pause(): Promise<void> {
    this.waiting += 1;
    for (let turns = Math.floor(this.#random() * 4); turns >= 0; turns--) await breath();
    this.waiting -= 1;
  }
}
