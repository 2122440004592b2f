import type { Position } from './geometry.ts';
import { GeometryError } from './geometry-error.ts';
import { roundDegrees } from './sphere.ts';

/** GeoJSON allows a height. A fourth coordinate is a measure, which some tools write. */
const MAX_COORDINATES = 4;

type GivenPosition = [longitude: number, latitude: number, ...dropped: number[]];

/** One position on the 1e-7 grid; its third and fourth coordinates are dropped. */
export function readPosition(input: unknown, name: () => string): Position {
  if (!isPosition(input)) throw new GeometryError('coordinates', `${name()} ${complaint(input)}.`);
  const [longitude, latitude] = input;
  if (Math.abs(latitude) > 90) {
    const swapped = Math.abs(longitude) <= 90 && Math.abs(latitude) <= 180;
    const hint = swapped ? ' Positions are [longitude, latitude]: the two seem to be swapped.' : inDegrees(latitude);
    throw new GeometryError('coordinates', `The latitude of ${name()}, ${latitude}, is outside -90 to 90.${hint}`);
  }
  if (Math.abs(longitude) > 180) {
    const turned = roundDegrees(longitude - 360 * Math.sign(longitude));
    const hint = Math.abs(longitude) <= 540 ? ` Write ${turned}.` : inDegrees(longitude);
    throw new GeometryError('coordinates', `The longitude of ${name()}, ${longitude}, is outside -180 to 180.${hint}`);
  }
  return [roundDegrees(longitude), roundDegrees(latitude)];
}

const inDegrees = (value: number): string =>
  Math.abs(value) > 1000 ? ' Coordinates are degrees (WGS 84), not metres of a projection.' : '';

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPosition(input: unknown): input is GivenPosition {
  if (!Array.isArray(input) || input.length > MAX_COORDINATES) return false;
  const [longitude, latitude, third = 0, fourth = 0]: unknown[] = input;
  return isNumber(longitude) && isNumber(latitude) && isNumber(third) && isNumber(fourth);
}

/** What is wrong with a value that should be a position; the text follows the position's name. */
function complaint(input: unknown): string {
  const form = 'must be [longitude, latitude], two numbers';
  if (!Array.isArray(input)) return `${form}; it is ${described(input)}`;
  if (input.some(Array.isArray)) return `${form}; it is nested too deep: take away one pair of brackets`;
  const odd = input.findIndex((value) => !isNumber(value));
  if (odd >= 0) return `${form}; its coordinate ${odd + 1} is ${described(input[odd])}`;
  return `${form}, of which a third and a fourth are dropped; it has ${input.length}`;
}

function described(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a single number' : 'not a finite number';
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'an object' : `${value}`;
}
