import fc from 'fast-check';
import { reachOf } from '../../../shared/geo/bounding.ts';
import type { Geometry } from '../../../shared/geo/geometry.ts';
import { measureGeometry } from '../../../shared/geo/measure.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { noiseDefaults } from '../../../shared/geofences/defaults.ts';
import { Device, type DeviceState, unseen } from '../../../shared/transitions/device.ts';
import { Fence, type FenceRules, type Fix } from '../../../shared/transitions/fence.ts';
import type { Transition } from '../../../shared/transitions/transition.ts';

/** Random fences and tracks on one lattice, so that points fall on corners and edges and return to the same places. */

/** Without any noise control. */
export const quiet = noiseDefaults;

export const minute = 60_000;
/** About 111 m. */
const stepDegrees = 0.001;
const beginning = Date.UTC(2026, 2, 22, 8);

export type Origin = readonly [longitude: number, latitude: number];
const origins: readonly Origin[] = [
  [7.4, 46.9],
  [180, 10],
  [-180, -65],
  [0, 0],
];

const lattice = ([lng, lat]: Origin, x: number, y: number): [number, number] => {
  const longitude = lng + x * stepDegrees;
  return [longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude, lat + y * stepDegrees];
};

export function ruled(geofenceId: string, given: unknown, rest: Partial<FenceRules> = {}): FenceRules {
  const geometry: Geometry = normalizeGeometry(given);
  const measure = measureGeometry(geometry);
  const disc = { ...measure, radiusMeters: reachOf(geometry, measure) };
  const plain = { activatedAt: 0, dwellMilliseconds: undefined, detectCrossing: false, noise: quiet };
  return { geofenceId, geometry, disc, ...plain, ...rest };
}

const ring = (origin: Origin, [w, s, e, n]: readonly [number, number, number, number]) =>
  [
    [w, s],
    [e, s],
    [e, n],
    [w, n],
    [w, s],
  ].map(([x, y]) => lattice(origin, x!, y!));

export const square = (origin: Origin, box: readonly [number, number, number, number]) => ({
  type: 'Polygon',
  coordinates: [ring(origin, box)],
});

const geometryAt = (origin: Origin) =>
  fc.oneof(
    fc
      .record({
        x: fc.integer({ min: -2, max: 2 }),
        y: fc.integer({ min: -2, max: 2 }),
        r: fc.constantFrom(30, 112, 230),
      })
      .map(({ x, y, r }) => ({ type: 'Circle', center: lattice(origin, x, y), radiusMeters: r })),
    fc
      .record({ x: fc.integer({ min: -3, max: 2 }), y: fc.integer({ min: -3, max: 2 }), size: fc.constantFrom(1, 2) })
      .map(({ x, y, size }) => square(origin, [x, y, x + size, y + size])),
    fc.constant({
      type: 'Polygon',
      coordinates: [ring(origin, [-3, -3, 3, 3]), ring(origin, [-1, -1, 1, 1])],
    }),
  );

const noise = fc.record({
  maxAccuracyMeters: fc.constantFrom(null, null, 20),
  enterConfirmations: fc.constantFrom(1, 1, 2, 3),
  exitHoldSeconds: fc.constantFrom(0, 0, 60, 300),
  hysteresisMeters: fc.constantFrom(0, 0, 50),
  exitUsesAccuracy: fc.boolean(),
  maxCrossGapSeconds: fc.constantFrom(60, 600),
  lateActionMaxAgeMinutes: fc.constant(15),
});

const rulesAt = (origin: Origin) =>
  fc
    .record({
      geometry: geometryAt(origin),
      noise: fc.oneof(fc.constant(quiet), noise),
      dwellMilliseconds: fc.constantFrom(undefined, 2 * minute, 10 * minute),
      detectCrossing: fc.constantFrom(true, true, true, false),
    })
    .map(({ geometry, ...rest }) => ruled('', geometry, rest));

const fixesAt = (origin: Origin) =>
  fc
    .array(
      fc.record({
        gap: fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.constantFrom(minute, 2 * minute, 20 * minute)),
        // Halves lie between the lines of the lattice.
        dx: fc.constantFrom(0, 0, 0.5, 1, -0.5, -1, 3, 3, 3, -3, -3, -3),
        dy: fc.constantFrom(0, 0, 0.5, 1, -0.5, -1, 3, -3),
        accuracyMeters: fc.constantFrom(null, 5, 5, 30, 80),
      }),
      { maxLength: 40 },
    )
    .map((moves) => {
      let [at, x, y] = [beginning, -3, -1];
      return moves.map(({ gap, dx, dy, accuracyMeters }): Fix => {
        [at, x, y] = [at + gap, held(x + dx), held(y + dy)];
        const [longitude, latitude] = lattice(origin, x, y);
        return { at, longitude, latitude, accuracyMeters, receivedAt: at };
      });
    });

const held = (value: number): number => Math.max(-4, Math.min(4, value));

/** Some fences and a track, anywhere. */
export const journeys = fc.constantFrom(...origins).chain((origin) =>
  fc.record({
    rules: fc
      .array(rulesAt(origin), { minLength: 1, maxLength: 3 })
      .map((all) => all.map((one, i): FenceRules => ({ ...one, geofenceId: `f${i}` }))),
    fixes: fixesAt(origin),
  }),
);

/** The transitions along points in order of time. */
export function travelled(rules: readonly FenceRules[], fixes: readonly Fix[], from: DeviceState = unseen) {
  const fences = rules.map((one) => new Fence(one));
  const device = new Device(from);
  const transitions: Transition[] = fixes.flatMap((fix) => device.advance(fix, fences));
  const silence = device.timers(fences).map(({ transition }) => transition);
  return { transitions, silence, state: device.state };
}

export const keyOf = ({
  geofenceId,
  type,
  occurredAt,
}: Pick<Transition, 'geofenceId' | 'type' | 'occurredAt'>): string => `${geofenceId} ${type} ${occurredAt}`;
