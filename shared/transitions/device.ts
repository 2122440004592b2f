import type { Fence, Fix } from './fence.ts';
import { type Before, type Pair, step, type Timer, timerOf } from './pair.ts';
import { extended, newestHeeded, type Trail } from './trail.ts';
import { inOrder, type Transition } from './transition.ts';

/** A state, and the activation of its fence that it belongs to. */
export interface StoredPair {
  readonly pair: Pair;
  readonly activatedAt: number;
}

/** All that the rules remember of a device. */
export interface DeviceState {
  /** When we last received a point that was looked at; undefined before the first. */
  readonly seenAt: number | undefined;
  readonly trail: Trail;
  /** By fence. */
  readonly pairs: ReadonlyMap<string, StoredPair>;
}

export const unseen: DeviceState = { seenAt: undefined, trail: [], pairs: new Map() };

/**
 * The transition rules for one device: pure, in event time. What happened is a function of the points in the order of their
 * times and of the fences; nobody's clock takes part.
 */
export class Device {
  #seenAt: number | undefined;
  #trail: Trail;
  readonly #pairs: Map<string, StoredPair>;

  constructor({ seenAt, trail, pairs }: DeviceState) {
    [this.#seenAt, this.#trail, this.#pairs] = [seenAt, trail, new Map(pairs)];
  }

  get state(): DeviceState {
    return { seenAt: this.#seenAt, trail: this.#trail, pairs: new Map(this.#pairs) };
  }

  /** The state with a fence; of an earlier activation it is none. */
  pairWith({ rules }: Fence): Pair | undefined {
    const stored = this.#pairs.get(rules.geofenceId);
    return stored?.activatedAt === rules.activatedAt ? stored.pair : undefined;
  }

  /**
   * Takes the next point in event time.
   *
   * @param fences active ones: each that the point may be inside of or that the way to it may cross, and each that the device
   *   has a state with; what becomes of a state whose fence is not among them is nothing
   * @returns what happened, in the order in which it is told
   */
  advance(fix: Fix, fences: Iterable<Fence>): Transition[] {
    const happened: Transition[] = [];
    for (const fence of fences) {
      if (!fence.heeds(fix)) continue;
      const { geofenceId, activatedAt } = fence.rules;
      const { pair, transitions } = step(fence, this.pairWith(fence), fix, this.#before(fence));
      happened.push(...transitions);
      if (pair) this.#pairs.set(geofenceId, { pair, activatedAt });
      else this.#pairs.delete(geofenceId);
    }
    this.#seenAt = Math.max(this.#seenAt ?? fix.receivedAt, fix.receivedAt);
    this.#trail = extended(this.#trail, fix);
    return happened.sort(inOrder);
  }

  #before(fence: Fence): Before {
    return {
      isKnown: this.#seenAt !== undefined && this.#seenAt >= fence.rules.activatedAt,
      fix: newestHeeded(this.#trail, (fix) => fence.heeds(fix)),
    };
  }

  /** What comes of the device's silence with these fences, soonest first. */
  timers(fences: Iterable<Fence>): Timer[] {
    const timers: Timer[] = [];
    for (const fence of fences) {
      const pair = this.pairWith(fence);
      const newest = newestHeeded(this.#trail, (fix) => fence.heeds(fix));
      const timer = pair && newest && timerOf(fence, pair, newest);
      if (timer) timers.push(timer);
    }
    return timers.sort((a, b) => a.dueAt - b.dueAt || inOrder(a.transition, b.transition));
  }
}
