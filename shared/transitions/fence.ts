import { containsTest, fartherTest } from '../geo/contains.ts';
import { type Cut, cutTest, type Place } from '../geo/cut.ts';
import type { Geometry } from '../geo/geometry.ts';
import type { Measure } from '../geo/measure.ts';
import { distanceMeters } from '../geo/sphere.ts';

/** The rules of one fence for the devices that move through it. */
export interface FenceRules {
  readonly geofenceId: string;
  /** Normalised. */
  readonly geometry: Geometry;
  /** A disc that contains all of it; see `reachOf`. */
  readonly disc: Measure;
  /** When it last became active, in milliseconds since 1970. States from before that no longer count. */
  readonly activatedAt: number;
  readonly dwellMilliseconds: number | undefined;
  readonly detectCrossing: boolean;
  readonly noise: NoiseRules;
}

/** The noise controls, all of them given. */
export interface NoiseRules {
  readonly maxAccuracyMeters: number | null;
  readonly enterConfirmations: number;
  readonly exitHoldSeconds: number;
  readonly hysteresisMeters: number;
  readonly exitUsesAccuracy: boolean;
  readonly maxCrossGapSeconds: number;
  readonly lateActionMaxAgeMinutes: number;
}

/** Where a device was. */
export interface Fix extends Place {
  /** Event time: `recordedAt` in milliseconds since 1970. */
  readonly at: number;
  /** Radius of the 68 % circle; null if the device does not report it. */
  readonly accuracyMeters: number | null;
  /** When we received it, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/** A fence with its tests. What a test needs is computed once, when the test is first used. */
export class Fence {
  readonly rules: FenceRules;
  readonly #holds: (latitude: number, longitude: number) => boolean;
  #isFarther: ((latitude: number, longitude: number, meters: number) => boolean) | undefined;
  #cut: ((from: Place, to: Place) => Cut | undefined) | undefined;

  constructor(rules: FenceRules) {
    this.rules = rules;
    this.#holds = containsTest(rules.geometry);
  }

  /** Whether the point is accurate enough for the fence. */
  uses({ accuracyMeters }: Pick<Fix, 'accuracyMeters'>): boolean {
    const { maxAccuracyMeters } = this.rules.noise;
    return maxAccuracyMeters === null || (accuracyMeters ?? 0) <= maxAccuracyMeters;
  }

  /** Whether the place is inside or on the edge. */
  holds(place: Place): boolean {
    return !this.#isBeyond(place, 0) && this.#holds(place.latitude, place.longitude);
  }

  /** The exit test: whether the point is farther away than the hysteresis plus, if the fence says so, the point's accuracy. */
  hasLeft(fix: Fix): boolean {
    const { hysteresisMeters, exitUsesAccuracy } = this.rules.noise;
    const margin = hysteresisMeters + (exitUsesAccuracy ? (fix.accuracyMeters ?? 0) : 0);
    if (this.#isBeyond(fix, margin)) return true;
    if (this.#holds(fix.latitude, fix.longitude)) return false;
    if (margin === 0) return true;
    this.#isFarther ??= fartherTest(this.rules.geometry);
    return this.#isFarther(fix.latitude, fix.longitude, margin);
  }

  /** Where a way between two places outside cuts the fence. */
  cut(from: Place, to: Place): Cut | undefined {
    this.#cut ??= cutTest(this.rules.geometry, this.rules.disc);
    return this.#cut(from, to);
  }

  /** Whether the place is certainly outside and farther from the edge than this. */
  #isBeyond({ latitude, longitude }: Place, meters: number): boolean {
    const { disc } = this.rules;
    const away = distanceMeters(disc.latitude, disc.longitude, latitude, longitude);
    return away > disc.radiusMeters + meters + roundingMeters;
  }
}

/** Larger than the differences between distances that rounding causes. */
const roundingMeters = 0.01;
