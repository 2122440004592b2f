import type { Position } from './geometry.ts';
import { GeometryError } from './geometry-error.ts';
import { roundDegrees } from './sphere.ts';

/** The members of a geometry object. Coordinates are looked at only as deep as their type has them. */
export function readMembers(input: unknown): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new GeometryError('type', 'geometry must be an object with a type.');
  }
  const members = input as Record<string, unknown>;
  if (members.type === 'Feature' || members.type === 'FeatureCollection') {
    throw new GeometryError('type', `geometry is a ${members.type}; send the geometry object within it.`);
  }
  return members;
}

const SHAPE_MEMBERS = ['coordinates', 'center', 'radiusMeters', 'geometries'];

/** Refuses members the type does not have, by name. */
export function refuseUnknown(members: Record<string, unknown>, known: readonly string[]): void {
  for (const name of Object.keys(members)) {
    if (known.includes(name)) continue;
    const reason = SHAPE_MEMBERS.includes(name) ? 'coordinates' : 'type';
    throw new GeometryError(
      reason,
      `A ${members.type} has no member "${name.slice(0, 64)}"; it has ${known.join(', ')}.`,
    );
  }
}

/** One position on the 1e-7 grid, its third coordinate dropped. */
export function readPosition(input: unknown, where: string): Position {
  const isPosition = Array.isArray(input) && (input.length === 2 || input.length === 3);
  const [longitude, latitude, third = 0]: unknown[] = isPosition ? input : [];
  if (!isNumber(longitude) || !isNumber(latitude) || !isNumber(third)) {
    throw new GeometryError('coordinates', `A position of ${where} is not [longitude, latitude].`);
  }
  if (Math.abs(latitude) > 90) {
    const swapped = Math.abs(longitude) <= 90 && Math.abs(latitude) <= 180;
    const hint = swapped ? ' Positions are [longitude, latitude]: the two seem to be swapped.' : '';
    throw new GeometryError('coordinates', `Latitude ${latitude} of ${where} is outside -90 to 90.${hint}`);
  }
  if (Math.abs(longitude) > 180) {
    const hint = Math.abs(longitude) <= 540 ? `; write ${roundDegrees(longitude - 360 * Math.sign(longitude))}` : '';
    throw new GeometryError('coordinates', `Longitude ${longitude} of ${where} is outside -180 to 180${hint}.`);
  }
  return [roundDegrees(longitude), roundDegrees(latitude)];
}

/**
 * One closed ring, repeated positions dropped. Takes its length from the budget of positions before looking inside, so
 * that a huge input costs nothing.
 */
export function readRing(input: unknown, where: string, budget: { positions: number }): Position[] {
  if (!Array.isArray(input)) throw new GeometryError('coordinates', `The positions of ${where} must be an array.`);
  budget.positions -= input.length;
  if (budget.positions < 0) {
    throw new GeometryError('too_many_positions', 'A geometry holds at most 5000 positions over all rings.');
  }
  if (input.length === 0) throw new GeometryError('empty', `There are no positions in ${where}.`);
  const positions = input.map((position: unknown) => readPosition(position, where));
  const first = positions[0]!;
  const last = positions.at(-1)!;
  if (positions.length < 2 || !isSame(first, last)) {
    throw new GeometryError('ring_not_closed', `The first and last position of ${where} must be the same.`);
  }
  if (positions.length < 4) throw new GeometryError('coordinates', `${where} needs at least four positions.`);
  return positions.filter((position, i) => i === 0 || !isSame(position, positions[i - 1]!));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isSame(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
