import type { Geometry } from '../geo/geometry.ts';
import { GeometryError, type GeometryReason } from '../geo/geometry-error.ts';
import { type Measure, measureGeometry } from '../geo/measure.ts';
import { normalizeGeometry } from '../geo/normalize.ts';
import { packGeometry } from '../geo/pack.ts';
import { roundDegrees } from '../geo/sphere.ts';
import { type FieldFailure, invalidFields, Problem } from '../problems/problem.ts';
import { geofenceDefaults } from './defaults.ts';

/** A fence's shape with the centre and radius that follow from it. */
export interface Shape extends Measure {
  readonly geometry: Geometry;
}

/**
 * The fields of a body that describe the shape. There are two ways to give it; a body that uses both is refused unless
 * they agree.
 */
export interface GivenShape {
  readonly geometry?: unknown;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  readonly radiusMeters?: number | undefined;
}

/** The limit for the radius of a circle; a polygon's bounding radius may be larger. */
const maxRadiusMeters = 100_000;
const named = ['latitude', 'longitude', 'radiusMeters'] as const;
type Named = (typeof named)[number];

const failure = (type: string, field: string, msg: string): FieldFailure => ({ type, loc: ['body', field], msg });

/** Shapes by the geometry of a body, since writers read the same geometry more than once. */
const known = new WeakMap<object, Shape>();

/** Validates and normalises geometry of any type. The reason and a hint go into `details`. */
export function readShape(input: unknown): Shape {
  const isObject = typeof input === 'object' && input !== null;
  const before = isObject ? known.get(input) : undefined;
  if (before) return before;
  try {
    const geometry = normalizeGeometry(input);
    const shape = { geometry, ...measureGeometry(geometry) };
    if (isObject) known.set(input, shape);
    return shape;
  } catch (error) {
    if (!(error instanceof GeometryError)) throw error;
    throw invalidGeometry(error.reason, error.message);
  }
}

export const invalidGeometry = (reason: GeometryReason, hint: string) =>
  new Problem('VALIDATION_ERROR', 'Invalid geometry format', { reason, hint });

function circle(latitude: number, longitude: number, radiusMeters: number): Shape {
  if (radiusMeters > maxRadiusMeters) {
    throw invalidFields([failure('too_large', 'radiusMeters', `Should be at most ${maxRadiusMeters}`)]);
  }
  return readShape({ type: 'Circle', center: [longitude, latitude], radiusMeters });
}

const agrees = (shape: Shape, field: Named, value: number): boolean =>
  field === 'radiusMeters' ? value === shape.radiusMeters : roundDegrees(value) === shape[field];

export function sameGeometry(a: Geometry, b: Geometry): boolean {
  return Buffer.from(packGeometry(a)).equals(packGeometry(b));
}

/** Throws when the geometry of a body is invalid in itself. */
export function requireReadable({ geometry }: GivenShape): void {
  if (geometry !== undefined && geometry !== null) readShape(geometry);
}

/** The shape of a new fence, or of a stored fence that is replaced as a whole (`stored`). */
export function wholeShape(given: GivenShape, stored?: Shape): Shape {
  if (given.geometry !== undefined && given.geometry !== null) {
    const shape = withGeometry(given, stored);
    if (shape) return shape;
    if (stored) return changedShape({ ...given, geometry: undefined }, stored);
  }
  const isRead = stored && named.every((field) => given[field] !== undefined && agrees(stored, field, given[field]));
  return isRead ? stored : circleFrom(given, undefined);
}

/** The shape after a partial update. */
export function changedShape(given: GivenShape, stored: Shape): Shape {
  if (given.geometry === null) throw invalidFields([failure('type_error', 'geometry', 'Should be an object')]);
  if (given.geometry !== undefined) {
    const shape = withGeometry(given, stored);
    if (shape) return shape;
  }
  const fresh = named.filter((field) => given[field] !== undefined && !agrees(stored, field, given[field]));
  if (fresh.length === 0) return stored;
  if (stored.geometry.type === 'Circle') return circleFrom(given, stored);
  if (given.latitude !== undefined && given.longitude !== undefined) return circleFrom(given, undefined);
  throw invalidFields(fresh.map((field) => failure('conflict', field, toCircle)));
}

const toCircle =
  'The fence is a polygon: send latitude and longitude, both of them, to make it a circle, or send a geometry';

/**
 * The shape that `geometry` describes, if the named fields agree with it or with the stored fence. Undefined when the
 * geometry is the stored one and the named fields differ from it: then the named fields are the change.
 */
function withGeometry(given: GivenShape, stored: Shape | undefined): Shape | undefined {
  const shape = readShape(given.geometry);
  const differing = named.filter((field) => {
    const value = given[field];
    return value !== undefined && !agrees(shape, field, value) && !(stored && agrees(stored, field, value));
  });
  if (differing.length === 0) return shape;
  if (stored && sameGeometry(shape.geometry, stored.geometry)) return undefined;
  throw invalidFields(
    differing.map((field) => failure('conflict', field, 'Says something else than geometry; send one of them')),
  );
}

function circleFrom(given: GivenShape, base: Shape | undefined): Shape {
  const latitude = given.latitude ?? base?.latitude;
  const longitude = given.longitude ?? base?.longitude;
  if (latitude !== undefined && longitude !== undefined) {
    return circle(latitude, longitude, given.radiusMeters ?? base?.radiusMeters ?? geofenceDefaults.radiusMeters);
  }
  const isNowhere = latitude === undefined && longitude === undefined;
  const required = isNowhere
    ? `${fieldRequired} unless geometry is given: ${eitherWay}`
    : `${fieldRequired} with "${latitude === undefined ? 'longitude' : 'latitude'}"`;
  throw invalidFields([
    ...(isNowhere ? [failure('missing', 'geometry', fieldRequired)] : []),
    ...(latitude === undefined ? [failure('missing', 'latitude', required)] : []),
    ...(longitude === undefined ? [failure('missing', 'longitude', required)] : []),
  ]);
}

const fieldRequired = 'Field required';
const eitherWay = 'send either geometry, or latitude and longitude';
