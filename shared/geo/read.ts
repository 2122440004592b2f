import type { Position } from './geometry.ts';
import { GeometryError } from './geometry-error.ts';
import { isNumber, readPosition } from './read-position.ts';

/** The most positions over all rings of a geometry, closing positions included. */
export const MAX_POSITIONS = 10_000;

/** The members of a geometry object. Coordinates are examined only as deep as their type requires. */
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

/** Refuses, by name, members that a circle does not have. GeoJSON's own types may have any members. */
export function refuseUnknown(members: Record<string, unknown>, known: readonly string[]): void {
  for (const name of Object.keys(members)) {
    if (known.includes(name)) continue;
    const reason = name === 'coordinates' ? 'coordinates' : 'type';
    throw new GeometryError(
      reason,
      `A ${members.type} has no member "${name.slice(0, 64)}"; it has ${known.join(', ')}.`,
    );
  }
}

/** How deep the arrays of each type are nested, and how that nesting looks. */
const NESTING = {
  Polygon: { depth: 3, form: '[[[longitude, latitude], …]]' },
  MultiPolygon: { depth: 4, form: '[[[[longitude, latitude], …]]]' },
} as const;

/** Refuses coordinates with too few or too many brackets around them, judged by the first position. */
export function assertNesting(type: keyof typeof NESTING, coordinates: unknown): void {
  let depth = 0;
  let inner = coordinates;
  for (; Array.isArray(inner) && depth <= MAX_NESTING; depth++) inner = inner[0];
  const { depth: wanted, form } = NESTING[type];
  if (depth === wanted || !isNumber(inner)) return;
  const more = wanted - depth;
  const pairs = Math.abs(more) === 1 ? 'one pair' : `${Math.abs(more)} pairs`;
  const other = type === 'Polygon' ? 'MultiPolygon' : 'Polygon';
  const perhaps = NESTING[other].depth === depth ? `, or send the type ${other}` : '';
  throw new GeometryError(
    'coordinates',
    `The coordinates of a ${type} are nested ${wanted} arrays deep: ${form}. These are nested ${depth} deep; ${more > 0 ? 'add' : 'take away'} ${pairs} of brackets${perhaps}.`,
  );
}

const MAX_NESTING = 8;

/**
 * Reads one closed ring and drops repeated positions. Subtracts its length from the budget of positions before it reads
 * them, so that a huge input costs nothing.
 */
export function readRing(input: unknown, where: string, budget: { positions: number }): Position[] {
  if (!Array.isArray(input)) throw new GeometryError('coordinates', `The positions of ${where} must be an array.`);
  budget.positions -= input.length;
  if (budget.positions < 0) throw tooManyPositions();
  if (input.length === 0) throw new GeometryError('empty', `There are no positions in ${where}.`);
  const positions = input.map((position: unknown, i) => readPosition(position, () => `Position ${i + 1} of ${where}`));
  const first = positions[0]!;
  const last = positions.at(-1)!;
  if (positions.length < 2 || !isSamePlace(first, last)) {
    throw new GeometryError('ring_not_closed', `The first and last position of ${where} must be the same.`);
  }
  if (!isSame(first, last)) {
    positions.push([...first]);
    if (budget.positions-- === 0) throw tooManyPositions();
  }
  if (positions.length < 4) throw new GeometryError('coordinates', `${where} needs at least four positions.`);
  return positions.filter((position, i) => i === 0 || !isSame(position, positions[i - 1]!));
}

const tooManyPositions = () =>
  new GeometryError('too_many_positions', `A geometry holds at most ${MAX_POSITIONS} positions over all rings.`);

function isSame(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** As {@link isSame}, or one point written both at -180 and at 180. */
function isSamePlace(a: Position, b: Position): boolean {
  return a[1] === b[1] && (a[0] === b[0] || (Math.abs(a[0]) === 180 && a[0] === -b[0]));
}
