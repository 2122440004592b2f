import type { Fence, Fix } from './fence.ts';
import { type Before, type Pair, step, type Timer, timerOf } from './pair.ts';
import { extended, newestUsed, type Trail } from './trail.ts';
import { inOrder, type Transition } from './transition.ts';

/** A state, and the activation of the fence that it belongs to. */
export interface StoredPair {
  readonly pair: Pair;
  readonly activatedAt: number;
}

/** Everything that the rules remember about a device. */
export interface DeviceState {
  /** The newest `receivedAt` of the points that were evaluated; undefined before the first one. */
  readonly seenAt: number | undefined;
  readonly trail: Trail;
  /** By fence id. */
  readonly pairs: ReadonlyMap<string, StoredPair>;
}

export const unseen: DeviceState = { seenAt: undefined, trail: [], pairs: new Map() };

/**
 * Applies the transition rules to one device. The result depends only on the points, in the order of their event times, and
 * on the fences. It does not depend on the present time.
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

  /** The state at a fence. A state of an earlier activation does not count. */
  pairWith({ rules }: Fence): Pair | undefined {
    const stored = this.#pairs.get(rules.geofenceId);
    return stored?.activatedAt === rules.activatedAt ? stored.pair : undefined;
  }

  /** Whether a point of the device was evaluated since the fence became active. */
  isKnownAt({ rules }: Fence): boolean {
    return this.#seenAt !== undefined && this.#seenAt >= rules.activatedAt;
  }

  /**
   * Takes the next point in event time.
   *
   * @param fences active fences: each one that may contain the point, each one that the way to the point may cross, and
   *   each one at which the device has a state. A state whose fence is missing here does not change.
   * @returns the transitions, in the order of `inOrder`
   */
  advance(fix: Fix, fences: Iterable<Fence>): Transition[] {
    const happened: Transition[] = [];
    for (const fence of fences) {
      if (!fence.uses(fix)) continue;
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

  /** Ends the states at geofences that are not current: deactivated, deleted, or activated anew. */
  forget(isCurrent: (geofenceId: string, activatedAt: number) => boolean): void {
    for (const [id, { activatedAt }] of this.#pairs) if (!isCurrent(id, activatedAt)) this.#pairs.delete(id);
  }

  /** Takes over some states as they were stored, and ends those that were not. */
  follow(stored: DeviceState['pairs'], isFollowed: (geofenceId: string) => boolean): void {
    for (const id of new Set([...stored.keys(), ...this.#pairs.keys()])) {
      if (!isFollowed(id)) continue;
      const pair = stored.get(id);
      if (pair) this.#pairs.set(id, pair);
      else this.#pairs.delete(id);
    }
  }

  #before(fence: Fence): Before {
    return {
      isKnown: this.isKnownAt(fence),
      fix: newestUsed(this.#trail, (fix) => fence.uses(fix)),
    };
  }

  /** The transitions that these fences cause if the device sends no more points, soonest first. */
  timers(fences: Iterable<Fence>): Timer[] {
    const timers: Timer[] = [];
    for (const fence of fences) {
      const pair = this.pairWith(fence);
      // Points that the fence does not use may have pushed the last one that it does out of the trail.
      const newest = newestUsed(this.#trail, (fix) => fence.uses(fix)) ?? this.#trail.at(-1)?.fix;
      const timer = pair && newest && timerOf(fence, pair, newest);
      if (timer) timers.push(timer);
    }
    return timers.sort((a, b) => a.dueAt - b.dueAt || inOrder(a.transition, b.transition));
  }
}
